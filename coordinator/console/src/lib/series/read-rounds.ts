/** From the coordinator's answer, in its bytes, to the figures of some rounds: read, checked and added up. */
import { roundViewSchema, type RoundView } from '@consilium/shared/answers';
import { listOf } from '../api/list-of.js';
import { roundFigures, type RoundFigures } from '../figures.js';

/** An answer in the pieces in which it came: JSON in UTF-8. */
export type Pieces = readonly Uint8Array<ArrayBuffer>[];

/** A round that is done: nothing of it changes any more. */
export interface DoneRound {
  readonly roundNo: number;
  readonly adapterCheckpointHash: string;
}

export interface SomeRounds {
  readonly figures: RoundFigures;
  /** How many rounds the answer has. */
  readonly count: number;
  /** The first round of the answer, if it is done. */
  readonly first?: DoneRound;
  /** The newest one that is done. */
  readonly last?: DoneRound;
}

/** @throws SyntaxError | TypeError | ZodError for an answer of another form */
export function readRounds(pieces: Pieces): SomeRounds {
  const rounds = listOf(roundViewSchema).parse(read(pieces));
  const [first] = rounds.slice(0, 1).flatMap(done);
  const last = rounds.flatMap(done).at(-1);
  return {
    figures: roundFigures(rounds),
    count: rounds.length,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

function done({ roundNo, adapterCheckpointHash }: RoundView): DoneRound[] {
  return adapterCheckpointHash === undefined ? [] : [{ roundNo, adapterCheckpointHash }];
}

function read(pieces: Pieces): unknown {
  const decoder = new TextDecoder();
  const texts = pieces.map((piece) => decoder.decode(piece, { stream: true }));
  return JSON.parse(texts.join('') + decoder.decode());
}
