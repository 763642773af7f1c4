/** The configuration of a merged model: the folder's own, with the classes of the study. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { LibraryModel } from '../libraries/library-model.js';
import { timmPoolOf } from '../libraries/timm.js';

type JsonObject = Readonly<Record<string, unknown>>;

export interface MergedConfigSources {
  /** Text of the folder's config.json; undefined where it has none. */
  readonly config: string | undefined;
  readonly model: LibraryModel;
  readonly geometry: BackboneGeometry;
  readonly classes: readonly string[];
}

/** @returns the text of config.json, or undefined for a layout without one */
export function mergedConfigJson(sources: MergedConfigSources): string | undefined {
  const { config, model } = sources;
  if (config === undefined) {
    return undefined;
  }
  const own = requireObject(JSON.parse(withMarkedFloats(config)));
  switch (model.library) {
    case 'transformers':
      return text(transformersConfig(own, sources));
    case 'timm':
      return text(timmConfig(own, sources));
    case 'open_clip':
    case 'dinov2':
    case 'segment_anything':
      return text(own);
  }
}

/** Of ViT-MAE, for the class without a decoder. */
const OF_DECODER = /^decoder_|^mask_ratio$|^norm_pix_loss$|^torch_dtype$/;

/** The weights are written in float32, whatever the base's were. */
function transformersConfig(own: JsonObject, { model, classes }: MergedConfigSources): JsonObject {
  if (model.head.kind === 'apart') {
    return { ...without(own, /^torch_dtype$/), dtype: 'float32' };
  }
  const isMae = own['model_type'] === 'vit_mae';
  return {
    ...without(own, isMae ? OF_DECODER : /^torch_dtype$/),
    architectures: [model.className],
    dtype: 'float32',
    ...(isMae ? { model_type: 'vit' } : {}),
    id2label: Object.fromEntries(classes.map((name, i) => [String(i), name])),
    label2id: Object.fromEntries(classes.map((name, i) => [name, i])),
    problem_type: 'single_label_classification',
  };
}

function timmConfig(
  own: JsonObject,
  { model, geometry, classes }: MergedConfigSources,
): JsonObject {
  const count = model.head.kind === 'apart' ? 0 : classes.length;
  const pool = geometry.architecture === 'vit' ? timmPoolOf(geometry) : undefined;
  const isOther = pool !== undefined && own['global_pool'] !== pool.global_pool;
  const stated = objectOr(own['model_args']);
  const given = {
    ...stated,
    ...('num_classes' in stated ? { num_classes: count } : {}),
    ...(isOther ? pool : {}),
  };
  return {
    ...own,
    num_classes: count,
    ...(count === 0 ? {} : { label_names: classes }),
    ...(isOther ? { global_pool: pool.global_pool } : {}),
    ...(Object.keys(given).length === 0 ? {} : { model_args: given }),
    pretrained_cfg: { ...objectOr(own['pretrained_cfg']), num_classes: count },
  };
}

function without(own: JsonObject, keys: RegExp): JsonObject {
  return Object.fromEntries(Object.entries(own).filter(([key]) => !keys.test(key)));
}

function objectOr(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function requireObject(config: unknown): JsonObject {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConsiliumError('bad-backbone', 'backbone: config.json is no object');
  }
  return config as JsonObject;
}

const MARK = 'float:';

/** Python tells 1.0 from 1, and transformers refuses one for the other: numbers with a point or exponent are kept as text. */
function withMarkedFloats(json: string): string {
  const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return json.replace(token, (found) => (/^-?\d+[.eE]/.test(found) ? `"${MARK}${found}"` : found));
}

function text(json: JsonObject): string {
  const marked = new RegExp(`"${MARK}([-+.eE\\d]+)"`, 'g');
  return `${JSON.stringify(json, undefined, 2).replace(marked, '$1')}\n`;
}
