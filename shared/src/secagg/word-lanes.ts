/** Adds pieces of key streams to a piece of a vector, four words at once: what the module of lane-module.ts is driven with. */
import type { KeyStream } from '../crypto/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { laneModule, type LaneFunction } from './lane-module.js';

/** The most streams that one pass over the sum adds, so that it is loaded and stored once for all of them. */
const PASS = 4;

export interface WordLanes {
  /** Takes the words of the sum, at most a slot of bytes. */
  readonly load: (words: Uint8Array) => void;
  /** Adds the next bytes of each stream to the sum, or takes them off it. */
  readonly add: (streams: readonly KeyStream[], sign: 1 | -1) => void;
  /** Gives the sum back. */
  readonly store: (words: Uint8Array) => void;
  /** Leaves nothing of sums and streams. */
  readonly wipe: () => void;
}

/** What Node has of the JavaScript interface of WebAssembly, and its types lack. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  readonly validate: (bytes: Uint8Array) => boolean;
};

type AddLanes = (bytes: number) => void;

const PASSES: readonly LaneFunction[] = Array.from({ length: PASS }, (_, i) => i + 1).flatMap(
  (streams) => ([1, -1] as const).map((sign) => ({ name: nameOf(streams, sign), streams, sign })),
);

/**
 * @param slotBytes of the longest piece, a multiple of 16
 * @throws ConsiliumError 'internal' on a processor without vector instructions
 */
export function createWordLanes(slotBytes: number): WordLanes {
  const { memory, passes } = instanceOf(slotBytes);
  const slot = (index: number): Uint8Array =>
    memory.subarray(index * slotBytes, (index + 1) * slotBytes);
  const sum = slot(0);
  const inputs = Array.from({ length: PASS }, (_, i) => slot(i + 1));
  let length = 0;
  return {
    load: (words) => {
      sum.set(words);
      length = words.length;
    },
    add: (streams, sign) => {
      for (let i = 0; i < streams.length; i += PASS) {
        const pass = streams.slice(i, i + PASS);
        pass.forEach((next, place) => {
          (inputs[place] as Uint8Array).set(next(length));
        });
        (passes.get(nameOf(pass.length, sign)) as AddLanes)(length);
      }
    },
    store: (words) => {
      words.set(sum.subarray(0, words.length));
    },
    wipe: () => {
      memory.fill(0);
    },
  };
}

function instanceOf(slotBytes: number): {
  readonly memory: Uint8Array;
  readonly passes: ReadonlyMap<string, AddLanes>;
} {
  const bytes = laneModule(PASSES, slotBytes);
  requireVectorInstructions(WebAssembly.validate(bytes));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { buffer } = exports['memory'] as { readonly buffer: ArrayBuffer };
  return {
    memory: new Uint8Array(buffer),
    passes: new Map(PASSES.map(({ name }) => [name, exports[name] as AddLanes])),
  };
}

/** @throws ConsiliumError 'internal' */
export function requireVectorInstructions(isThere: boolean): void {
  if (!isThere) {
    throw new ConsiliumError(
      'internal',
      'secure sums are not made on a processor without vector instructions: use one with SSE4.1 or NEON',
    );
  }
}

function nameOf(streams: number, sign: 1 | -1): string {
  return `${sign === 1 ? 'add' : 'subtract'}-${streams}`;
}
