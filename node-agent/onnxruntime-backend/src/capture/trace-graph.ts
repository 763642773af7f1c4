/** A graph in which equal nodes and equal constants exist once: what a gradient computes again is recognised as the value of the forward pass. */
import type { GraphElementType } from '../onnx/element-types.js';
import { type Attributes, Graph } from '../onnx/graph.js';

export class TraceGraph extends Graph {
  private readonly seenConstants = new Map<string, string>();
  private readonly seenNodes = new Map<string, readonly string[]>();

  override constant(
    type: GraphElementType,
    shape: readonly number[],
    values: ArrayBufferView,
  ): string {
    const { buffer, byteOffset, byteLength } = values;
    const content = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    const key = `${type}|${shape.join()}|${content}`;
    const name = this.seenConstants.get(key) ?? super.constant(type, shape, values);
    this.seenConstants.set(key, name);
    return name;
  }

  override ops(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const key = `${type}|${inputs.join()}|${count}|${JSON.stringify(attributes)}`;
    const outputs = this.seenNodes.get(key) ?? super.ops(type, inputs, count, attributes);
    this.seenNodes.set(key, outputs);
    return outputs;
  }

  /** Forgets what is only needed while nodes are added. */
  seal(): void {
    this.seenConstants.clear();
    this.seenNodes.clear();
  }
}
