/** From the coordinator's answers, in their bytes, to the figures of a study: read, checked and added up. */
import { roundViewSchema } from '@consilium/shared/answers';
import { signedEvaluationSchema } from '@consilium/shared/protocol';
import { listOf } from '../api/list-of.js';
import { figureSeries, type FigureSeries } from '../figures.js';

export interface SeriesAnswers {
  /** `GET /v1/studies/:studyId/rounds`, JSON in UTF-8. */
  readonly rounds: Pieces;
  /** `GET /v1/studies/:studyId/evaluations`, JSON in UTF-8. */
  readonly reported: Pieces;
}

/** An answer in the pieces in which it came. */
export type Pieces = readonly Uint8Array<ArrayBuffer>[];

/** @throws SyntaxError | TypeError | ZodError for an answer of another form */
export function readSeries({ rounds, reported }: SeriesAnswers): FigureSeries {
  return figureSeries(
    listOf(roundViewSchema).parse(read(rounds)),
    listOf(signedEvaluationSchema).parse(read(reported)),
  );
}

function read(pieces: Pieces): unknown {
  const decoder = new TextDecoder();
  const texts = pieces.map((piece) => decoder.decode(piece, { stream: true }));
  return JSON.parse(texts.join('') + decoder.decode());
}
