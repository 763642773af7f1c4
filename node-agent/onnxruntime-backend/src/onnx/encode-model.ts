/** Encodes a graph as an ONNX model: ModelProto of onnx.proto3 (IR version 9, operator set 20), fields by number. */
import { ELEMENT_CODE } from './element-types.js';
import type { Attribute, Graph, GraphNode, GraphValue, Initializer } from './graph.js';
import { ProtobufWriter } from './protobuf-writer.js';

const IR_VERSION = 9;
const OPERATOR_SET = 20;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

/** @returns the bytes of a model; equal graphs give equal bytes */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const model = new ProtobufWriter();
  model.int(1, IR_VERSION);
  model.message(7, (writer) => {
    graph.nodes.forEach((node) => writer.message(1, (inner) => writeNode(inner, node)));
    writer.text(2, 'graph');
    graph.initializers.forEach((tensor) => writer.message(5, (w) => writeInitializer(w, tensor)));
    graph.inputs.forEach((value) => writer.message(11, (inner) => writeValue(inner, value)));
    graph.outputs.forEach((value) => writer.message(12, (inner) => writeValue(inner, value)));
  });
  writeOperatorSet(model, '', OPERATOR_SET);
  writeOperatorSet(model, 'com.microsoft', 1);
  return model.finish();
}

function writeOperatorSet(model: ProtobufWriter, domain: string, version: number): void {
  model.message(8, (writer) => {
    writer.text(1, domain);
    writer.int(2, version);
  });
}

function writeNode(writer: ProtobufWriter, node: GraphNode): void {
  node.inputs.forEach((name) => writer.text(1, name));
  node.outputs.forEach((name) => writer.text(2, name));
  writer.text(4, node.type);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  if (node.domain !== '') {
    writer.text(7, node.domain);
  }
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name);
  if (typeof attribute === 'number') {
    writer.int(3, attribute);
    writer.int(20, ATTRIBUTE_INT);
  } else if (typeof attribute === 'string') {
    writer.text(4, attribute);
    writer.int(20, ATTRIBUTE_STRING);
  } else if ('float' in attribute) {
    writer.float(2, attribute.float);
    writer.int(20, ATTRIBUTE_FLOAT);
  } else {
    attribute.forEach((value) => writer.int(8, value));
    writer.int(20, ATTRIBUTE_INTS);
  }
}

function writeInitializer(writer: ProtobufWriter, tensor: Initializer): void {
  tensor.shape.forEach((size) => writer.int(1, size));
  writer.int(2, ELEMENT_CODE[tensor.type]);
  writer.text(8, tensor.name);
  writer.blob(9, tensor.bytes);
}

function writeValue(writer: ProtobufWriter, { name, type, shape }: GraphValue): void {
  writer.text(1, name);
  writer.message(2, (valueType) =>
    valueType.message(1, (tensorType) => {
      tensorType.int(1, ELEMENT_CODE[type]);
      if (shape !== undefined) {
        tensorType.message(2, (dimensions) =>
          shape.forEach((size) => dimensions.message(1, (dimension) => dimension.int(1, size))),
        );
      }
    }),
  );
}
