import fc from 'fast-check';
import { decodeFloat, encodeFloat } from '../encoding/index.js';
import { parseTensorSchema, schemaHash, schemaSize } from '../tensors/index.js';
import type { AdapterConfig } from './adapter-config.js';
import { adapterSchema, privateAdapterSchema, type AdapterPlan } from './adapter-schema.js';
import type { BackboneGeometry } from './backbone-geometry.js';
import { backboneParameters, layerSizes, linearTargets } from './backbone-parameters.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { BACKBONE } from './testing/sample-study.js';

const HIDDEN = 192;
const MLP = 768;
const TARGETS = linearTargets(BACKBONE.geometry);

type Lora = Extract<AdapterConfig, { kind: 'lora' }>;
const LORA: Lora = { kind: 'lora', rank: 4, alpha: 8, targets: ['query', 'value'], blocks: [11] };

function plan(lora: Partial<Lora> = {}): AdapterPlan {
  return {
    geometry: BACKBONE.geometry,
    adapter: { ...LORA, ...lora },
    task: { kind: 'classification', classes: ['a', 'b', 'c'] },
    updateRange: 0.5,
  };
}

const namesOf = (lora: Partial<Lora>) => adapterSchema(plan(lora)).map(({ name }) => name);

describe('the tensors of an adapter', () => {
  it('are those of the head alone when nothing else is adapted', () => {
    const range = encodeFloat(0.5);
    expect(adapterSchema({ ...plan(), adapter: { kind: 'linear-head' } })).toEqual([
      { name: 'head.weight', shape: [3, HIDDEN], range, init: { kind: 'zeros' } },
      { name: 'head.bias', shape: [3], range, init: { kind: 'zeros' } },
    ]);
  });

  it('are two factors for each adapted layer, and the head last', () => {
    expect(adapterSchema(plan()).map(({ name, shape }) => [name, ...shape])).toEqual([
      ['blocks.11.query.lora-a', 4, HIDDEN],
      ['blocks.11.query.lora-b', HIDDEN, 4],
      ['blocks.11.value.lora-a', 4, HIDDEN],
      ['blocks.11.value.lora-b', HIDDEN, 4],
      ['head.weight', 3, HIDDEN],
      ['head.bias', 3],
    ]);
  });

  it('have the sizes of their layers, [rank, in] and [out, rank]', () => {
    const shapes = adapterSchema(plan({ targets: TARGETS })).map(({ shape }) => shape);
    const square = [
      [4, HIDDEN],
      [HIDDEN, 4],
    ];
    expect(shapes.slice(0, 12)).toEqual([
      ...[...square, ...square, ...square, ...square],
      ...[
        [4, HIDDEN],
        [MLP, 4],
      ],
      ...[
        [4, MLP],
        [HIDDEN, 4],
      ],
    ]);
  });

  it('come by block, as numbers, then by target, in whichever order a study names them', () => {
    const inOrder = namesOf({
      blocks: [2, 10],
      targets: ['query', 'attention-output', 'mlp-down'],
    });
    const factors = (block: number) =>
      ['query', 'attention-output', 'mlp-down'].flatMap((target) => [
        `blocks.${block}.${target}.lora-a`,
        `blocks.${block}.${target}.lora-b`,
      ]);
    expect(inOrder).toEqual([...factors(2), ...factors(10), 'head.weight', 'head.bias']);
    const shuffled = fc.tuple(
      fc.shuffledSubarray([2, 10], { minLength: 2 }),
      fc.shuffledSubarray(['query', 'attention-output', 'mlp-down'] as const, { minLength: 3 }),
    );
    fc.assert(
      fc.property(shuffled, ([blocks, targets]) => {
        expect(namesOf({ blocks, targets })).toEqual(inOrder);
      }),
    );
  });

  it('all have the range of the study', () => {
    const ranges = adapterSchema(plan({ targets: TARGETS })).map(({ range }) => range);
    expect(new Set(ranges.map(decodeFloat))).toEqual(new Set([0.5]));
  });

  it('are a schema that every site can read', () => {
    const schema = adapterSchema(plan({ targets: TARGETS, blocks: [0, 11] }));
    expect(parseTensorSchema(schema)).toEqual(schema);
    expect(schemaSize(schema)).toBe(2 * (4 * 2 * 4 * HIDDEN + 2 * 4 * (HIDDEN + MLP)) + 3 * 193);
  });

  it('make another hash with another rank, range, block or number of classes', () => {
    const plans = [
      plan(),
      plan({ rank: 5 }),
      plan({ blocks: [10] }),
      { ...plan(), updateRange: 1 },
      { ...plan(), task: { kind: 'classification' as const, classes: ['a', 'b'] } },
    ];
    expect(new Set(plans.map((item) => schemaHash(adapterSchema(item)))).size).toBe(5);
  });
});

