/** Proofs of the log, computed here: nothing that the coordinator says of them counts. */
import type { ProvenEntry } from '@consilium/shared/answers';
import { fromBase64, toHex, utf8 } from '@consilium/shared/encoding';
import {
  leafHash,
  parseCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
  type Checkpoint,
  type HashStep,
} from '@consilium/shared/log';
import type { ConsistencyStep, NodeStep } from '@consilium/shared/verify';
import { isConsiliumError } from '@consilium/shared/vocabulary';

const KEY_ID_BYTES = 4;

export type Verdict =
  | { readonly holds: true }
  /** In the verifier's words. */
  | { readonly holds: false; readonly code: string; readonly reason: string };

export interface EntryProof {
  readonly verdict: Verdict;
  /** 64 digits of hex. */
  readonly leafHash: string;
  readonly steps: readonly NodeStep[];
  /** Undefined where the log did not sign the checkpoint. */
  readonly checkpoint?: Checkpoint;
}

export interface Growth {
  readonly verdict: Verdict;
  readonly before?: Checkpoint;
  readonly after?: Checkpoint;
  readonly steps: readonly ConsistencyStep[];
}

/** @throws ConsiliumError 'checkpoint-invalid', 'bad-signature' unless the key signed the note */
export function readCheckpoint(note: string | Uint8Array, logKey: string): Checkpoint {
  const text = typeof note === 'string' ? note : new TextDecoder().decode(note);
  // The name of the key is the origin (C2SP tlog-checkpoint), which the signature covers.
  const name = /^[^\s+]+(?=\n)/.exec(text)?.[0] ?? 'no-log';
  return parseCheckpoint(verifyNote(note, { name, publicKey: fromBase64(logKey) }).body);
}

/** Whether an entry is in the log that the checkpoint beside it signs. */
export function proveEntry(entry: ProvenEntry, logKey: string): EntryProof {
  const leaf = utf8(entry.leaf);
  const steps: NodeStep[] = [];
  let checkpoint: Checkpoint | undefined;
  const verdict = verdictOf(() => {
    checkpoint = readCheckpoint(entry.checkpoint, logKey);
    const { size, root } = checkpoint;
    const proof = entry.inclusion.map(fromBase64);
    verifyInclusion({ leaf, index: entry.index, size, root, proof }, (step) => {
      steps.push(nodeOf(step));
    });
  });
  const hash = toHex(leafHash(leaf));
  return { verdict, leafHash: hash, steps, ...(checkpoint === undefined ? {} : { checkpoint }) };
}

/** Whether the log of one checkpoint begins with the whole log of an older one. @param proof in base64 */
export function compareNotes(
  oldNote: string | Uint8Array,
  newNote: string,
  proof: readonly string[],
  logKey: string,
): Growth {
  const steps: ConsistencyStep[] = [];
  let before: Checkpoint | undefined;
  let after: Checkpoint | undefined;
  const verdict = verdictOf(() => {
    before = readCheckpoint(oldNote, logKey);
    after = readCheckpoint(newNote, logKey);
    const claim = {
      ...{ oldSize: before.size, oldRoot: before.root },
      ...{ newSize: after.size, newRoot: after.root, proof: proof.map(fromBase64) },
    };
    verifyConsistency(claim, (tree, step) => {
      steps.push({ tree, ...nodeOf(step) });
    });
  });
  return {
    verdict,
    steps,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** What a check comes to: an error of its own kind is a refusal, any other goes on. */
export function verdictOf(work: () => void): Verdict {
  try {
    work();
    return { holds: true };
  } catch (error) {
    if (isConsiliumError(error)) {
      return { holds: false, code: error.code, reason: error.message };
    }
    throw error;
  }
}

function nodeOf({ left, right, result, given }: HashStep): NodeStep {
  return { left: toHex(left), right: toHex(right), result: toHex(result), given };
}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes in hex (C2SP signed-note); it names a key, and proves nothing. */
  readonly keyId: string;
}

/** Who says that they signed a note: the log, and witnesses where there are some. */
export function signaturesOf(note: string): readonly NoteSignature[] {
  return note.split('\n').flatMap((line) => {
    const [dash, name, signature] = line.split(' ');
    return dash === '\u2014' && name !== undefined && signature !== undefined
      ? [{ name, keyId: toHex(fromBase64(signature).subarray(0, KEY_ID_BYTES)) }]
      : [];
  });
}
