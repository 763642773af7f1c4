/** What a local training changed, and the files that tensors leave it in. */
import {
  inSchemaOrder,
  requireTensor,
  type TensorSchema,
  type TensorSet,
  writeSafetensors,
} from '@consilium/shared/tensors';
import { writeWhole } from './write-file.js';

/** after - before, each difference rounded to float32. @throws ConsiliumError 'bad-tensor-schema' if a tensor is missing */
export function deltaOf(before: TensorSet, after: TensorSet): TensorSet {
  return new Map(
    [...after].map(([name, { shape, data }]) => {
      const start = requireTensor(before, name).data;
      return [name, { shape, data: data.map((value, i) => value - (start[i] ?? Number.NaN)) }];
    }),
  );
}

/** Writes a safetensors file in the schema's order; when this resolves, the file is whole and on disk. */
export async function writeTensors(
  path: string,
  schema: TensorSchema,
  set: TensorSet,
): Promise<void> {
  await writeWhole(path, [writeSafetensors(inSchemaOrder(schema, set))], { sync: true });
}
