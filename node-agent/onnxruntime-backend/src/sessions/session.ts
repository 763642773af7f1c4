/**
 * One graph in a native session, run synchronously.
 *
 * The binding fills buffers that it is handed, but then copies every output into a new one. It converts outputs in the
 * model's order and throws at an element type that JavaScript lacks, and by then all buffers are filled: with the unreadable
 * output first, no copy is made. `output-probe.ts` tests at start that this holds.
 */
import {
  BYTES_PER_ELEMENT,
  elementCount,
  type ElementType,
  type Values,
  valuesAs,
} from '../onnx/element-types.js';
import { type Binding, LOG_LEVEL, type NativeSession, type NativeTensor } from './binding.js';
import { UNREADABLE, type Model } from './model.js';

export interface OutputSpec {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export interface SessionSettings {
  readonly threads: number;
  /** Reserves a region for intermediate values from the first run's sizes: worth it where all shapes are fixed. */
  readonly planMemory: boolean;
}

/** Below this, a copy costs less than an exception. */
const IN_PLACE_FROM_BYTES = 65_536;

/** How the binding words the refusal of element type 16, bfloat16. */
const REFUSAL = 'Tensor type (16)';

export class Session {
  private readonly native: NativeSession;
  private readonly outputNames: readonly string[];

  /** @throws Error in onnxruntime's words when it refuses the graph */
  constructor(binding: Binding, model: Model, settings: SessionSettings) {
    this.outputNames = model.outputNames;
    this.native = binding.createSession();
    const { buffer, byteOffset, byteLength } = model.bytes;
    this.native.loadModel(buffer, byteOffset, byteLength, {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableCpuMemArena: true,
      enableMemPattern: settings.planMemory,
      logSeverityLevel: LOG_LEVEL,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  }

  /** Runs into buffers from `allocate` where that saves a copy, else takes the binding's own. */
  run(
    feeds: Readonly<Record<string, NativeTensor>>,
    outputs: readonly OutputSpec[],
    allocate: ((count: number, type: ElementType) => Values) | null,
  ): readonly Values[] {
    if (allocate === null || bytesOf(outputs) < IN_PLACE_FROM_BYTES) {
      const fetches = Object.fromEntries(this.outputNames.map((name) => [name, null]));
      const results = this.native.run(feeds, fetches, {});
      return outputs.map(({ type }, i) => {
        const data = results[this.outputNames[i] ?? '']?.data;
        return valuesAs(data as unknown as ArrayLike<number>, type);
      });
    }
    const values = outputs.map(({ shape, type }) => allocate(elementCount(shape), type));
    this.runInto(feeds, outputs, values);
    return values;
  }

  /** Fills the given buffers. @returns whether the binding stopped before it copied them */
  runInto(
    feeds: Readonly<Record<string, NativeTensor>>,
    outputs: readonly OutputSpec[],
    values: readonly Values[],
  ): boolean {
    const fetches: Record<string, NativeTensor | null> = { [UNREADABLE]: null };
    outputs.forEach(({ shape, type }, i) => {
      const data = values[i];
      const name = this.outputNames[i];
      if (data === undefined || name === undefined) {
        throw new Error(`the graph has ${this.outputNames.length} outputs, not ${outputs.length}`);
      }
      fetches[name] = { dims: shape, type, location: 'cpu', data };
    });
    try {
      this.native.run(feeds, fetches, {});
      return false;
    } catch (error) {
      if (String(error).includes(REFUSAL)) {
        return true;
      }
      throw error;
    }
  }

  dispose(): void {
    this.native.dispose();
  }
}

function bytesOf(outputs: readonly OutputSpec[]): number {
  return outputs.reduce(
    (sum, { shape, type }) => sum + elementCount(shape) * BYTES_PER_ELEMENT[type],
    0,
  );
}
