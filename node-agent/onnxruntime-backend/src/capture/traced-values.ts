/** The values of a trace: which value of the graph each tensor stands for, under which shape. */
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { elementCount, type ElementType } from '../onnx/element-types.js';
import { TraceGraph } from './trace-graph.js';

/** A value of the graph under a tensor's shape. `actual` is smaller where a broadcast is not carried out yet. */
export interface TracedValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly actual: readonly number[];
  readonly type: ElementType;
}

/** Shape and type of a value in the graph. */
export interface KnownValue {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export class TracedValues {
  readonly graph = new TraceGraph();
  /** Those that a kernel returned; of values inside a kernel only the nodes are known. */
  readonly known = new Map<string, KnownValue>();
  private readonly byData = new Map<object, TracedValue>();
  private readonly reshaped = new Map<string, { name: string; shape: readonly number[] }>();

  constructor(private readonly backend: OnnxruntimeBackend) {}

  /** @returns a tensor without numbers that stands for the value */
  define(value: TracedValue): TensorInfo {
    const dataId = {};
    this.backend.data.set(dataId, { dtype: value.type, refCount: 1 });
    this.byData.set(dataId, value);
    this.learn(value.name, { shape: value.actual, type: value.type });
    return { dataId, shape: [...value.shape], dtype: value.type };
  }

  find(dataId: object): TracedValue | undefined {
    return this.byData.get(dataId);
  }

  learn(name: string, value: KnownValue): void {
    if (!this.known.has(name)) {
      this.known.set(name, value);
    }
  }

  /** The name of the value with its broadcast carried out. */
  carriedOut({ name, shape, actual, type }: TracedValue): string {
    if (util.arraysEqual([...actual], [...shape])) {
      return name;
    }
    const full = this.graph.op('Expand', [name, this.graph.ints(shape)]);
    this.learn(full, { shape, type });
    return full;
  }

  /** The same numbers under another shape. */
  viewed(value: TracedValue, shape: readonly number[]): TracedValue {
    if (util.arraysEqual([...value.shape], [...shape])) {
      return value;
    }
    if (elementCount(value.actual) === 1) {
      return {
        ...value,
        name: this.reshape(value, value.name, value.actual, []),
        shape,
        actual: [],
      };
    }
    const name = this.reshape(value, this.carriedOut(value), value.shape, shape);
    return { ...value, name, shape, actual: shape };
  }

  /** Forgets what is only needed while tracing. */
  seal(): void {
    this.graph.seal();
    this.byData.clear();
    this.reshaped.clear();
  }

  /** A reshape of a reshape is one of the first value. */
  private reshape(
    { type }: TracedValue,
    name: string,
    from: readonly number[],
    to: readonly number[],
  ): string {
    const base = this.reshaped.get(name) ?? { name, shape: from };
    if (util.arraysEqual([...base.shape], [...to])) {
      return base.name;
    }
    const output = this.graph.op('Reshape', [base.name, this.graph.ints(to)]);
    this.reshaped.set(output, base);
    this.learn(output, { shape: to, type });
    return output;
  }
}
