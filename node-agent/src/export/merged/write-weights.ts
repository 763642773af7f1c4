/** Writes the weights of a merged model tensor by tensor: memory stays near the largest one. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { float32Bytes, shapeSize, type Tensor } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import type { MergeParameter } from '../../adapters/adapter.js';
import type { StoredTensor } from '../../backbones/files/safetensors-file.js';
import type { ParameterPlace } from '../../backbones/layouts/layout.js';
import type { TakeParameter } from '../../backbones/read-parameters.js';
import type { LinearHead } from '../libraries/classifier.js';
import type { LibraryModel } from '../libraries/library-model.js';
import type { MergedPlan } from './plan.js';
import { outputTensor, SafetensorsWriter } from './safetensors-writer.js';

export interface MergedSources {
  readonly folder: string;
  readonly plan: MergedPlan;
  readonly model: LibraryModel;
  readonly classifier?: LinearHead;
  readonly merge: MergeParameter;
  readonly load: (take: TakeParameter) => Promise<ContentHash>;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
const FLOAT_BYTES = 4;

/** @param path of the file, which must not exist @returns the hash of the backbone that was merged into */
export async function writeMergedWeights(
  path: string,
  { folder, plan, model, classifier, merge, load }: MergedSources,
): Promise<ContentHash> {
  const places = placesByParameter(plan);
  const writer = new SafetensorsWriter(path, plan.outputs);
  try {
    const hash = await load((name, frozen) => {
      const { place, output } = requirePlace(places, name);
      const bytes = float32Bytes(inFileOrder(place, merge(name, frozen)));
      writer.write(output, bytes, (place.part?.index ?? 0) * shapeSize(place.shape) * FLOAT_BYTES);
    });
    for (const [name, stored] of plan.copied) {
      await copyTensor(folder, stored, (bytes, offset) => writer.write(name, bytes, offset));
    }
    if (model.head.kind === 'classifier' && classifier !== undefined) {
      writer.write(`${model.head.module}.weight`, float32Bytes(classifier.weight.data));
      writer.write(`${model.head.module}.bias`, float32Bytes(classifier.bias.data));
    }
    writer.finish();
    return hash;
  } finally {
    writer.close();
  }
}

interface OutputPlace {
  readonly place: ParameterPlace;
  /** The tensor's name in the new file. */
  readonly output: string;
}

function placesByParameter({ located }: MergedPlan): ReadonlyMap<string, OutputPlace> {
  return new Map(
    [...located].flatMap(([output, { places }]) =>
      places.map((place) => [place.name, { place, output }] as const),
    ),
  );
}

function requirePlace(places: ReadonlyMap<string, OutputPlace>, name: string): OutputPlace {
  const found = places.get(name);
  if (found === undefined) {
    throw new ConsiliumError('internal', `parameter ${name} has no place in the merged model`);
  }
  return found;
}

/** The values as the library's file has them. */
function inFileOrder({ transposed }: ParameterPlace, { shape, data }: Tensor): Float32Array {
  if (transposed === undefined) {
    return data;
  }
  const [outputs = 1, inputs = 1] = shape;
  return Float32Array.from(
    data,
    (_, i) => data[(i % outputs) * inputs + Math.floor(i / outputs)] as number,
  );
}

async function copyTensor(
  folder: string,
  { name, file, dtype, shape, offset }: StoredTensor,
  write: (bytes: Uint8Array, offset: number) => void,
): Promise<void> {
  const { bytes: length } = outputTensor(name, dtype, shape);
  const chunk = new Uint8Array(Math.min(length, CHUNK_BYTES));
  const handle = await open(join(folder, file), 'r');
  try {
    let copied = 0;
    while (copied < length) {
      const wanted = Math.min(chunk.length, length - copied);
      const { bytesRead } = await handle.read(chunk, 0, wanted, offset + copied);
      if (bytesRead === 0) {
        throw new ConsiliumError('bad-backbone', `backbone: ${file}: ends within tensor ${name}`);
      }
      write(chunk.subarray(0, bytesRead), copied);
      copied += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