/**
 * PEFT (tuners/lora/layer.py, reset_lora_parameters) calls nn.init.kaiming_uniform_(lora_A.weight, a=sqrt(5)) and zeroes
 * lora_B. torch.nn.init: bound = gain * sqrt(3 / fan_in), gain = sqrt(2 / (1 + a^2)); fan_in of [rank, in] is in.
 */
function torchKaimingBound(fanIn: number, a: number): number {
  return Math.sqrt(2 / (1 + a * a)) * Math.sqrt(3 / fanIn);
}

describe('the first values of an adapter', () => {
  it.each(TARGETS)(
    'of %s are those of PEFT: A even within the bound of torch, B zero',
    (target) => {
      const [a, b] = adapterSchema(plan({ targets: [target] }));
      const [inputs] = layerSizes(BACKBONE.geometry, target);
      expect(a?.init.kind).toBe('uniform');
      const bound = a?.init.kind === 'uniform' ? decodeFloat(a.init.bound) : Number.NaN;
      expect(bound).toBeCloseTo(torchKaimingBound(inputs, Math.sqrt(5)), 15);
      expect(bound).toBe(1 / Math.sqrt(inputs));
      expect(b?.init).toEqual({ kind: 'zeros' });
    },
  );

  it('do not depend on rank or alpha', () => {
    const initOf = (lora: Partial<Lora>) => adapterSchema(plan(lora))[0]?.init;
    expect(initOf({ rank: 64, alpha: 1 })).toEqual(initOf({}));
  });
});

describe('the tensors of the other methods', () => {
  const { geometry } = BACKBONE;
  const shapesOf = (adapter: AdapterConfig) =>
    adapterSchema({ ...plan(), adapter })
      .slice(0, -2)
      .map(({ name, shape }) => [name, ...shape]);
  const common = { targets: ['query' as const, 'mlp-down' as const], blocks: [3] };

  it('are those of LoRA for rank-stabilised LoRA, and a magnitude more for each layer of DoRA', () => {
    const lora = shapesOf({ kind: 'lora', rank: 2, alpha: 4, ...common });
    expect(shapesOf({ kind: 'rslora', rank: 2, alpha: 4, ...common })).toEqual(lora);
    expect(shapesOf({ kind: 'dora', rank: 2, alpha: 4, ...common })).toEqual([
      ...lora.slice(0, 2),
      ['blocks.3.query.magnitude-delta', HIDDEN],
      ...lora.slice(2),
      ['blocks.3.mlp-down.magnitude-delta', HIDDEN],
    ]);
  });

  it('are a scale of outputs for (IA)3, of inputs in feed-forward layers', () => {
    expect(shapesOf({ kind: 'ia3', feedForward: ['mlp-down'], ...common })).toEqual([
      ['blocks.3.query.scale-delta', HIDDEN],
      ['blocks.3.mlp-down.scale-delta', MLP],
    ]);
  });

  it('are deltas of every parameter in full tuning, of the last blocks and norm, of biases, of norms', () => {
    const all = backboneParameters(geometry).map(({ name, shape }) => [`${name}.delta`, ...shape]);
    const named = (pattern: RegExp) => all.filter(([name]) => pattern.test(String(name)));
    expect(shapesOf({ kind: 'full' })).toEqual(all);
    expect(shapesOf({ kind: 'last-blocks', count: 2 })).toEqual(named(/^(blocks\.1[01]|norm)\./));
    expect(shapesOf({ kind: 'bitfit', blocks: [0, 11] })).toEqual(
      named(/^(blocks\.(0|11)\..*|norm)\.?bias\.delta$/),
    );
    expect(shapesOf({ kind: 'norm-tuning', blocks: [4] })).toEqual(
      named(/^(blocks\.4\.norm-(attention|mlp)|norm)\.(weight|bias)\.delta$/),
    );
  });

  it('are bottlenecks after both sublayers or after one', () => {
    const scale = encodeFloat(1);
    const names = (placement: 'houlsby' | 'pfeiffer' | 'parallel') =>
      shapesOf({
        kind: 'bottleneck',
        placement,
        size: 5,
        activation: 'relu',
        scale,
        blocks: [7],
      });
    const of = (place: string) => [
      [`blocks.7.${place}.down.weight`, 5, HIDDEN],
      [`blocks.7.${place}.down.bias`, 5],
      [`blocks.7.${place}.up.weight`, HIDDEN, 5],
      [`blocks.7.${place}.up.bias`, HIDDEN],
    ];
    expect(names('houlsby')).toEqual([...of('attention-adapter'), ...of('mlp-adapter')]);
    expect(names('pfeiffer')).toEqual(of('mlp-adapter'));
    expect(names('parallel')).toEqual(of('mlp-adapter'));
  });

  it('are prompts once, or for each block', () => {
    const prompts = { kind: 'visual-prompts', tokens: 6 } as const;
    expect(shapesOf({ ...prompts, depth: 'shallow' })).toEqual([['prompts', 6, HIDDEN]]);
    expect(shapesOf({ ...prompts, depth: 'deep' })).toEqual(
      Array.from({ length: 12 }, (_, block) => [`blocks.${block}.prompts`, 6, HIDDEN]),
    );
  });

  it('have a rank of their own where the pattern says so', () => {
    const rankPattern = [{ block: 3, target: 'query' as const, rank: 7, alpha: 1 }];
    expect(shapesOf({ kind: 'lora', rank: 2, alpha: 4, ...common, rankPattern })).toEqual([
      ['blocks.3.query.lora-a', 7, HIDDEN],
      ['blocks.3.query.lora-b', HIDDEN, 7],
      ['blocks.3.mlp-down.lora-a', 2, MLP],
      ['blocks.3.mlp-down.lora-b', HIDDEN, 2],
    ]);
  });

  it('are without a head where a site keeps them for itself', () => {
    const names = privateAdapterSchema(plan()).map(({ name }) => name);
    expect(names).toEqual(
      adapterSchema(plan())
        .slice(0, -2)
        .map(({ name }) => name),
    );
  });
});

