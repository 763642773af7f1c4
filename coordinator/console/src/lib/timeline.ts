/** Rounds as bars on a time axis whose idle stretches are compressed: what stands where, without a word on how it is drawn. */
export { barsOf, type Bar } from '@consilium/shared/answers';

export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Scale {
  /** Of a moment, from 0 to 1. */
  readonly at: (ms: number) => number;
  readonly gaps: readonly Gap[];
}

/** Each gap takes this much of the axis, however long it lasted. */
const GAP_SHARE = 0.02;
/** Stretches without work that are longer than this part of all the work are compressed. */
const LONG_GAP = 0.05;

export function scaleOf(bars: readonly Gap[]): Scale {
  const busy = merged(bars);
  const worked = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const stretches = joined(busy, Math.max(1, worked * LONG_GAP));
  const gaps = stretches.slice(1).map(({ fromMs }, i) => ({
    fromMs: stretches[i]?.toMs ?? fromMs,
    toMs: fromMs,
  }));
  const gapShare = gaps.length === 0 ? 0 : Math.min(GAP_SHARE, 0.3 / gaps.length);
  const total = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) || 1;
  const workShare = 1 - gapShare * gaps.length;
  return {
    gaps,
    at: (ms) => {
      let before = 0;
      let passed = 0;
      for (const { fromMs, toMs } of stretches) {
        if (ms < fromMs) {
          break;
        }
        before += Math.min(ms, toMs) - fromMs;
        passed += ms > toMs ? 1 : 0;
      }
      return (before / total) * workShare + Math.min(passed, gaps.length) * gapShare;
    },
  };
}

function merged(bars: readonly Gap[]): Gap[] {
  return joined(
    bars.map(({ fromMs, toMs }) => ({ fromMs, toMs })).toSorted((a, b) => a.fromMs - b.fromMs),
    0,
  );
}

/** @param sorted by their begin; those that are not further apart than `reachMs` become one. */
function joined(sorted: readonly Gap[], reachMs: number): Gap[] {
  const result: Gap[] = [];
  for (const stretch of sorted) {
    const last = result.at(-1);
    if (last !== undefined && stretch.fromMs - last.toMs <= reachMs) {
      result[result.length - 1] = { ...last, toMs: Math.max(last.toMs, stretch.toMs) };
    } else {
      result.push(stretch);
    }
  }
  return result;
}
