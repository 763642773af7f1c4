/** Asks the log for its newest checkpoint and for the proof that leads there from an older one, and computes it. */
import { consistencyAnswerSchema } from '@consilium/shared/answers';
import { getJson, getText } from '../../lib/api/client.js';
import { compareNotes, readCheckpoint, verdictOf, type Growth } from './proofs.js';

export interface ComparedNow extends Growth {
  /** The newest one, to keep. */
  readonly note: string;
}

/** @param old signed note @throws ApiProblem */
export async function grownSince(
  old: string,
  logKey: string,
  signal?: AbortSignal,
): Promise<ComparedNow> {
  const note = await getText('/v1/log/checkpoint', signal);
  let sizes: readonly number[] = [];
  const verdict = verdictOf(() => {
    sizes = [old, note].map((text) => readCheckpoint(text, logKey).size);
  });
  if (!verdict.holds) {
    return { verdict, steps: [], note };
  }
  const [before = 0, after = 0] = sizes;
  const proof = before < after ? await proofBetween(before, after, signal) : [];
  return { ...compareNotes(old, note, proof, logKey), note };
}

async function proofBetween(
  before: number,
  after: number,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const query = new URLSearchParams({ old: String(before), new: String(after) });
  const path = `/v1/log/proofs/consistency?${query.toString()}`;
  return (await getJson(path, consistencyAnswerSchema, signal)).proof;
}
