/** The commands that let a person reach a study, or no longer. */
import { parseOperatorId, parseStudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { openApi } from './operator-access.js';
import { show } from './question.js';
import type { Terminal } from './terminal.js';

export function addAssignments(operator: Command, terminal: Terminal): void {
  const assign = operator
    .command('assign <id> <study>')
    .description('let an auditor or a study-coordinator reach a study')
    .action(async (id: string, study: string) => {
      const path = pathOf(id, study);
      show(assign, terminal, await (await openApi(assign, terminal)).post(path));
    });
  const unassign = operator
    .command('unassign <id> <study>')
    .description('take an assigned study back; who created it reaches it still')
    .action(async (id: string, study: string) => {
      const path = pathOf(id, study);
      const api = await openApi(unassign, terminal);
      await api.delete(path);
      show(unassign, terminal, await api.get(`v1/operators/${parseOperatorId(id)}`));
    });
}

/** @throws ConsiliumError 'bad-id' before anything is asked */
function pathOf(id: string, study: string): string {
  return `v1/operators/${parseOperatorId(id)}/studies/${parseStudyId(study)}`;
}
