/** The commands about rounds: their history, what goes on now, and giving an attempt up. */
import { setTimeout as pause } from 'node:timers/promises';
import { roundViewSchema } from '@consilium/shared/answers';
import {
  answerLine,
  lastLine,
  ReportedFailure,
  type Switches,
} from '@consilium/shared/command-line';
import { ConsiliumError, parseRoundNo, parseStudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { z } from 'zod';
import { isRecord, type Api } from './api.js';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { addQuestion, answerOf, show } from './question.js';
import { addReceipts } from './round-receipts.js';
import { parseNow, sentenceOf, type StudyNow } from './study-now.js';
import { tellingOf, type Telling } from './telling.js';
import type { Terminal } from './terminal.js';

const DEFAULT_SECONDS = '2';
const MOST_SECONDS = 3600;
const TICK_MS = 1000;

export function addRounds(program: Command, terminal: Terminal, switches: Switches): void {
  const round = program.command('round').description('rounds of a study and their attempts');
  addList(round, terminal, 'list <study>', {});
  addShow(round, terminal);
  addReceipts(round, terminal);
  addWatch(round, terminal, switches);
  addAbandon(round, terminal);
  // The older name.
  addList(program, terminal, 'rounds <study>', { hidden: true });
}

function addList(
  parent: Command,
  terminal: Terminal,
  usage: string,
  options: { readonly hidden?: boolean },
): void {
  const ask = (api: Api, id: string) => api.get(`v1/studies/${parseStudyId(id)}/rounds`);
  addQuestion(parent, terminal, usage, 'show the rounds of a study', ask, options);
}

function addShow(round: Command, terminal: Terminal): void {
  const command = round
    .command('show <study> <n>')
    .description('show one round with its attempts and what each site contributed')
    .action(async (study: string, text: string) => {
      const studyId = parseStudyId(study);
      const roundNo = parseRoundNo(Number(text));
      const api = await openApi(command, terminal);
      const { value } = await api.get(`v1/studies/${studyId}/rounds`);
      const found = (Array.isArray(value) ? (value as unknown[]) : []).find(
        (each) => isRecord(each) && each['roundNo'] === roundNo,
      );
      if (!isRecord(found)) {
        throw new ConsiliumError('not-found', `${studyId} has no round ${roundNo} yet`);
      }
      show(command, terminal, answerOf(found));
    });
}

function addAbandon(round: Command, terminal: Terminal): void {
  const command = round
    .command('abandon <study>')
    .description('give the attempt up that is under way; it is tried again if tries are left')
    .requiredOption('--reason <words>', 'why; in the log for ever, without names of people')
    .action(async (id: string, { reason }: { readonly reason: string }) => {
      const api = await openApi(command, terminal);
      const path = `v1/studies/${parseStudyId(id)}/rounds/current/abandonment`;
      const body = { type: 'application/json', text: JSON.stringify({ reason }) } as const;
      show(command, terminal, await api.post(path, body));
    });
}

interface WatchOptions {
  readonly every: string;
}

function addWatch(round: Command, terminal: Terminal, switches: Switches): void {
  const command = round
    .command('watch <study>')
    .description('tell what happens in a study until it ends')
    .option('--every <seconds>', 'how often it looks', DEFAULT_SECONDS)
    .option('--jsonl', 'print one JSON object a line; the last has terminal: true')
    .action(async (id: string, { every }: WatchOptions) => {
      const studyId = parseStudyId(id);
      const everyMs = millisecondsOf(every);
      const api = await openApi(command, terminal);
      const telling = tellingOf(terminal, switches, Date.now);
      const last = await watch(api, studyId, everyMs, { telling, signal: terminal.signal });
      telling.end();
      requireSuccess(last);
      terminal.print(lastWords(last, switches));
    });
}

function lastWords(last: StudyNow, { json, jsonl }: Switches): string {
  if (jsonl) {
    return lastLine(last);
  }
  return json ? answerLine(last) : `${sentenceOf(last)}\n`;
}

interface Watching {
  readonly telling: Telling;
  readonly signal: AbortSignal | undefined;
}

/** @returns how the study ended, which has not been told. @throws what asking fails with */
async function watch(
  api: Api,
  studyId: string,
  everyMs: number,
  { telling, signal }: Watching,
): Promise<StudyNow> {
  for (;;) {
    const [study, rounds] = [
      await api.get(`v1/studies/${studyId}`),
      await api.get(`v1/studies/${studyId}/rounds`),
    ];
    const now = parseNow(study.value, rounds.value);
    if (now.phase === 'completed' || now.phase === 'failed') {
      return now;
    }
    telling.see(now, parsed(z.array(roundViewSchema), rounds));
    for (let left = everyMs; left > 0; left -= TICK_MS) {
      await pause(Math.min(left, TICK_MS), undefined, signal === undefined ? {} : { signal });
      telling.tick();
    }
  }
}

function requireSuccess(now: StudyNow): void {
  if (now.phase === 'failed') {
    throw new ReportedFailure('training-failed', sentenceOf(now), now);
  }
}

function millisecondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
    throw new ConsiliumError('bad-request', `--every: expected 1 to ${MOST_SECONDS}, got ${text}`);
  }
  return seconds * 1000;
}
