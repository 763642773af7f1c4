/**
 * Stands in for the backend while a function is traced: kernels append to one graph, and the tensors that they return have a
 * shape but no numbers. The shape code of tfjs, its operations and its tape need no more.
 */
import { broadcast_util, keep, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { describe, type OnnxruntimeBackend } from '../backend/backend.js';
import type { Execution, Recorder } from '../backend/execution.js';
import { elementCount, type ElementType, isElementType } from '../onnx/element-types.js';
import { CaptureError, placeInModelCode } from './capture-error.js';
import { internals, isTrained } from './tfjs-internals.js';
import type { ClosureInput, TracedInput } from './traced-input.js';
import { type TracedValue, TracedValues } from './traced-values.js';

type NewInput = TracedInput extends infer Input
  ? Input extends TracedInput
    ? Omit<Input, 'name' | 'shape' | 'type'>
    : never
  : never;

/** Larger constants stay outside of the graph. */
const LARGEST_CONSTANT = 4096;

export class GraphRecorder implements Recorder {
  readonly inputs: TracedInput[] = [];
  readonly values: TracedValues;
  /** The gradient is being traced, whose kernels no line of the model calls. */
  inGradient = false;
  private readonly written = new WeakSet<object>(); // Data ids of constants.
  private readonly closures = new Map<number, TracedValue>(); // By tensor id: two variables may share their data.
  private readonly tables = new Map<object, TracedValue>(); // Large constants by data id.
  private readonly numbers = new Map<string, number>(); // Constants that are one number.

  /** @param outerIds tensors of a gradient in progress that depend on a variable */
  constructor(
    private readonly backend: OnnxruntimeBackend,
    readonly label: string,
    private readonly outerIds: ReadonlySet<number>,
  ) {
    this.values = new TracedValues(backend);
  }

  fail(reason: string): never {
    const where = this.inGradient ? 'in its gradient, called at' : 'at';
    throw new CaptureError(
      `${this.label} cannot be captured: ${reason} (${where} ${placeInModelCode()})`,
    );
  }

  wrote(dataId: object): void {
    this.written.add(dataId);
  }

  read(dataId: object): void {
    if (!this.written.has(dataId)) {
      this.fail(
        'the value of a tensor is read (dataSync, data, array or print), but while tracing there are only shapes; ' +
          'return the tensor and read it outside, or pass the number as an argument',
      );
    }
  }

  fallBack(kernel: string, inputs: readonly TensorInfo[]): void {
    if (!inputs.every(({ dataId }) => this.written.has(dataId))) {
      this.fail(`kernel ${kernel} has no ONNX form for (${describe(inputs)})`);
    }
  }

  execute(execution: Execution): readonly TensorInfo[] {
    const { inputs, outputs, integers = [], build } = execution;
    const values = inputs.map((tensor) => this.valueOf(tensor));
    if (execution.elementwise === true) {
      return [this.elementwise(execution, values)];
    }
    const names = [
      ...values.map((value) => this.values.carriedOut(value)),
      ...integers.map((list) => this.values.graph.ints(list)),
    ];
    return build(this.values.graph, names).map((name, i) => {
      const { shape, type } = outputs[i] ?? { shape: [], type: 'float32' };
      return this.values.define({ name, shape, actual: shape, type });
    });
  }

  view(tensor: TensorInfo, shape: readonly number[]): TensorInfo | null {
    if (this.written.has(tensor.dataId)) {
      return null;
    }
    return this.values.define(this.values.viewed(this.valueOf(tensor), shape));
  }

  /** Adds an input to the graph. @returns a tensor that stands for it */
  addInput(input: NewInput, shape: readonly number[], dtype: string): Tensor {
    return this.tensor(this.values.define(this.newInput(input, shape, dtype)));
  }

  /** The name of a value in its tensor's full shape. */
  nameOf(tensor: TensorInfo): string {
    return this.values.carriedOut(this.valueOf(tensor));
  }

  trainedClosures(): readonly Tensor[] {
    return this.inputs
      .filter((input): input is ClosureInput => input.kind === 'closure')
      .filter(({ tensor, type }) => type === 'float32' && isTrained(tensor))
      .map(({ tensor }) => tensor);
  }

  /** Disposes of large constants. */
  disposeTables(): void {
    for (const input of this.inputs) {
      if (input.kind === 'closure' && input.owned) {
        input.tensor.dispose();
      }
    }
  }

  /** Forgets what is only needed while tracing. */
  seal(): void {
    this.values.seal();
    [this.closures, this.tables, this.numbers].forEach((map) => map.clear());
  }

  private elementwise(
    { key, neutral, outputs, build }: Execution,
    values: readonly TracedValue[],
  ): TensorInfo {
    const { shape, type } = outputs[0] ?? this.fail(`kernel ${key} has no result`);
    const [left, right] = values;
    if (neutral !== undefined && left !== undefined && right !== undefined) {
      const idle = [left, right].findIndex(({ name }) => this.numbers.get(name) === neutral);
      if (idle >= 0) {
        return this.values.define({ ...(idle === 0 ? right : left), shape });
      }
    }
    const [name = ''] = build(
      this.values.graph,
      values.map((value) => value.name),
    );
    const actual = values
      .map((value) => [...value.actual])
      .reduce((a, b) => broadcast_util.assertAndGetBroadcastShape(a, b), []);
    return this.values.define({ name, shape, actual, type });
  }

  private valueOf(tensor: TensorInfo): TracedValue {
    if (elementCount(tensor.shape) === 0) {
      this.fail('an empty tensor is used');
    }
    if (this.written.has(tensor.dataId)) {
      return this.constant(tensor);
    }
    return this.values.find(tensor.dataId) ?? this.closure(tensor as Tensor);
  }

  private constant(tensor: TensorInfo): TracedValue {
    const { shape, dtype } = tensor;
    const type = this.typeOf(dtype);
    const data = this.backend.valuesOf(tensor);
    const [first = 0] = data;
    if (data.every((value) => Object.is(value, first))) {
      const name = this.values.graph.constant(type, [], data.slice(0, 1));
      this.numbers.set(name, first);
      return { name, shape, actual: [], type };
    }
    if (data.length > LARGEST_CONSTANT) {
      return this.table(tensor);
    }
    return { name: this.values.graph.constant(type, shape, data), shape, actual: shape, type };
  }

  private table(tensor: TensorInfo): TracedValue {
    const { dataId, shape, dtype } = tensor;
    let known = this.tables.get(dataId);
    if (known === undefined) {
      const copy = this.backend.valuesOf(tensor).slice();
      const info = this.backend.makeTensorInfo([...shape], dtype, copy);
      const owned = keep(this.tensor(info));
      known = this.newInput({ kind: 'closure', tensor: owned, owned: true }, shape, dtype);
      this.tables.set(dataId, known);
    }
    return this.values.viewed(known, shape);
  }

  private closure(tensor: Tensor): TracedValue {
    const known = this.closures.get(tensor.id);
    if (known !== undefined) {
      return known;
    }
    if (this.outerIds.has(tensor.id)) {
      this.fail(
        'it closes over a tensor that was computed inside the same gradient; pass that tensor as an argument, ' +
          'else its gradient would be lost',
      );
    }
    const value = this.newInput(
      { kind: 'closure', tensor, owned: false },
      tensor.shape,
      tensor.dtype,
    );
    this.closures.set(tensor.id, value);
    return value;
  }

  private newInput(input: NewInput, shape: readonly number[], dtype: string): TracedValue {
    const type = this.typeOf(dtype);
    const name = `x${this.inputs.length}`;
    this.inputs.push({ ...input, name, shape, type });
    this.values.learn(name, { shape, type });
    return { name, shape, actual: shape, type };
  }

  private typeOf(dtype: string): ElementType {
    return isElementType(dtype) ? dtype : this.fail(`a ${dtype} tensor is used`);
  }

  private tensor(info: TensorInfo): Tensor {
    return internals().makeTensorFromTensorInfo(info);
  }
}
