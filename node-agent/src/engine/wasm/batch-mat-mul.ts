/**
 * Matrix products for the wasm backend at the speed of its XNNPACK kernel. The backend takes that kernel (30 GFLOP/s on one
 * core) only for single, untransposed products, and a naive loop (2 to 3 GFLOP/s) for all others, which is most of an
 * attention layer and of every gradient. Here operands are transposed first, which costs next to nothing, and each item of a
 * batch is multiplied on its own, in place: an alias tensor id names its part of the memory.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { addressOf, idOf, moduleOf, type WasmFunction } from './wasm-backend.js';

const FLOAT_BYTES = 4;

/** Tensor ids of the aliases: far above what the backend counts up to, and still 32-bit. */
const ALIAS_A = 0xffff_ff00;
const ALIAS_B = ALIAS_A + 1;
const ALIAS_OUT = ALIAS_A + 2;

/** One side of the product, untransposed: `batch` matrices of `rows` x `columns`. */
interface Operand {
  readonly tensor: tf.TensorInfo;
  /** A transposed copy that this product made and frees. */
  readonly isCopy: boolean;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
}

/** Replaces the backend's kernel. Registering again, after another start of the backend, is harmless. */
export function registerBatchMatMul(backend: BackendWasm): void {
  const shape = ['number', 'array', 'number'] as const;
  const multiply = moduleOf(backend).cwrap(tf.BatchMatMul, null, [
    ...shape,
    ...shape,
    'number',
    'number',
    'number',
  ]);
  tf.unregisterKernel(tf.BatchMatMul, 'wasm');
  tf.registerKernel({
    kernelName: tf.BatchMatMul,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { a, b } = inputs as Record<'a' | 'b', tf.TensorInfo>;
      const left = untransposed(backend, a, attrs?.['transposeA'] === true);
      const right = untransposed(backend, b, attrs?.['transposeB'] === true);
      const out = product(backend, multiply, left, right);
      for (const { tensor, isCopy } of [left, right]) {
        if (isCopy) {
          backend.disposeData(tensor.dataId);
        }
      }
      return out;
    },
  });
}

/** out [..., m, n] = a [..., m, k] x b [..., k, n], where a batch of one meets any batch. */
function product(
  backend: BackendWasm,
  multiply: WasmFunction,
  a: Operand,
  b: Operand,
): tf.TensorInfo {
  tf.util.assert(
    a.columns === b.rows && (a.batch === b.batch || a.batch === 1 || b.batch === 1),
    () =>
      `matMul: ${a.batch} matrices of ${a.rows} x ${a.columns} do not meet ${b.batch} of ${b.rows} x ${b.columns}`,
  );
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(
    a.tensor.shape.slice(0, -2),
    b.tensor.shape.slice(0, -2),
  );
  const out = backend.makeOutput([...outer, a.rows, b.columns], 'float32');
  const shapes = [shapeBytes(a), 3, shapeBytes(b), 3] as const;
  const call = (idA: number, idB: number, idOut: number) => {
    multiply(idA, shapes[0], shapes[1], idB, shapes[2], shapes[3], false, false, idOut);
  };
  if (a.batch === 1 && b.batch === 1) {
    // Under its own id the backend keeps the packed form of b, so frozen weights are packed once.
    call(idOf(backend, a.tensor), idOf(backend, b.tensor), idOf(backend, out));
    return out;
  }
  const [atA, atB, atOut] = [a.tensor, b.tensor, out].map((t) =>
    addressOf(backend, t),
  ) as Addresses;
  for (let item = 0; item < Math.max(a.batch, b.batch); item += 1) {
    alias(backend, ALIAS_A, atA, a.batch === 1 ? 0 : item, a.rows * a.columns);
    alias(backend, ALIAS_B, atB, b.batch === 1 ? 0 : item, b.rows * b.columns);
    alias(backend, ALIAS_OUT, atOut, item, a.rows * b.columns);
    call(ALIAS_A, ALIAS_B, ALIAS_OUT);
    for (const id of [ALIAS_A, ALIAS_B, ALIAS_OUT]) {
      // Forgets the id and the packed form of b; the memory belongs to the tensors.
      backend.wasm.tfjs.disposeData(id);
    }
  }
  return out;
}

type Addresses = [number, number, number];

/** Lets an id name the item-th matrix of `size` values behind an address. */
function alias(
  backend: BackendWasm,
  id: number,
  address: number,
  item: number,
  size: number,
): void {
  backend.wasm.tfjs.registerTensor(id, size, address + item * size * FLOAT_BYTES);
}

function untransposed(backend: BackendWasm, tensor: tf.TensorInfo, transpose: boolean): Operand {
  if (tensor.dtype !== 'float32') {
    throw new Error(`matMul: expected float32, got ${tensor.dtype}`);
  }
  const rank = tensor.shape.length;
  const batch = tf.util.sizeFromShape(tensor.shape.slice(0, -2));
  const [rows = 1, columns = 1] = tensor.shape.slice(-2);
  if (!transpose) {
    return { tensor, isCopy: false, batch, rows, columns };
  }
  const perm = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
  const copy = tf
    .getKernel(tf.Transpose, 'wasm')
    .kernelFunc({ inputs: { x: tensor }, backend, attrs: { perm } });
  return { tensor: copy as tf.TensorInfo, isCopy: true, batch, rows: columns, columns: rows };
}

function shapeBytes({ rows, columns }: Operand): Uint8Array {
  return new Uint8Array(new Int32Array([1, rows, columns]).buffer);
}
