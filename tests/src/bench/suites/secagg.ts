/**
 * Secure sums: seconds of a site that masks and of a coordinator that takes the masks off, on one core, beside Flower's SecAgg+
 * arithmetic in NumPy where a Python is named, beside AES-256-CTR alone as OpenSSL makes it for Node, and beside copying as many
 * bytes as the masks have from memory to memory. Masks that are more than a few hundred megabytes together are made for a range of
 * the vector, and the time is scaled to the whole.
 */
import { fileURLToPath } from 'node:url';
import {
  createKeyStream,
  generateBoxKeyPair,
  KEY_STREAM_PIECE,
  randomBytes,
} from '@consilium/shared/crypto';
import { addMasks, siteMasks, unmaskPlan, type Mask } from '@consilium/shared/secagg';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { jsonOfChild } from '../measure/child.js';
import { figure, measured, type Figure } from '../measure/figure.js';

const SITES = [3, 10, 50, 128] as const;
const MEGABYTES = [1, 10, 50] as const;
const DROPOUTS = [0, 0.1] as const;
const BYTES_PER_WORD = 4;
/** Of masks that one measurement makes. */
const MEASURED_BYTES = 200e6;
/** Far more than a cache holds. */
const COPIED_BYTES = 256 * 1024 * 1024;
/** Beside this file's source, wherever it was built to. */
const PROGRAM = fileURLToPath(new URL('../../../src/bench/suites/secagg_mask.py', import.meta.url));

interface MaskWork {
  readonly seconds: number;
  /** Of this process, which others do not lengthen as they do the seconds of the clock. */
  readonly cpuSeconds: number;
  readonly masks: number;
  readonly gigabytesPerSecond: number;
  readonly gigabytesPerCpuSecond: number;
  /** Of the masks' key streams alone. */
  readonly keyStreamSeconds: number;
  readonly keyStreamCpuSeconds: number;
  /** Of as many masks. */
  readonly numpySeconds?: number;
}

interface Work extends MaskWork {
  /** Of copying as many bytes. */
  readonly copySeconds: number;
}

interface Attempt<W> {
  readonly sites: number;
  readonly megabytes: number;
  readonly dropouts: number;
  readonly site: W;
  readonly coordinator: W;
}

type Measured = Attempt<MaskWork>;

type SecaggLine = Attempt<Work>;

export interface SecaggResult {
  readonly suite: 'secagg';
  /** Of copying arrays far larger than the cache: the bytes of one of them over the time. */
  readonly copyGigabytesPerSecond: number;
  readonly peakRssMiB: number;
  readonly lines: readonly SecaggLine[];
}

export async function measureSecagg(
  isQuick: boolean,
  python: string | undefined,
): Promise<SecaggResult> {
  const attempts: Measured[] = [];
  for (const megabytes of isQuick ? [1] : MEGABYTES) {
    const words = Math.round((megabytes * 1e6) / BYTES_PER_WORD);
    const numpy = python === undefined ? undefined : await numpySeconds(python, words);
    for (const sites of isQuick ? [3, 10] : SITES) {
      for (const dropouts of new Set(DROPOUTS.map((share) => Math.floor(sites * share)))) {
        const plan = { sites, dropouts, words, numpy };
        attempts.push({ sites, megabytes, dropouts, ...measureAttempt(plan) });
      }
    }
  }
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  // Last, because its arrays are larger than all that a sum needs.
  const bytesPerSecond = copyRate();
  return {
    suite: 'secagg',
    copyGigabytesPerSecond: bytesPerSecond / 1e9,
    peakRssMiB,
    lines: attempts.map((attempt) => besideCopies(attempt, bytesPerSecond)),
  };
}

function besideCopies(attempt: Measured, bytesPerSecond: number): SecaggLine {
  const [site, coordinator] = [attempt.site, attempt.coordinator].map((work) => ({
    ...work,
    copySeconds: (work.masks * attempt.megabytes * 1e6) / bytesPerSecond,
  })) as [Work, Work];
  return { ...attempt, site, coordinator };
}

interface AttemptPlan {
  readonly sites: number;
  readonly dropouts: number;
  readonly words: number;
  /** Seconds of one mask. */
  readonly numpy: number | undefined;
}

