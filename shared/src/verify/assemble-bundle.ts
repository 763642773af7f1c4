/**
 * Puts a bundle together from the documents of a study. Pure: who exports decides where the files go. Ring sums, masked
 * updates and adapter checkpoints may be large, so they may also be copied from where they lie, by hash (`bundleDocumentFiles`, `bundleIndexFile`).
 */
import { contentHash, signBody, type Signed, type SigningKeyPair } from '../crypto/index.js';
import { canonicalBytes, toBase64 } from '../encoding/index.js';
import type { MerkleTree } from '../log/index.js';
import {
  BUNDLE_PATHS,
  type Advert,
  type Decline,
  type BundleActs,
  type BundleIndex,
  type BundleLog,
  type DoublySignedKeyRotation,
  type Endorsement,
  type Evaluation,
  type Join,
  type Manifest,
  type Revealed,
  type Roster,
  type RoundRecord,
  type Shares,
  type StudyProtocol,
  type UpdateHeader,
  type Vote,
  type Withdrawal,
} from '../protocol/index.js';
import { ConsiliumError, type AttemptId, type StudyId } from '../vocabulary/index.js';
import type { BundleFile } from './bundle-source.js';

export interface AttemptDocuments {
  readonly attemptId: AttemptId;
  readonly manifest: Signed<Manifest>;
  /** The set U1 once it is fixed, before that what arrived; one a site. */
  readonly adverts: readonly Signed<Advert>[];
  /** Every update header that was accepted, also those whose update was refused later; one a site. */
  readonly headers: readonly Signed<UpdateHeader>[];
  /** One a site; no file where there is none. */
  readonly declines?: readonly Signed<Decline>[];
  /** When the attempt was committed, or its sites were asked about a candidate. */
  readonly record?: RoundRecord;
  /** Once the survivors of a secure attempt are fixed: the words of U2 on their shares. */
  readonly shares?: readonly Signed<Shares>[];
  /** From then on too: every one that arrived, one a site. */
  readonly endorsements?: readonly Signed<Endorsement>[];
  /** When a secure attempt was summed. */
  readonly revealed?: Revealed;
  /** Once there is a candidate: every one that arrived, one a site. */
  readonly votes?: readonly Signed<Vote>[];
}

export interface StudyDocuments {
  readonly studyProtocol: Signed<StudyProtocol>;
  readonly joins: readonly Signed<Join>[];
  /** In the order of their epochs, from 1. */
  readonly rosters: readonly Signed<Roster>[];
  readonly evaluations: readonly Signed<Evaluation>[];
  /** Of the sites that gave their word on the protocol. */
  readonly rotations: readonly DoublySignedKeyRotation[];
  readonly withdrawals: readonly Signed<Withdrawal>[];
  readonly acts: BundleActs;
  readonly attempts: readonly AttemptDocuments[];
  readonly log: BundleLog;
}

/** All JSON files of a bundle but its index. */
export function bundleDocumentFiles(documents: StudyDocuments): BundleFile[] {
  const file = (path: string, json: Parameters<typeof canonicalBytes>[0]): BundleFile => ({
    path,
    bytes: canonicalBytes(json),
  });
  return [
    file(BUNDLE_PATHS.log, documents.log),
    file(BUNDLE_PATHS.studyProtocol, documents.studyProtocol),
    file(BUNDLE_PATHS.joins, documents.joins),
    file(BUNDLE_PATHS.rosters, documents.rosters),
    file(BUNDLE_PATHS.evaluations, documents.evaluations),
    file(BUNDLE_PATHS.rotations, documents.rotations),
    file(BUNDLE_PATHS.withdrawals, documents.withdrawals),
    file(BUNDLE_PATHS.acts, documents.acts),
    ...documents.attempts.flatMap(attemptFiles),
  ];
}