describe('an adapter that the backbone cannot carry', () => {
  const lora = { kind: 'lora', alpha: 4, blocks: [0], targets: ['query'] } as const;

  it.each<[string, object, string]>([
    ['a block beyond the last', { ...lora, rank: 4, blocks: [0, 12] }, 'there is no block 12'],
    [
      'a layer that its blocks do not have',
      { ...lora, rank: 4, targets: ['mlp-gate'] },
      'the backbone has no layer mlp-gate; it has query, key, value',
    ],
    [
      'a rank above the dimension',
      { ...lora, rank: 193 },
      "blocks.0.query: rank 193 is above the layer's smaller dimension, 192",
    ],
    [
      'a pattern for a layer that is not adapted',
      { ...lora, rank: 4, rankPattern: [{ block: 1, target: 'query', rank: 2, alpha: 2 }] },
      'rankPattern names query of block 1, which is not adapted',
    ],
    [
      'a feed-forward layer that is no target',
      { kind: 'ia3', targets: ['query'], feedForward: ['mlp-up'], blocks: [0] },
      'ia3: feedForward names mlp-up, which is no target',
    ],
    [
      'a bottleneck beyond the last block',
      {
        kind: 'bottleneck',
        placement: 'pfeiffer',
        size: 4,
        activation: 'relu',
        scale: encodeFloat(1),
        blocks: [99],
      },
      'there is no block 99',
    ],
    ['a bias beyond the last block', { kind: 'bitfit', blocks: [99] }, 'there is no block 99'],
    ['more last blocks than there are', { kind: 'last-blocks', count: 13 }, 'there is no block 12'],
  ])('is refused: %s', (_, adapter, message) => {
    expect(() => adapterSchema({ ...plan(), adapter: adapter as AdapterConfig })).toThrow(
      refusal('bad-tensor-schema', message),
    );
  });

  it('is refused: prompts among the windows of a sam backbone', () => {
    const { hiddenSize, layers, heads, mlpSize, imageSize, patchSize, layerNormEps } =
      BACKBONE.geometry;
    const geometry: BackboneGeometry = {
      architecture: 'sam',
      channels: 3,
      activation: 'gelu',
      windowSize: 7,
      globalBlocks: [2],
      absolutePositions: true,
      relativePositions: true,
      qkvBias: true,
      neckSize: 32,
      ...{ hiddenSize, layers, heads, mlpSize, imageSize, patchSize, layerNormEps },
    };
    const adapter: AdapterConfig = { kind: 'visual-prompts', depth: 'deep', tokens: 2 };
    expect(() => adapterSchema({ ...plan(), geometry, adapter })).toThrow(
      refusal('bad-tensor-schema', 'visual-prompts: a sam backbone has no place for tokens'),
    );
  });
});
