/**
 * An adapter as a folder that `PeftModel.from_pretrained` opens. For transformers the tensors are written under the module paths
 * of both generations: PEFT names tensors by the modules in memory, which transformers 5 renamed; each release takes those that
 * it knows and leaves the others (models.md 4a, tested).
 */
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { writeSafetensors, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { headOf, toClassifier } from '../libraries/classifier.js';
import type { LibraryModel, NameGeneration } from '../libraries/library-model.js';
import { writeHeadFile } from './head-file.js';
import {
  CONFIG_FILE,
  HEAD_FILE,
  IA3_SCALE,
  KEY_PREFIX,
  LORA_A,
  LORA_B,
  MAGNITUDE,
  WEIGHTS_FILE,
} from './key-names.js';
import { lowRankModules } from './low-rank-modules.js';
import type { ModuleAdapter, PeftConfig } from './module-adapter.js';
import type { RowNorms } from './row-norms.js';
import { scaleModules } from './scale-modules.js';
import { peftConfigJson } from './write-config.js';

export interface PeftSources {
  readonly config: PeftConfig;
  /** The study's. */
  readonly geometry: BackboneGeometry;
  /** The adapter checkpoint: method and head. */
  readonly tensors: TensorSet;
  readonly model: LibraryModel;
  /** For DoRA, of the adapted blocks. */
  readonly rowNorms: RowNorms;
  /** Where the base can be found, if that is public knowledge. */
  readonly base?: string;
}

export interface PeftFiles {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What the reader has to know, one sentence each. */
  readonly notes: readonly string[];
}

/** @throws ConsiliumError 'bad-request' for a method that PEFT does not have, saying what to do instead */
export function requirePeftConfig(adapter: AdapterConfig): PeftConfig {
  if (isPeftConfig(adapter)) {
    return adapter;
  }
  const { kind } = adapter;
  const way =
    kind === 'bottleneck' || kind === 'visual-prompts'
      ? `and it cannot be merged, since it adds ${kind === 'bottleneck' ? 'layers' : 'tokens'} to the model`
      : 'so export the merged model instead (--format merged)';
  throw new ConsiliumError(
    'bad-request',
    `PEFT has no method ${kind} for vision transformers, ${way}`,
  );
}

function isPeftConfig(adapter: AdapterConfig): adapter is PeftConfig {
  return ['lora', 'rslora', 'dora', 'ia3'].includes(adapter.kind);
}

/**
 * @throws ConsiliumError 'bad-request' with the reason when PEFT cannot express the adapter in this library, 'bad-tensor-schema'
 * when a tensor is missing
 */
export function peftFiles(sources: PeftSources): PeftFiles {
  const { geometry, tensors, model, config, base } = sources;
  const { modules, notes } = modulesOfGenerations(sources);
  const keys = new Map(modules.flatMap((module) => [...keysOf(module)]));
  const head = headOf(tensors);
  const files = new Map<string, string | Uint8Array>();
  if (model.head.kind === 'classifier') {
    const pool = geometry.architecture === 'vit' ? geometry.pool : 'mean';
    const { weight, bias } = toClassifier(head, pool, model.head.input);
    keys.set(`${KEY_PREFIX}${model.head.module}.weight`, weight);
    keys.set(`${KEY_PREFIX}${model.head.module}.bias`, bias);
  } else {
    files.set(HEAD_FILE, writeHeadFile(head, geometry));
    notes.push(`The head lies in ${HEAD_FILE}: ${model.head.reason}.`);
  }
  const saved = model.head.kind === 'classifier' ? [model.head.module] : [];
  files.set(CONFIG_FILE, peftConfigJson({ config, modules, saved, ...(base && { base }) }));
  files.set(WEIGHTS_FILE, writeSafetensors(sortedByName(keys), { format: 'pt' }));
  return { files, notes };
}

/** The newest names must do; older ones are left out where the method does not fit them. */
function modulesOfGenerations(sources: PeftSources): {
  readonly modules: ModuleAdapter[];
  readonly notes: string[];
} {
  const [newest, ...older] = sources.model.generations;
  if (newest === undefined) {
    throw new ConsiliumError('internal', `${sources.model.className} has no names`);
  }
  const modules = modulesOf(sources, newest);
  const notes: string[] = [];
  for (const generation of older) {
    try {
      const known = new Set(modules.map(({ module }) => module));
      const more = modulesOf(sources, generation);
      requireSameRanks(modules, more, generation);
      modules.push(...more.filter(({ module }) => !known.has(module)));
    } catch (error) {
      if (!isConsiliumError(error) || error.code !== 'bad-request') {
        throw error;
      }
      notes.push(`For ${newest.title}, not for ${generation.title}: ${error.message}.`);
    }
  }
  return { modules, notes };
}

/** One configuration serves all generations, so a layer has one rank and one alpha under all of its names. */
function requireSameRanks(
  newest: readonly ModuleAdapter[],
  older: readonly ModuleAdapter[],
  { title }: NameGeneration,
): void {
  const ranks = (modules: readonly ModuleAdapter[]) =>
    modules.flatMap((own) =>
      own.kind === 'low-rank' ? [`${own.layer} ${own.rank} ${own.alpha}`] : [],
    );
  const known = new Set(ranks(newest));
  if (!ranks(older).every((rank) => known.has(rank))) {
    throw new ConsiliumError('bad-request', `${title} holds adapted layers together in one module`);
  }
}

function modulesOf(sources: PeftSources, generation: NameGeneration): ModuleAdapter[] {
  const { config } = sources;
  return config.kind === 'ia3'
    ? scaleModules({ ...sources, config }, generation)
    : lowRankModules({ ...sources, config }, generation);
}

function keysOf(adapter: ModuleAdapter): Map<string, Tensor> {
  const name = `${KEY_PREFIX}${adapter.module}`;
  switch (adapter.kind) {
    case 'low-rank': {
      const { down, up, magnitude } = adapter;
      return new Map([
        [`${name}${LORA_A}`, down],
        [`${name}${LORA_B}`, up],
        ...(magnitude === undefined
          ? []
          : [[`${name}${MAGNITUDE}`, { shape: [magnitude.length], data: magnitude }] as const]),
      ]);
    }
    case 'scale': {
      const { onInput, scale } = adapter;
      const shape = onInput ? [1, scale.length] : [scale.length, 1];
      return new Map([[`${name}${IA3_SCALE}`, { shape, data: scale }]]);
    }
  }
}

function sortedByName(tensors: ReadonlyMap<string, Tensor>): TensorSet {
  return new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)));
}