function attemptFiles({ attemptId, declines, ...documents }: AttemptDocuments): BundleFile[] {
  const { manifest, adverts, headers, record, shares, endorsements, revealed, votes } = documents;
  const found: readonly (readonly [string, Parameters<typeof canonicalBytes>[0] | undefined])[] = [
    [BUNDLE_PATHS.manifest(attemptId), manifest],
    [BUNDLE_PATHS.adverts(attemptId), adverts],
    [BUNDLE_PATHS.headers(attemptId), headers],
    [BUNDLE_PATHS.declines(attemptId), declines?.length === 0 ? undefined : declines],
    [BUNDLE_PATHS.record(attemptId), record],
    [BUNDLE_PATHS.shares(attemptId), shares],
    [BUNDLE_PATHS.endorsements(attemptId), endorsements],
    [BUNDLE_PATHS.revealed(attemptId), revealed],
    [BUNDLE_PATHS.votes(attemptId), votes],
  ];
  return found.flatMap(([path, json]) =>
    json === undefined ? [] : [{ path, bytes: canonicalBytes(json) }],
  );
}

export type BundleFileEntry = BundleIndex['files'][number];

/** What the index says of a file. */
export function bundleFileEntry({ path, bytes }: BundleFile): BundleFileEntry {
  return { path, hash: contentHash(bytes), bytes: bytes.length };
}

export interface BundleSigning {
  readonly studyId: StudyId;
  /** The log's name, as in its checkpoints. */
  readonly origin: string;
  /** Signs the index. */
  readonly coordinatorKey: SigningKeyPair;
  /** The public half of the key that signs checkpoints. */
  readonly logPublicKey: Uint8Array;
  readonly createdAtMs: number;
}

/** `bundle.json`, which names every other file. */
export function bundleIndexFile(
  entries: readonly BundleFileEntry[],
  signing: BundleSigning,
): BundleFile {
  const index: BundleIndex = {
    format: 'consilium-bundle',
    v: 1,
    studyId: signing.studyId,
    origin: signing.origin,
    coordinatorKey: toBase64(signing.coordinatorKey.publicKey),
    logKey: toBase64(signing.logPublicKey),
    createdAtMs: signing.createdAtMs,
    files: [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const signed = signBody('bundle', index, signing.coordinatorKey);
  return { path: BUNDLE_PATHS.index, bytes: canonicalBytes(signed) };
}

/**
 * A whole bundle in memory.
 * @param blobs ring sums, masked updates and adapter checkpoints at their BUNDLE_PATHS
 */
export function assembleBundle(
  documents: StudyDocuments,
  blobs: readonly BundleFile[],
  signing: BundleSigning,
): BundleFile[] {
  const files = [...bundleDocumentFiles(documents), ...blobs];
  return [bundleIndexFile(files.map(bundleFileEntry), signing), ...files];
}

export interface LogExcerpt {
  /** The whole log. */
  readonly tree: MerkleTree;
  /** The leaves to show, as canonical JSON: those of the study and those without a study. */
  readonly leaves: readonly { readonly index: number; readonly leaf: string }[];
  /** Signed checkpoints with their sizes, ascending; the last one covers every leaf shown. */
  readonly checkpoints: readonly { readonly note: string; readonly size: number }[];
}

/**
 * `log.json`: the leaves with their proofs to the last checkpoint, and the proofs from each checkpoint to the next.
 * @throws ConsiliumError 'log-inconsistent' when there is no checkpoint
 */
export function assembleBundleLog({ tree, leaves, checkpoints }: LogExcerpt): BundleLog {
  const last = checkpoints.at(-1);
  if (last === undefined) {
    throw new ConsiliumError('log-inconsistent', 'a bundle needs a signed checkpoint of the log');
  }
  return {
    v: 1,
    checkpoints: checkpoints.map(({ note }) => note),
    consistency: checkpoints.slice(1).map(({ size: newSize }, i) => {
      const oldSize = checkpoints[i]?.size ?? 0;
      return { oldSize, newSize, proof: tree.consistencyProof(oldSize, newSize).map(toBase64) };
    }),
    leaves: leaves.map(({ index, leaf }) => ({
      index,
      leaf,
      inclusion: tree.inclusionProof(index, last.size).map(toBase64),
    })),
  };
}
