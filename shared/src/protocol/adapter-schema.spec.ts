import fc from 'fast-check';
import { decodeFloat, encodeFloat } from '../encoding/index.js';
import { parseTensorSchema, schemaHash, schemaSize } from '../tensors/index.js';
import type { AdapterConfig } from './adapter-config.js';
import { adapterSchema, type AdapterPlan } from './adapter-schema.js';
import { layerSizes, linearTargets } from './backbone-parameters.js';
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
