/** `consilium study stop`: the end of a study that a person decides on. */
import { parseStudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { openApi } from './operator-access.js';
import { show } from './question.js';
import { confirm } from './secret-input.js';
import type { Terminal } from './terminal.js';

interface StopOptions {
  readonly reason: string;
  readonly yes?: true;
}

export function addStop(study: Command, terminal: Terminal): void {
  const command = study
    .command('stop <id>')
    .description('end a running study for good; its adapters and its log stay')
    .requiredOption('--reason <words>', 'why; in the log for ever, without names of people')
    .option('--yes', 'do it without a question')
    .action(async (id: string, { reason, yes }: StopOptions) => {
      const studyId = parseStudyId(id);
      const api = await openApi(command, terminal);
      await confirm(`${studyId} is ended, for good.`, yes, terminal);
      const body = { type: 'application/json', text: JSON.stringify({ reason }) } as const;
      show(command, terminal, await api.post(`v1/studies/${studyId}/stop`, body));
    });
}
