/** Walks every state of a symbolic attempt, each once, until an invariant breaks. */
import { violationOf } from './knowledge.js';
import { movesFrom, type Move } from './moves.js';
import { nameOfSite, type World } from './world.js';

export interface Exploration {
  readonly states: number;
  readonly moves: number;
  readonly violation?: { readonly what: string; readonly trace: readonly Move[] };
}

interface Reached {
  readonly world: World;
  readonly move?: Move;
  readonly from?: Reached;
}

export function explore(start: World): Exploration {
  const seen = new Set([nameOf(start)]);
  const open: Reached[] = [{ world: start }];
  let moves = 0;
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    const what = violationOf(reached.world);
    if (what !== undefined) {
      return { states: seen.size, moves, violation: { what, trace: traceOf(reached) } };
    }
    for (const { move, world } of movesFrom(reached.world)) {
      moves += 1;
      const name = nameOf(world);
      if (!seen.has(name)) {
        seen.add(name);
        open.push({ world, move, from: reached });
      }
    }
  }
  return { states: seen.size, moves };
}

function nameOf({ sites }: World): string {
  return sites.map(nameOfSite).join('|');
}

function traceOf(last: Reached): Move[] {
  const trace: Move[] = [];
  for (let reached: Reached | undefined = last; reached !== undefined; reached = reached.from) {
    trace.unshift(...(reached.move === undefined ? [] : [reached.move]));
  }
  return trace;
}
