/** Tensors from and to safetensors files, the only weight format the product reads: it holds no code. */
import { concatBytes, utf8 } from '../encoding/index.js';
import { float32Bytes, isFloatDtype, widenFloats } from './float-bytes.js';
import {
  badSafetensors,
  isTensorName,
  SAFETENSORS_LENGTH_BYTES,
  METADATA_KEY,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-header.js';
import { shapeSize } from './tensor-schema.js';
import { type Tensor, type TensorSet } from './tensor-set.js';

const BYTES_PER_FLOAT = 4;
const ALIGNMENT = 8;

/**
 * Reads every tensor of a file, in the order of their bytes; F16 and BF16 are widened to float32.
 * @throws ConsiliumError 'bad-safetensors', naming a tensor of any other dtype
 */
export function readSafetensors(bytes: Uint8Array): TensorSet {
  const header = readSafetensorsHeader(bytes);
  return new Map(header.tensors.map((entry) => [entry.name, decodeTensor(bytes, header, entry)]));
}

/**
 * Reads one tensor, for files of which only some are wanted. The values are a copy.
 * @param header what readSafetensorsHeader said of the same bytes
 * @throws ConsiliumError 'bad-safetensors' unless the tensor is F32, F16 or BF16
 */
export function decodeTensor(
  bytes: Uint8Array,
  header: SafetensorsHeader,
  entry: TensorEntry,
): Tensor {
  const { name, dtype, shape, begin, end } = entry;
  if (!isFloatDtype(dtype)) {
    throw badSafetensors(`is ${dtype}, not F32, F16 or BF16`, name);
  }
  const data = new Float32Array(shapeSize(shape));
  widenFloats(dtype, bytes.subarray(header.dataOffset + begin, header.dataOffset + end), data);
  return { shape, data };
}

/**
 * Writes float32 tensors in the order of the set; `inSchemaOrder` gives the one order that every machine writes. Equal input
 * gives equal bytes: no spaces in the header but the padding to eight bytes, metadata sorted by key.
 * @throws RangeError when a tensor's values do not fill its shape, or a name or metadata key is reserved or not printable
 */
export function writeSafetensors(
  set: TensorSet,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  for (const [name, { shape, data }] of set) {
    if (data.length !== shapeSize(shape)) {
      throw new RangeError(`tensor ${name} does not fill its shape`);
    }
  }
  const shapes = [...set].map(([name, { shape }]) => ({ name, shape }));
  return concatBytes(
    safetensorsHead(shapes, metadata),
    ...[...set.values()].map(({ data }) => float32Bytes(data)),
  );
}

/**
 * The head of a file whose float32 tensors follow piece by piece, in this order and without gaps.
 * @throws RangeError when a name or metadata key is reserved or not printable
 */
export function safetensorsHead(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = utf8(headerJson(tensors, metadata));
  const padding = (ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT;
  const length = new Uint8Array(SAFETENSORS_LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length + padding), true);
  return concatBytes(length, header, utf8(' '.repeat(padding)));
}

/** Built as text: an object would move names that look like numbers to the front. */
function headerJson(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>>,
): string {
  const fields: string[] = [];
  const keys = Object.keys(metadata).sort();
  if (!keys.every(isTensorName)) {
    throw new RangeError('a key of the metadata is reserved or not printable');
  }
  if (keys.length > 0) {
    const pairs = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
    fields.push(`"${METADATA_KEY}":{${pairs.join(',')}}`);
  }
  let begin = 0;
  for (const { name, shape } of tensors) {
    if (!isTensorName(name)) {
      throw new RangeError(`tensor ${name} has no valid name`);
    }
    const end = begin + shapeSize(shape) * BYTES_PER_FLOAT;
    const place = `"shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]`;
    fields.push(`${JSON.stringify(name)}:{"dtype":"F32",${place}}`);
    begin = end;
  }
  return `{${fields.join(',')}}`;
}
