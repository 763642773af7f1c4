/**
 * What this site believes of the log: the last checkpoint it verified. A newer one is accepted only if it extends that one, and
 * a leaf only if it is in the newer one; so a coordinator cannot show one site a past that it hides from another for long.
 */
import { fromBase64, parseCanonicalJson, utf8 } from '@consilium/shared/encoding';
import {
  parseCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
  type Checkpoint,
} from '@consilium/shared/log';
import { leafSchema, type Leaf, type LeafType, type SiteReply } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  isErrorCode,
  LIMITS,
} from '@consilium/shared/vocabulary';
import type { Requests } from '../transport/coordinator-link.js';
import type { KeepEvidence } from './evidence.js';

export interface LogTrustOptions {
  readonly link: Requests;
  readonly origin: string;
  readonly logKey: Uint8Array;
  /** The last checkpoint that was verified, as a signed note. */
  readonly known: () => string;
  /** Writes a verified checkpoint to the journal. */
  readonly remember: (note: string) => void;
  /** Keeps two statements of the log that contradict each other. */
  readonly keepEvidence: KeepEvidence;
}

type Proof = Extract<SiteReply, { kind: 'proof' }>;
type LeafOf<T extends LeafType> = Extract<Leaf, { type: T }>;

export class LogTrust {
  private lane: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LogTrustOptions) {}

  /**
   * The leaf at an index of the log, proven.
   * @throws ConsiliumError 'log-inconsistent' or 'log-rollback' when the log contradicts what this site holds: evidence is kept
   * and nothing more may be sent; 'proof-invalid' when the leaf is not there or of another type
   */
  requireLeaf<T extends LeafType>(
    type: T | readonly T[],
    index: number,
    signal: AbortSignal,
  ): Promise<LeafOf<T>> {
    return this.inLane(async () => {
      const leaf = await this.prove(index, signal);
      const types = [type].flat() as readonly T[];
      if (!isOfType(leaf, types)) {
        const expected = types.join(' or ');
        throw new ConsiliumError('proof-invalid', `leaf ${index} is ${leaf.type}, not ${expected}`);
      }
      return leaf;
    });
  }

  /**
   * The leaf at an index of the log, proven; undefined where the coordinator shows none, as of a study that does not name this site.
   * @throws ConsiliumError as requireLeaf
   */
  leafIfShown(index: number, signal: AbortSignal): Promise<Leaf | undefined> {
    return this.inLane(async () => {
      try {
        return await this.prove(index, signal);
      } catch (error) {
        if (isConsiliumError(error, 'not-found')) {
          return undefined;
        }
        throw error;
      }
    });
  }

  /** One at a time: each proof starts from the checkpoint that the one before has left. */
  private inLane<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lane.then(work);
    this.lane = result.catch(() => undefined);
    return result;
  }

  private async prove(leafIndex: number, signal: AbortSignal): Promise<Leaf> {
    const { link, known, remember } = this.options;
    const note = known();
    const old = this.readNote(note);
    const { reply } = await link.request(
      { kind: 'log.prove', leafIndex, knownSize: old.size },
      { signal },
    );
    const proof = requireProof(reply);
    const checkpoint = this.readNote(proof.checkpoint);
    this.requireExtension(old, checkpoint, note, proof);
    const leaf = readLeaf(proof, leafIndex, checkpoint);
    if (proof.checkpoint !== note) {
      remember(proof.checkpoint);
    }
    return leaf;
  }

  private readNote(note: string): Checkpoint {
    const { origin, logKey } = this.options;
    const checkpoint = parseCheckpoint(verifyNote(note, { name: origin, publicKey: logKey }).body);
    if (checkpoint.origin !== origin) {
      throw new ConsiliumError('checkpoint-invalid', 'the checkpoint is of another log');
    }
    return checkpoint;
  }

  private requireExtension(
    old: Checkpoint,
    checkpoint: Checkpoint,
    note: string,
    proof: Proof,
  ): void {
    const fault = faultOfExtension(old, checkpoint, proof);
    if (fault === undefined) {
      return;
    }
    this.options.keepEvidence({
      code: fault.code,
      known: note,
      shown: proof.checkpoint,
      consistency: proof.consistency,
    });
    throw fault;
  }
}

/** Signed twice and contradicting: either the log was rewritten or this site is shown another one. */
function faultOfExtension(
  old: Checkpoint,
  checkpoint: Checkpoint,
  proof: Proof,
): ConsiliumError | undefined {
  if (checkpoint.size < old.size) {
    const sizes = `${checkpoint.size} after ${old.size} leaves`;
    return new ConsiliumError('log-rollback', `the log shows ${sizes}`);
  }
  try {
    verifyConsistency({
      oldSize: old.size,
      oldRoot: old.root,
      newSize: checkpoint.size,
      newRoot: checkpoint.root,
      proof: proof.consistency.map(fromBase64),
    });
    return undefined;
  } catch (cause) {
    if (!isConsiliumError(cause)) {
      throw cause;
    }
    return new ConsiliumError(
      'log-inconsistent',
      `the log of ${checkpoint.size} leaves does not extend the one of ${old.size} that this site holds`,
      { cause },
    );
  }
}

function readLeaf(proof: Proof, index: number, { size, root }: Checkpoint): Leaf {
  const leaf = utf8(proof.leaf);
  verifyInclusion({ leaf, index, size, root, proof: proof.inclusion.map(fromBase64) });
  const result = leafSchema.safeParse(parseCanonicalJson(leaf, { maxBytes: LIMITS.leafBytes }));
  if (!result.success) {
    throw new ConsiliumError('proof-invalid', `leaf ${index} has no known form`);
  }
  return result.data;
}

function requireProof(reply: SiteReply): Proof {
  if (reply.kind === 'proof') {
    return reply;
  }
  const code = reply.kind === 'problem' && isErrorCode(reply.code) ? reply.code : 'proof-invalid';
  throw new ConsiliumError(code, 'the coordinator gave no proof of the leaf');
}

function isOfType<T extends LeafType>(leaf: Leaf, types: readonly T[]): leaf is LeafOf<T> {
  return types.some((type) => leaf.type === type);
}
