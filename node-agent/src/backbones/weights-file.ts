/** Reads the one weight file of a backbone folder. Pickles are never opened: they run code. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import {
  decodeTensor,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from '@consilium/shared/tensors';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import type { BackboneWeights, ExpectedTensor } from './weights.js';

const WEIGHTS_FILE = 'model.safetensors';
const PICKLE_NAME = /\.(bin|pth?|ckpt|pkl|pickle)$/i;
const MOST_NAMED = 8;

const HOW_TO_CONVERT =
  'a pickle can run code when it is opened, so it is not read; convert it where you trust it, with Python: ' +
  `from transformers import AutoModel; AutoModel.from_pretrained('FOLDER').save_pretrained('FOLDER')`;

/** How a layout names its tensors in a file. */
export interface WeightNames {
  /** Name without the prefix of a whole model, or undefined for a part that the backbone does not use. */
  partOf(nameInFile: string): string | undefined;
  readonly expected: readonly ExpectedTensor[];
}

/** @throws ConsiliumError 'bad-backbone', listing missing, extra and misshapen tensors, or saying how to convert a pickle */
export async function readWeightsFile(
  folder: string,
  names: WeightNames,
): Promise<BackboneWeights> {
  const bytes = await readBytes(folder);
  const header = readHeader(bytes);
  const entries = header.tensors.flatMap((entry) => {
    const name = names.partOf(entry.name);
    return name === undefined ? [] : [{ name, entry }];
  });
  requireTensors(entries, names.expected);
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    tensors: new Map(sorted.map(({ name, entry }) => [name, decodeTensor(bytes, header, entry)])),
    hash: contentHashOf({
      domain: 'consilium/v1/backbone',
      tensors: sorted.map(({ name, entry }) => ({
        name,
        dtype: entry.dtype,
        shape: [...entry.shape],
        hash: contentHash(bodyOf(bytes, header, entry)),
      })),
    }),
  };
}

interface NamedEntry {
  readonly name: string;
  readonly entry: TensorEntry;
}

function bodyOf(bytes: Uint8Array, header: SafetensorsHeader, entry: TensorEntry): Uint8Array {
  return bytes.subarray(header.dataOffset + entry.begin, header.dataOffset + entry.end);
}

async function readBytes(folder: string): Promise<Uint8Array> {
  const files = await readdir(folder).catch(() => {
    throw refused('the folder cannot be read');
  });
  if (!files.includes(WEIGHTS_FILE)) {
    const pickle = files.find((file) => PICKLE_NAME.test(file));
    throw refused(
      pickle === undefined ? `has no ${WEIGHTS_FILE}` : `holds ${pickle}: ${HOW_TO_CONVERT}`,
    );
  }
  const bytes = await readFile(join(folder, WEIGHTS_FILE)).catch(() => {
    throw refused(`${WEIGHTS_FILE} cannot be read`);
  });
  if (isPickle(bytes)) {
    throw refused(`${WEIGHTS_FILE} is not what its name says: ${HOW_TO_CONVERT}`);
  }
  return bytes;
}

/** A zip archive (torch.save since 1.6) or a pickle of protocol 2 to 5. */
function isPickle(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third, fourth] = bytes;
  const isZip = first === 0x50 && second === 0x4b && third === 3 && fourth === 4;
  // A safetensors file begins with a length below 2^24 in 8 bytes, so its bytes 3 to 7 are zero.
  const isProtocol = first === 0x80 && second >= 2 && second <= 5;
  return isZip || (isProtocol && bytes.subarray(3, 8).some((byte) => byte !== 0));
}

function readHeader(bytes: Uint8Array): SafetensorsHeader {
  try {
    return readSafetensorsHeader(bytes);
  } catch (error) {
    if (isConsiliumError(error)) {
      throw new ConsiliumError('bad-backbone', `${WEIGHTS_FILE}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function requireTensors(entries: readonly NamedEntry[], expected: readonly ExpectedTensor[]): void {
  const found = new Map(entries.map(({ name, entry }) => [name, entry]));
  const known = new Set(expected.map(({ name }) => name));
  const missing = expected.filter(({ name }) => !found.has(name)).map(({ name }) => name);
  const extra = [...found.keys()].filter((name) => !known.has(name));
  const misshapen = expected.flatMap(({ name, shape }) => {
    const entry = found.get(name);
    const same = entry === undefined || entry.shape.join() === shape.join();
    return same ? [] : [`${name} [${entry.shape.join(', ')}] instead of [${shape.join(', ')}]`];
  });
  const faults = [
    ...list('missing', missing),
    ...list('extra', extra),
    ...list('misshapen', misshapen),
    ...list(
      'dtype not F32, F16 or BF16',
      entries.filter(isUnreadable).map(({ name }) => name),
    ),
    ...(found.size < entries.length ? ['a tensor occurs with and without prefix'] : []),
  ];
  if (faults.length > 0) {
    throw refused(faults.join('; '));
  }
}

function isUnreadable({ entry }: NamedEntry): boolean {
  return entry.dtype !== 'F32' && entry.dtype !== 'F16' && entry.dtype !== 'BF16';
}

function list(title: string, names: readonly string[]): string[] {
  if (names.length === 0) {
    return [];
  }
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [`${title}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`];
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${fault}`);
}
