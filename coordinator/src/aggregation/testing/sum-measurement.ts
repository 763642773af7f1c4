/**
 * Program of the benchmark of aggregation: opens and adds up the sealed updates of so many sites as a round does, and prints time
 * and memory as one line of JSON. One number of sites a process, so that the peak memory is that of its sum.
 *   run-typescript.cjs sum-measurement.ts SITES MEGABYTES RUNS
 */
import {
  boxSeal,
  contentHash,
  generateBoxKeyPair,
  randomBytes,
  sealUpdate,
  type BoxKeyPair,
} from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import { encodeVector, quantise, type TensorSchema } from '@consilium/shared/tensors';
import {
  parseAttemptId,
  parseContentHash,
  parseSiteId,
  parseStudyId,
} from '@consilium/shared/vocabulary';
import { sumUpdates, type SealedUpdate } from '../sum-updates.js';

const HASH = parseContentHash(`sha256:${'0'.repeat(64)}`);
const ATTEMPT = parseAttemptId('a'.repeat(32));
const WEIGHT = 100;
const MIB = 2 ** 20;

interface Order {
  readonly sites: number;
  readonly megabytes: number;
  readonly runs: number;
}

/** A tensor of float32 values that make an update of so many megabytes. */
function schemaOf(megabytes: number): TensorSchema {
  const shape = [Math.round((megabytes * 1e6) / 4)];
  return [{ name: 'head.weight', shape, range: encodeFloat(1), init: { kind: 'zeros' } }];
}

function sealedUpdate(
  index: number,
  { sites, megabytes }: Order,
  aggregation: BoxKeyPair,
): SealedUpdate {
  const schema = schemaOf(megabytes);
  const siteId = parseSiteId(`site-${index}`);
  const data = Float32Array.from({ length: schema[0]?.shape[0] ?? 0 }, (_, i) =>
    Math.sin(i + index),
  );
  const delta = new Map([['head.weight', { shape: [data.length], data }]]);
  const weightTotal = WEIGHT * sites;
  const { vector } = quantise({ delta, schema, weight: WEIGHT, weightTotal, sites });
  const plaintext = encodeVector(vector);
  const contentKey = randomBytes(32);
  const transport = generateBoxKeyPair();
  const chunks = sealUpdate({
    plaintext,
    contentKey,
    context: { manifestHash: HASH, attemptId: ATTEMPT, siteId },
  });
  return {
    header: {
      v: 1,
      studyId: parseStudyId('bench'),
      roundNo: 1,
      attemptId: ATTEMPT,
      siteId,
      manifestHash: HASH,
      peersHash: HASH,
      schemaHash: HASH,
      payload: {
        kind: 'encrypted',
        cipher: 'aes256gcm-stream',
        wrappedKey: boxSeal(contentKey, aggregation.publicKey, transport.secretKey),
      },
      plaintextBytes: plaintext.length,
      vectorHash: contentHash(plaintext),
      chunkCount: chunks.length,
      chunkRoot: '',
      cut: 0,
      trainMs: 1,
      engine: 'none',
      policyHash: HASH,
    },
    transportKey: transport.publicKey,
    weight: WEIGHT,
    chunk: (at) => Promise.resolve(chunks[at] ?? new Uint8Array()),
  };
}

/** Memory is looked at before each chunk; what the sealed updates themselves take is there before. */
async function measure(order: Order): Promise<void> {
  const aggregation = generateBoxKeyPair();
  const made = Array.from({ length: order.sites }, (_, i) => sealedUpdate(i, order, aggregation));
  const beforeMiB = residentMiB();
  let peakMiB = beforeMiB;
  const updates = made.map((update) => ({
    ...update,
    chunk: (index: number) => {
      peakMiB = Math.max(peakMiB, residentMiB());
      return update.chunk(index);
    },
  }));
  const milliseconds: number[] = [];
  for (let run = 0; run < order.runs; run += 1) {
    milliseconds.push(await sumOnce(order, updates, aggregation));
  }
  const addedMiB = peakMiB - beforeMiB;
  process.stdout.write(`${JSON.stringify({ milliseconds, addedMiB })}\n`);
}

/** @returns milliseconds. @throws Error when an update was refused */
async function sumOnce(
  { sites, megabytes }: Order,
  updates: readonly SealedUpdate[],
  { secretKey }: BoxKeyPair,
): Promise<number> {
  const startedMs = performance.now();
  const { survivors } = await sumUpdates({
    schema: schemaOf(megabytes),
    updates,
    aggregationSecret: secretKey,
    weightTotal: WEIGHT * sites,
    sites,
  });
  if (survivors.length !== sites) {
    throw new Error(`${survivors.length} of ${sites} updates were summed`);
  }
  return performance.now() - startedMs;
}

function residentMiB(): number {
  return process.memoryUsage.rss() / MIB;
}

const [sites, megabytes, runs] = process.argv.slice(3).map(Number);
void measure({ sites: sites ?? 3, megabytes: megabytes ?? 1, runs: runs ?? 1 });
