/** Ranks and alphas of an adapter, those that are alike counted together. */
import type { LowRankDescription } from './read-config.js';

export interface RankCount {
  readonly rank: number;
  readonly alpha: number;
  readonly modules: number;
}

export function rankSummary(
  { rankOf, alphaOf }: LowRankDescription,
  modules: readonly string[],
): RankCount[] {
  const counts = new Map<string, RankCount>();
  for (const module of modules) {
    const [rank, alpha] = [rankOf(module), alphaOf(module)];
    const key = `${rank} ${alpha}`;
    counts.set(key, { rank, alpha, modules: (counts.get(key)?.modules ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.modules - a.modules);
}
