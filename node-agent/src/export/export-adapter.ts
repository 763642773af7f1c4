/** Exports what a study trained as a folder for Python: an adapter for PEFT, or the merged model in its library's own files. */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyProtocol } from '@consilium/shared/protocol';
import type { TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { mergeAdapter } from '../adapters/registry.js';
import { CONFIG_FILE as MODEL_CONFIG_FILE } from '../backbones/files/model-files.js';
import { readHeadings } from '../backbones/files/weight-files.js';
import { systemCode } from '../config/durable-file.js';
import { readFolderModel } from '../config/folder-model.js';
import { headOf, toClassifier } from './libraries/classifier.js';
import { requireShareable } from './licence-rule.js';
import { planMerged } from './merged/plan.js';
import { mergedConfigJson } from './merged/write-config.js';
import { writeMergedWeights } from './merged/write-weights.js';
import { modelCard, type ExportFormat } from './model-card.js';
import { fillFolder, writeFiles } from './output-folder.js';
import { writeHeadFile } from './peft/head-file.js';
import { HEAD_FILE } from './peft/key-names.js';
import { readRowNorms } from './peft/row-norms.js';
import { peftFiles, requirePeftConfig } from './peft/write-adapter.js';
import { openStudyBackbone, requireStudyHash, type StudyBackbone } from './study-backbone.js';

export interface ExportRequest {
  readonly protocol: StudyProtocol;
  /** The adapter checkpoint, method and head, checked against the study's schema. */
  readonly tensors: TensorSet;
  readonly backboneFolder: string;
  readonly format: ExportFormat;
  /** Must not exist or be empty. */
  readonly out: string;
  /** Id of the catalogue, where neither the study nor the folder names the base. */
  readonly model?: string;
  /** Figures for the model card. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface Exported {
  readonly files: readonly string[];
  /** The class that opens the folder. */
  readonly library: string;
  readonly className: string;
  /** What the reader has to know, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * @throws ConsiliumError 'licence-forbids-sharing' when the base's licence forbids it, 'bad-request' with the reason for what the format
 * cannot express, 'bad-backbone', 'bad-tensor-schema', 'conflict' when the folder holds something
 */
export async function exportAdapter(request: ExportRequest): Promise<Exported> {
  const { protocol, backboneFolder, format, out } = request;
  const base = requireShareable([
    protocol.backbone.model,
    request.model,
    await readFolderModel(backboneFolder),
  ]);
  const backbone = await openStudyBackbone(backboneFolder, protocol);
  const { model } = backbone;
  return fillFolder(out, async (draft) => {
    const notes =
      format === 'peft'
        ? await writePeft(draft, request, backbone, base?.repositories[0])
        : await writeMerged(draft, request, backbone);
    const card = modelCard({
      ...request,
      model,
      ...(base === undefined ? {} : { base }),
      tensors: [...request.tensors].map(([name, { shape }]) => ({ name, shape })),
      notes,
    });
    await writeFiles(draft, new Map([['README.md', card]]));
    const files = (await readdir(draft)).sort();
    return { files, library: model.library, className: model.className, notes };
  });
}

async function writePeft(
  draft: string,
  { protocol, tensors }: ExportRequest,
  { folder, model }: StudyBackbone,
  base: string | undefined,
): Promise<readonly string[]> {
  const config = requirePeftConfig(protocol.adapter);
  const { geometry } = protocol.backbone;
  const { hash, norms } = await readRowNorms(folder.load, geometry, config.blocks);
  requireStudyHash(hash, protocol);
  const { files, notes } = peftFiles({
    ...{ config, geometry, tensors, model },
    rowNorms: norms,
    ...(base === undefined ? {} : { base }),
  });
  await writeFiles(draft, files);
  return notes;
}

/** Beside weights and config.json: what libraries and tokenizers read. */
const COPIED = [
  'open_clip_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
];
const OF_PICTURES = ['preprocessor_config.json', 'processor_config.json'];

async function writeMerged(
  draft: string,
  { protocol, tensors, backboneFolder }: ExportRequest,
  { folder, model, samePreprocessing }: StudyBackbone,
): Promise<readonly string[]> {
  const { geometry } = protocol.backbone;
  const merge = mergeAdapter(protocol.adapter, geometry, tensors);
  if (merge === undefined) {
    throw new ConsiliumError(
      'bad-request',
      `an adapter of the kind ${protocol.adapter.kind} cannot be merged: it adds layers or tokens, for which the library's class has no place`,
    );
  }
  const notes: string[] = [];
  const head = headOf(tensors);
  const classifier =
    model.head.kind === 'classifier'
      ? toClassifier(
          head,
          geometry.architecture === 'vit' ? geometry.pool : 'mean',
          model.head.input,
        )
      : undefined;
  const stored = await readHeadings(backboneFolder);
  const sources = { model, ...(classifier === undefined ? {} : { classifier }) };
  const plan = planMerged({ ...folder, ...sources, stored });
  const path = join(draft, weightsName(stored.map(({ file }) => file)));
  const hash = await writeMergedWeights(path, {
    ...{ ...sources, plan, merge, folder: backboneFolder },
    load: folder.load,
  });
  requireStudyHash(hash, protocol);
  if (model.head.kind === 'apart') {
    await writeFiles(draft, new Map([[HEAD_FILE, writeHeadFile(head, geometry)]]));
    notes.push(`The head lies in ${HEAD_FILE}: ${model.head.reason}.`);
  }
  if (plan.left.length > 0) {
    notes.push(`Left out, since ${model.className} has no place for it: ${plan.left.join(', ')}.`);
  }
  const config = await readText(join(backboneFolder, MODEL_CONFIG_FILE));
  const { classes } = protocol.task;
  const json = mergedConfigJson({ config, model, geometry, classes });
  if (json !== undefined) {
    await writeFiles(draft, new Map([[MODEL_CONFIG_FILE, json]]));
  }
  if (!samePreprocessing) {
    notes.push(
      'The study prepares pictures in another way than the files of the base: follow the section on pictures.',
    );
  }
  await copyKnown(backboneFolder, draft, [...COPIED, ...(samePreprocessing ? OF_PICTURES : [])]);
  return notes;
}

/** @returns undefined where there is no such file; what is in it, readBackbone has checked */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** A single file keeps the name that its library looks for; shards become one file. */
function weightsName(files: readonly string[]): string {
  const [first, ...others] = new Set(files);
  return first === undefined || others.length > 0 ? 'model.safetensors' : first;
}

async function copyKnown(from: string, to: string, names: readonly string[]): Promise<void> {
  const there = await readdir(from);
  for (const name of names.filter((known) => there.includes(known))) {
    await copyFile(join(from, name), join(to, name));
  }
}
