/** The evidence bundle of a study, fetched file by file into the memory of the page: closing the page forgets it. */
import { bundleAnswerSchema, consistencyAnswerSchema } from '@consilium/shared/answers';
import type { BundleFile, GrowthProof } from '@consilium/shared/verify';
import { getBytes, getJson, getText } from '../api/client.js';
import { askWorker } from './worker-client.js';

export interface FetchedBundle {
  readonly studyId: string;
  readonly fetchedAtMs: number;
  /** Of the index, which names the bundle: `sha256:` and 64 digits of hex. */
  readonly indexHash: string;
  /** `bundle.json` among them; paths are those that `consilium bundle export` writes. */
  readonly files: readonly BundleFile[];
  /** From saved checkpoints to the bundle's last one. */
  readonly proofs: readonly GrowthProof[];
  /** What `selfVerifyingPage` is made of. */
  readonly pageTemplate: string;
}

export interface FetchProgress {
  readonly files: number;
  readonly filesTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Signed notes to compare with later, without a network. */
  readonly savedCheckpoints?: readonly string[];
}

const TEMPLATE = '/console/self-verifying.html';
/** Requests at once; a browser has six for a host. */
const LANES = 4;

/**
 * Asks for a new bundle, which the log records as an export, and starts the worker, so that no network is needed afterwards.
 * @throws ApiProblem; ConsiliumError 'bundle-invalid' when the coordinator sends no index; the signal's reason
 */
export async function fetchBundle(
  studyId: string,
  { signal, onProgress, savedCheckpoints = [] }: FetchOptions = {},
): Promise<FetchedBundle> {
  const base = `/v1/studies/${encodeURIComponent(studyId)}/bundle`;
  const { index } = await getJson(base, bundleAnswerSchema, signal);
  const {
    indexHash,
    file,
    files: wanted,
  } = await askWorker({ name: 'readIndex', index }, { signal });
  const bytesTotal = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const got: BundleFile[] = [file];
  let bytes = 0;
  await inLanes(wanted, async ({ path }) => {
    const query = new URLSearchParams({ path, bundle: indexHash });
    const content = await getBytes(`${base}/file?${query.toString()}`, signal);
    got.push({ path, bytes: content });
    bytes += content.length;
    onProgress?.({ files: got.length - 1, filesTotal: wanted.length, bytes, bytesTotal });
  });
  const files = got.sort((a, b) => (a.path < b.path ? -1 : 1));
  const pageTemplate = await getText(TEMPLATE, signal);
  return {
    studyId,
    fetchedAtMs: Date.now(),
    indexHash,
    files,
    proofs: await fetchProofs(files, savedCheckpoints, signal),
    pageTemplate,
  };
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Sizes are taken as they stand there: what they come to is verified. */
async function fetchProofs(
  files: readonly BundleFile[],
  saved: readonly string[],
  signal?: AbortSignal,
): Promise<GrowthProof[]> {
  const newSize = sizeOfLog(files);
  const sizes = new Set(saved.map(sizeOf).filter((size) => size > 0 && size < newSize));
  return Promise.all(
    [...sizes].map(async (oldSize) => {
      const query = new URLSearchParams({ old: String(oldSize), new: String(newSize) });
      const path = `/v1/log/proofs/consistency?${query.toString()}`;
      const { proof } = await getJson(path, consistencyAnswerSchema, signal);
      return { oldSize, newSize, proof };
    }),
  );
}

/** 0 where the log cannot be read: the verification says so. */
function sizeOfLog(files: readonly BundleFile[]): number {
  const log = files.find(({ path }) => path === 'log.json');
  try {
    const text = new TextDecoder().decode(log?.bytes);
    const { checkpoints } = JSON.parse(text) as { readonly checkpoints: readonly unknown[] };
    return sizeOf(String(checkpoints.at(-1)));
  } catch {
    return 0;
  }
}

/** The second line of a checkpoint (C2SP tlog-checkpoint). */
function sizeOf(note: string): number {
  const size = Number(note.split('\n')[1]);
  return Number.isSafeInteger(size) ? size : 0;
}
