/** timm, and open_clip, which may hold a trunk of timm. */
import type { BackboneGeometry, Pool, VitGeometry } from '@consilium/shared/protocol';
import { openClipGenerations, timmGenerations } from './generations.js';
import type { HeadPlace, LibraryModel } from './library-model.js';
import { pooled, requireVit } from './transformers.js';

/** timm refuses a tensor that it has no place for. */
const NOTHING = /^(?!)/;

/** `global_pool` of timm's VisionTransformer; it has no name for class token and mean together. */
const GLOBAL_POOL = { class: 'token', mean: 'avg', attention: 'map' } as const;

/** A folder with timm's config.json. @param geometry the study's @param own the folder's, which may pool in another way */
export function timmModel(geometry: BackboneGeometry, own: BackboneGeometry): LibraryModel {
  const study = requireVit(geometry);
  const head = timmHead(study.pool);
  // Classes of Python, which config.json cannot hold.
  const layers = isGated(study)
    ? ', mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU'
    : '';
  const pooling = study.pool === requireVit(own).pool ? '' : poolArguments(study);
  return {
    library: 'timm',
    className: 'timm.create_model',
    prefix: '',
    keeps: NOTHING,
    generations: timmGenerations('', isGated(study)),
    head,
    python: {
      imports: [
        'import timm',
        ...(head.kind === 'apart' || isGated(study) ? ['import torch'] : []),
      ],
      model: (folder, classes) => {
        const size = head.kind === 'apart' ? 0 : classes;
        return [
          `model = timm.create_model("local-dir:" + ${folder}, pretrained=True, num_classes=${size}${pooling}${layers})`,
        ];
      },
      ...(head.kind === 'apart' ? { feature: timmFeature(study) } : {}),
    },
  };
}

/** open_clip around a trunk of timm, such as BiomedCLIP. */
export function openClipTimmModel(geometry: BackboneGeometry): LibraryModel {
  const vit = requireVit(geometry);
  return {
    ...openClip(vit),
    prefix: 'visual.trunk.',
    generations: timmGenerations('visual.trunk.', isGated(vit)),
  };
}

/** open_clip's own transformer. */
export function openClipModel(geometry: BackboneGeometry): LibraryModel {
  return {
    ...openClip(requireVit(geometry)),
    prefix: 'visual.',
    generations: openClipGenerations(),
  };
}

function openClip({ pool }: VitGeometry): Omit<LibraryModel, 'prefix' | 'generations'> {
  const feature =
    pool === 'class' || pool === 'attention'
      ? ['feature = model.encode_image(pixels)']
      : [`# the feature of this study is the pool ${pool}, which open_clip does not hand out`];
  return {
    library: 'open_clip',
    keeps: /^/,
    className: 'open_clip.create_model',
    head: { kind: 'apart', reason: 'open_clip has no classifier' },
    python: {
      imports: ['import open_clip', 'import torch'],
      model: (folder) => [`model = open_clip.create_model("local-dir:" + ${folder})`],
      feature,
    },
  };
}

export function timmHead(pool: Pool): HeadPlace {
  return pool === 'class-and-mean'
    ? { kind: 'apart', reason: "timm's classifier reads class token or mean, not both" }
    : { kind: 'classifier', module: 'head', input: 'feature' };
}

/** Arguments that choose the pool: timm moves the norm behind the pool for a mean, unless told not to. */
export function timmPoolOf({
  pool,
  finalNorm,
}: VitGeometry): { readonly global_pool: string; readonly fc_norm: boolean } | undefined {
  return pool === 'class-and-mean'
    ? undefined
    : {
        global_pool: GLOBAL_POOL[pool],
        fc_norm: finalNorm === 'pooled' || finalNorm === 'pooled-plain',
      };
}

export function poolArguments(geometry: VitGeometry): string {
  const pool = timmPoolOf(geometry);
  return pool === undefined
    ? ''
    : `, global_pool="${pool.global_pool}", fc_norm=${pool.fc_norm ? 'True' : 'False'}`;
}

export function timmFeature({ pool, classToken, registers }: VitGeometry): string[] {
  const prefix = (classToken ? 1 : 0) + registers;
  return [`tokens = model.forward_features(pixels)`, `feature = ${pooled(pool, prefix)}`];
}

export function isGated({ feedForward }: VitGeometry): boolean {
  return feedForward === 'swiglu';
}