function measureAttempt({
  sites,
  dropouts,
  words,
  numpy,
}: AttemptPlan): Pick<Measured, 'site' | 'coordinator'> {
  const context = randomBytes(32);
  const members = Array.from({ length: sites }, (_, i) => ({
    siteId: parseSiteId(`site-${i}`),
    keys: generateBoxKeyPair(),
    selfSeed: randomBytes(32),
  }));
  const sharers = members.map(({ siteId, keys }) => ({ siteId, maskKey: keys.publicKey }));
  const survivors = members.slice(dropouts).map(({ siteId }) => siteId);
  const secrets = members.map(({ siteId, keys, selfSeed }, i) =>
    i < dropouts
      ? ({ siteId, kind: 'mask-key', secret: keys.secretKey } as const)
      : ({ siteId, kind: 'self-seed', secret: selfSeed } as const),
  );
  const [{ siteId, keys, selfSeed }] = members as [(typeof members)[0]];
  const site = { siteId, sharers, maskSecret: keys.secretKey, selfSeed, context };
  return {
    site: measureMasks(() => siteMasks(site), words, numpy),
    coordinator: measureMasks(
      () => unmaskPlan({ secrets, sharers, survivors, context }),
      words,
      numpy,
    ),
  };
}

/** The faster of two runs, which other processes have disturbed least. */
function measureMasks(
  plan: () => readonly Mask[],
  words: number,
  numpy: number | undefined,
): MaskWork {
  const planned = timed(plan);
  const masks = planned.made;
  const most = Math.floor(MEASURED_BYTES / BYTES_PER_WORD / masks.length);
  const measuredWords = Math.min(words, most);
  const scale = words / measuredWords;
  const vector = new Uint32Array(measuredWords);
  const added = fasterOfTwo(() => {
    addMasks(vector, masks);
  });
  const streamed = fasterOfTwo(() => {
    masks.forEach(({ seed }) => {
      streamThrough(seed, measuredWords * BYTES_PER_WORD);
    });
  });
  const bytes = masks.length * measuredWords * BYTES_PER_WORD;
  return {
    seconds: planned.seconds + added.seconds * scale,
    cpuSeconds: planned.cpuSeconds + added.cpuSeconds * scale,
    masks: masks.length,
    gigabytesPerSecond: bytes / added.seconds / 1e9,
    gigabytesPerCpuSecond: bytes / added.cpuSeconds / 1e9,
    keyStreamSeconds: streamed.seconds * scale,
    keyStreamCpuSeconds: streamed.cpuSeconds * scale,
    ...(numpy === undefined ? {} : { numpySeconds: numpy * masks.length }),
  };
}

function streamThrough(seed: Uint8Array, bytes: number): void {
  const next = createKeyStream(seed);
  for (let begin = 0; begin < bytes; begin += KEY_STREAM_PIECE) {
    next(Math.min(KEY_STREAM_PIECE, bytes - begin));
  }
}

/** Bytes a second from one array into another, both touched before. */
function copyRate(): number {
  const from = new Uint8Array(COPIED_BYTES).fill(1);
  const to = new Uint8Array(COPIED_BYTES).fill(2);
  const { seconds } = fasterOfTwo(() => {
    to.set(from);
  });
  return COPIED_BYTES / seconds;
}

interface Time {
  readonly seconds: number;
  /** User and system, of all threads of this process. */
  readonly cpuSeconds: number;
}

function fasterOfTwo(work: () => void): Time {
  const [first, second] = [timed(work), timed(work)];
  return {
    seconds: Math.min(first.seconds, second.seconds),
    cpuSeconds: Math.min(first.cpuSeconds, second.cpuSeconds),
  };
}

function timed<T>(work: () => T): Time & { readonly made: T } {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const made = work();
  const { user, system } = process.cpuUsage(before);
  return {
    made,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Of one mask. */
async function numpySeconds(python: string, words: number): Promise<number> {
  const { seconds } = await jsonOfChild<{ readonly seconds: readonly number[] }>({
    program: python,
    args: [PROGRAM, String(words), '3'],
  });
  return Math.min(...seconds);
}

export function secaggFigures({ lines, peakRssMiB }: SecaggResult): Figure[] {
  const seconds = lines.flatMap(({ sites, megabytes, dropouts, site, coordinator }) => {
    const what = `${sites} sites, ${megabytes} MB, ${dropouts} dropped out`;
    return [
      workFigure(`secure sum: a site masks, ${what}`, site),
      workFigure(`secure sum: the coordinator unmasks, ${what}`, coordinator),
    ];
  });
  return [...seconds, figure('secure sum: peak memory of all measurements', peakRssMiB, 'MiB')];
}

function workFigure(name: string, work: Work): Figure {
  const numpy =
    work.numpySeconds === undefined
      ? []
      : [measured('SecAgg+ arithmetic in NumPy', work.numpySeconds)];
  return figure(name, work.seconds, 's', 'less', [
    ...numpy,
    measured('AES-256-CTR alone', work.keyStreamSeconds),
    measured('copying as many bytes', work.copySeconds),
  ]);
}
