/**
 * The tfjs backend `onnxruntime`. Tensors are typed arrays in the process's own memory, as in tfjs's cpu backend, which this
 * one extends: so each of its kernels works here too, on the same arrays, where there is no graph for one.
 */
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type DataType, engine, type TensorInfo } from '@tensorflow/tfjs-core';
import { isElementType, type Values, valuesAs } from '../onnx/element-types.js';
import { Graph } from '../onnx/graph.js';
import type { Binding, NativeTensor } from '../sessions/binding.js';
import { makeModel, type Model } from '../sessions/model.js';
import { type OutputSpec, Session } from '../sessions/session.js';
import { SessionCache } from '../sessions/session-cache.js';
import { BufferPool } from './buffer-pool.js';
import type { Execution, Recorder } from './execution.js';

export const BACKEND_NAME = 'onnxruntime';

export interface BackendSettings {
  readonly threads: number;
  /** Memory kept for reuse, in bytes. */
  readonly poolBytes: number;
  /** Sessions of captured graphs kept at once. */
  readonly graphSessions: number;
  /** Whether results are filled in place (see `output-probe.ts`). */
  readonly inPlace: boolean;
  /** Called once for each kernel that runs as tfjs's own JavaScript. */
  readonly onFallback: (kernel: string, inputs: string) => void;
  /** Receives a sentence when a function cannot be captured and runs plainly instead. */
  readonly warn: (message: string) => void;
}

const NO_VALUES =
  'a tensor made while a function was captured is used outside of it; return it from that function';
const OPERATOR_SESSIONS = 256;
const INPUT_NAMES = Array.from({ length: 1024 }, (_, i) => `i${i}`);

export class OnnxruntimeBackend extends MathBackendCPU {
  /** Set while a function is captured: kernels then append to its graph instead of running. */
  recorder: Recorder | null = null;
  readonly pool: BufferPool;
  private readonly operators = new SessionCache<Session>(OPERATOR_SESSIONS);
  private readonly graphs: SessionCache<Session>;
  private readonly reported = new Set<string>();

  constructor(
    private readonly binding: Binding,
    readonly settings: BackendSettings,
  ) {
    super();
    this.pool = new BufferPool(settings.poolBytes);
    this.graphs = new SessionCache<Session>(settings.graphSessions);
  }

  /** How many sessions of captured graphs are held. */
  get graphSessions(): number {
    return this.graphs.size;
  }

  /** Runs what a kernel asks for, or records it. */
  execute(execution: Execution): readonly TensorInfo[] {
    if (this.recorder !== null) {
      return this.recorder.execute(execution);
    }
    const { key, inputs, outputs, integers = [] } = execution;
    const session = this.operators.use(key, () => this.operatorSession(execution));
    return this.run(session, inputs, outputs, integers);
  }

  /**
   * Makes sure that onnxruntime accepts a captured graph.
   * @throws Error in onnxruntime's words
   */
  prepareGraph(model: Model): void {
    this.graphSession(model);
  }

  executeGraph(
    model: Model,
    inputs: readonly TensorInfo[],
    outputs: readonly OutputSpec[],
  ): readonly TensorInfo[] {
    return this.run(this.graphSession(model), inputs, outputs, []);
  }

  /** Reports a kernel of tfjs's own JavaScript, the first time that it runs. */
  reportFallback(kernel: string, inputs: readonly TensorInfo[]): void {
    if (!this.reported.has(kernel)) {
      this.reported.add(kernel);
      this.settings.onFallback(kernel, describe(inputs));
    }
  }

  /** A tensor's numbers in the array of its type: tfjs's own cast to float leaves a bool's bytes as they are. */
  valuesOf(tensor: TensorInfo): Values {
    const record = this.data.get(tensor.dataId);
    if (!isElementType(tensor.dtype)) {
      throw new Error(`a tensor of type ${tensor.dtype} has no place in a graph`);
    }
    const { values } = record;
    if (values === undefined) {
      throw new Error(NO_VALUES);
    }
    const typed = valuesAs(values as ArrayLike<number>, tensor.dtype);
    record.values = typed;
    return typed;
  }

