/** `consilium round receipts`: what each site gave in each attempt, as its signed words say, a line a site and attempt. */
import { roundViewSchema, type RoundView } from '@consilium/shared/answers';
import {
  ConsiliumError,
  parseRoundNo,
  parseStudyId,
  type RoundNo,
  type StudyId,
} from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { z } from 'zod';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { answerOf, show } from './question.js';
import type { Terminal } from './terminal.js';
import { toWords } from './words.js';

interface Receipt {
  readonly roundNo: number;
  readonly attemptNo: number;
  readonly siteId: string;
  readonly state: string;
  /** Training pictures; 0 until the site's advert. */
  readonly weight: number;
  /** Of its update as it travels; 0 where there is none. */
  readonly bytes: number;
  readonly trainMs: number;
  /** Coordinates that the range of the study cut; absent where there is no update. */
  readonly cut?: number;
  /** Of the vector that is summed; absent where there is no update. */
  readonly vectorHash?: string;
}

export function addReceipts(round: Command, terminal: Terminal): void {
  const command = round
    .command('receipts <study> [n]')
    .description('show what each site gave in each attempt, of all rounds or of one')
    .action(async (study: string, text: string | undefined) => {
      const studyId = parseStudyId(study);
      const roundNo = text === undefined ? undefined : parseRoundNo(Number(text));
      const api = await openApi(command, terminal);
      const answer = await api.get(`v1/studies/${studyId}/rounds`);
      const rounds = chosen(parsed(z.array(roundViewSchema), answer), studyId, roundNo);
      const receipts = rounds.flatMap(receiptsOf);
      show(command, terminal, answerOf(receipts), () => receiptWords(receipts));
    });
}

/** @throws ConsiliumError 'not-found' where the one that is asked for has not begun */
function chosen(
  rounds: readonly RoundView[],
  studyId: StudyId,
  asked: RoundNo | undefined,
): readonly RoundView[] {
  const found = rounds.filter(({ roundNo }) => asked === undefined || roundNo === asked);
  if (asked !== undefined && found.length === 0) {
    throw new ConsiliumError('not-found', `${studyId} has no round ${asked} yet`);
  }
  return found;
}

function receiptsOf({ roundNo, attempts }: RoundView): Receipt[] {
  return attempts.flatMap(({ attemptNo, participants }) =>
    participants.map(({ siteId, state, weight, bytes, trainMs, cut, vectorHash }) => ({
      roundNo,
      attemptNo,
      siteId,
      state,
      weight,
      bytes,
      trainMs,
      ...(cut === undefined ? {} : { cut }),
      ...(vectorHash === undefined ? {} : { vectorHash }),
    })),
  );
}

function receiptWords(receipts: readonly Receipt[]): string {
  if (receipts.length === 0) {
    return 'No round has begun yet.\n';
  }
  return toWords(
    receipts.map(({ roundNo, attemptNo, siteId, trainMs, cut, vectorHash, ...rest }) => {
      const { state, weight, bytes } = rest;
      const trained = cut === undefined ? '-' : `${(trainMs / 1000).toFixed(1)} s`;
      const hash = vectorHash ?? '-';
      const numbers = { weight, bytes, trained, cut: cut ?? '-', vectorHash: hash };
      return { round: roundNo, attempt: attemptNo, site: siteId, state, ...numbers };
    }),
  );
}
