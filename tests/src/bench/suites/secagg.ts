/**
 * Secure sums: seconds of a site that masks and of a coordinator that takes the masks off, on one core, beside Flower's SecAgg+
 * arithmetic in NumPy where a Python is named, and beside copying as many bytes as the masks have. Masks that are more than a few
 * hundred megabytes together are made for a range of the vector, and the time is scaled to the whole.
 */
import { fileURLToPath } from 'node:url';
import { generateBoxKeyPair, randomBytes } from '@consilium/shared/crypto';
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
/** Beside this file's source, wherever it was built to. */
const PROGRAM = fileURLToPath(new URL('../../../src/bench/suites/secagg_mask.py', import.meta.url));

interface Work {
  readonly seconds: number;
  readonly masks: number;
  readonly gigabytesPerSecond: number;
  /** Of copying as many bytes. */
  readonly copySeconds: number;
  /** Of as many masks. */
  readonly numpySeconds?: number;
}

export interface SecaggLine {
  readonly sites: number;
  readonly megabytes: number;
  readonly dropouts: number;
  readonly site: Work;
  readonly coordinator: Work;
}

export interface SecaggResult {
  readonly suite: 'secagg';
  readonly peakRssMiB: number;
  readonly lines: readonly SecaggLine[];
}

export async function measureSecagg(
  isQuick: boolean,
  python: string | undefined,
): Promise<SecaggResult> {
  const lines: SecaggLine[] = [];
  for (const megabytes of isQuick ? [1] : MEGABYTES) {
    const words = Math.round((megabytes * 1e6) / BYTES_PER_WORD);
    const numpy = python === undefined ? undefined : await numpySeconds(python, words);
    for (const sites of isQuick ? [3, 10] : SITES) {
      for (const dropouts of new Set(DROPOUTS.map((share) => Math.floor(sites * share)))) {
        lines.push({
          sites,
          megabytes,
          dropouts,
          ...measureAttempt(sites, dropouts, words, numpy),
        });
      }
    }
  }
  return { suite: 'secagg', peakRssMiB: process.resourceUsage().maxRSS / 1024, lines };
}

function measureAttempt(
  sites: number,
  dropouts: number,
  words: number,
  numpy: number | undefined,
): Pick<SecaggLine, 'site' | 'coordinator'> {
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
function measureMasks(plan: () => readonly Mask[], words: number, numpy: number | undefined): Work {
  const started = performance.now();
  const masks = plan();
  const planSeconds = (performance.now() - started) / 1000;
  const most = Math.floor(MEASURED_BYTES / BYTES_PER_WORD / masks.length);
  const measuredWords = Math.min(words, most);
  const scale = words / measuredWords;
  const vector = new Uint32Array(measuredWords);
  const copy = new Uint32Array(measuredWords);
  const addSeconds = secondsOf(() => {
    addMasks(vector, masks);
  });
  const copySeconds = secondsOf(() => {
    for (let i = 0; i < masks.length; i += 1) {
      copy.set(vector);
    }
  });
  const bytes = masks.length * measuredWords * BYTES_PER_WORD;
  return {
    seconds: planSeconds + addSeconds * scale,
    masks: masks.length,
    gigabytesPerSecond: bytes / addSeconds / 1e9,
    copySeconds: copySeconds * scale,
    ...(numpy === undefined ? {} : { numpySeconds: numpy * masks.length }),
  };
}

function secondsOf(work: () => void): number {
  const runs = [0, 1].map(() => {
    const started = performance.now();
    work();
    return (performance.now() - started) / 1000;
  });
  return Math.min(...runs);
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
    measured('copying as many bytes', work.copySeconds),
  ]);
}