  override write(values: backend_util.BackendValues, _: number[], dtype: DataType): object {
    const dataId = {};
    this.data.set(dataId, { values, dtype, refCount: 1 });
    this.recorder?.wrote(dataId);
    return dataId;
  }

  override read(dataId: object): Promise<backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override readSync(dataId: object): backend_util.BackendValues {
    this.recorder?.read(dataId);
    if (this.data.get(dataId).values === undefined && !this.isComplex(dataId)) {
      throw new Error(NO_VALUES);
    }
    const values = super.readSync(dataId);
    this.pool.release(values);
    return values;
  }

  override disposeData(dataId: object, force = false): boolean {
    const record = this.data.has(dataId) ? this.data.get(dataId) : null;
    const done = super.disposeData(dataId, force);
    if (record !== null && !this.data.has(dataId)) {
      this.pool.recycle(record.values);
    }
    return done;
  }

  override memory(): { unreliable: boolean; reasons: string[]; pooledBytes: number } {
    return { unreliable: false, reasons: [], pooledBytes: this.pool.bytes };
  }

  override dispose(): void {
    this.operators.dispose();
    this.graphs.dispose();
    this.pool.clear();
  }

  private isComplex(dataId: object): boolean {
    return this.data.get(dataId).dtype === 'complex64';
  }

  private operatorSession({ build, inputs, outputs, integers, heavy }: Execution): Session {
    const graph = new Graph();
    const names = inputs.map(({ dtype }) => graph.input(isElementType(dtype) ? dtype : 'float32'));
    const lists = (integers ?? []).map(() => graph.input('int64'));
    build(graph, [...names, ...lists]).forEach((name, i) => {
      graph.output(name, outputs[i]?.type ?? 'float32');
    });
    const threads = heavy === true ? this.settings.threads : 1;
    return new Session(this.binding, makeModel(graph), { threads, planMemory: false });
  }

  private graphSession(model: Model): Session {
    const settings = { threads: this.settings.threads, planMemory: false };
    return this.graphs.use(model.hash, () => new Session(this.binding, model, settings));
  }

  private run(
    session: Session,
    inputs: readonly TensorInfo[],
    outputs: readonly OutputSpec[],
    integers: readonly (readonly number[])[],
  ): readonly TensorInfo[] {
    const feeds: Record<string, NativeTensor> = {};
    [...inputs.map((tensor) => this.feed(tensor)), ...integers.map(integerFeed)].forEach(
      (tensor, i) => {
        feeds[INPUT_NAMES[i] ?? `i${i}`] = tensor;
      },
    );
    const allocate = this.settings.inPlace ? this.pool.allocate.bind(this.pool) : null;
    const results = session.run(feeds, outputs, allocate);
    return outputs.map(({ shape, type }, i) => {
      const values = results[i];
      if (values === undefined) {
        throw new Error(`onnxruntime gave ${results.length} results instead of ${outputs.length}`);
      }
      return { dataId: this.write(values, [...shape], type), shape: [...shape], dtype: type };
    });
  }

  private feed(tensor: TensorInfo): NativeTensor {
    const data = this.valuesOf(tensor);
    return { dims: tensor.shape, type: tensor.dtype, location: 'cpu', data };
  }
}

/** tfjs's current backend if it is this one. */
export function currentBackend(): OnnxruntimeBackend | null {
  const { backend } = engine();
  return backend instanceof OnnxruntimeBackend ? backend : null;
}

/** Types and shapes, for messages: `float32[2,3], int32[2]`. */
export function describe(inputs: readonly TensorInfo[]): string {
  return inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(',')}]`).join(', ');
}

function integerFeed(list: readonly number[]): NativeTensor {
  return {
    dims: [list.length],
    type: 'int64',
    location: 'cpu',
    data: BigInt64Array.from(list, BigInt),
  };
}
