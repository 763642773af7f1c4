/** One ONNX graph under construction: nodes in the order of computation, constants, inputs and outputs, all by name. */
import type { ElementType, GraphElementType } from './element-types.js';

/** An integer, a list of integers, a text, or a float, which JavaScript cannot tell from an integer. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface Attributes {
  readonly [name: string]: Attribute;
}

export interface GraphNode {
  readonly type: string;
  /** Empty = the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Initializer {
  readonly name: string;
  readonly type: GraphElementType;
  readonly shape: readonly number[];
  /** Little-endian elements. */
  readonly bytes: Uint8Array;
}

export interface GraphValue {
  readonly name: string;
  readonly type: GraphElementType;
  /** Absent = any shape. */
  readonly shape?: readonly number[];
}

/** Operators of onnxruntime's own; the others are standard. */
const CONTRIBUTED = new Set(['FusedMatMul']);

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: GraphValue[] = [];
  readonly outputs: GraphValue[] = [];
  private names = 0;

  input(type: GraphElementType, shape?: readonly number[]): string {
    const name = `i${this.inputs.length}`;
    this.inputs.push({ name, type, ...(shape === undefined ? {} : { shape }) });
    return name;
  }

  output(name: string, type: ElementType): void {
    this.outputs.push({ name, type });
  }

  constant(type: GraphElementType, shape: readonly number[], values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const name = `c${this.initializers.length}`;
    this.initializers.push({ name, type, shape, bytes });
    return name;
  }

  /** A float of rank 0. */
  scalar(value: number): string {
    return this.constant('float32', [], Float32Array.of(value));
  }

  /** A list of int64, as operators take shapes and axes. */
  ints(values: readonly number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Appends a node with one output and returns the output's name. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const [output] = this.ops(type, inputs, 1, attributes);
    if (output === undefined) {
      throw new Error(`node ${type} has no output`);
    }
    return output;
  }

  /** Appends a node with several outputs. */
  ops(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.freshName());
    const domain = CONTRIBUTED.has(type) ? 'com.microsoft' : '';
    this.nodes.push({ type, domain, inputs, outputs, attributes });
    return outputs;
  }

  protected freshName(): string {
    this.names += 1;
    return `t${this.names - 1}`;
  }
}
