/** Element types: their ONNX numbers (onnx.proto, TensorProto.DataType) and the arrays that hold them in JavaScript. */

/** What a tensor of this package can hold. */
export type ElementType = 'float32' | 'int32' | 'bool';

/** What a graph can hold besides: shapes and axes, and the constant that the binding cannot convert. */
export type GraphElementType = ElementType | 'int64' | 'bfloat16';

export type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export const ELEMENT_CODE: Readonly<Record<GraphElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  bfloat16: 16,
};

export const BYTES_PER_ELEMENT: Readonly<Record<ElementType, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
};

export function isElementType(dtype: string): dtype is ElementType {
  return dtype in BYTES_PER_ELEMENT;
}

/** A view of the whole buffer. */
export function viewOf(buffer: ArrayBuffer, type: ElementType): Values {
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'bool':
      return new Uint8Array(buffer);
  }
}

/** The same numbers in the array that the type asks for; the very same array where it fits already. */
export function valuesAs(values: ArrayLike<number>, type: ElementType): Values {
  switch (type) {
    case 'float32':
      return values instanceof Float32Array ? (values as Values) : Float32Array.from(values);
    case 'int32':
      return values instanceof Int32Array ? (values as Values) : Int32Array.from(values);
    case 'bool':
      return values instanceof Uint8Array ? (values as Values) : Uint8Array.from(values);
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
