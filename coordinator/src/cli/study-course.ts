/** `consilium study pause`, `resume` and `stop`: what people decide about the course of a running study. */
import { parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import type { Answer, Api } from './api.js';
import { openApi } from './operator-access.js';
import { addQuestion, show } from './question.js';
import { confirm } from './secret-input.js';
import type { Terminal } from './terminal.js';

const WHY = 'why; in the log for ever, without names of people';

interface StopOptions {
  readonly reason: string;
  readonly yes?: true;
}

export function addCourse(study: Command, terminal: Terminal): void {
  addPause(study, terminal);
  addQuestion(
    study,
    terminal,
    'resume <id>',
    'resume a paused study: its next attempt opens at once',
    (api, id) => api.post(`v1/studies/${parseStudyId(id)}/resume`),
  );
  addStop(study, terminal);
}

function addPause(study: Command, terminal: Terminal): void {
  const command = study
    .command('pause <id>')
    .description(
      'open no attempt of a running study until it is resumed; one under way goes on to its end ("round abandon" gives it up)',
    )
    .requiredOption('--reason <words>', WHY)
    .action(async (id: string, { reason }: Pick<StopOptions, 'reason'>) => {
      const studyId = parseStudyId(id);
      const api = await openApi(command, terminal);
      show(command, terminal, await postReason(api, studyId, 'pause', reason));
    });
}

function addStop(study: Command, terminal: Terminal): void {
  const command = study
    .command('stop <id>')
    .description('end a running study for good; its adapters and its log stay')
    .requiredOption('--reason <words>', WHY)
    .option('--yes', 'do it without a question')
    .action(async (id: string, { reason, yes }: StopOptions) => {
      const studyId = parseStudyId(id);
      const api = await openApi(command, terminal);
      await confirm(`${studyId} is ended, for good.`, yes, terminal);
      show(command, terminal, await postReason(api, studyId, 'stop', reason));
    });
}

function postReason(
  api: Api,
  studyId: StudyId,
  what: 'pause' | 'stop',
  reason: string,
): Promise<Answer> {
  const body = { type: 'application/json', text: JSON.stringify({ reason }) } as const;
  return api.post(`v1/studies/${studyId}/${what}`, body);
}
