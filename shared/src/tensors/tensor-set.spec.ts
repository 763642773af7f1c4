import { encodeFloat } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  initialTensors,
  inSchemaOrder,
  parseTensorSchema,
  requireFinite,
  requireMatches,
  requireTensor,
  schemaHash,
  schemaSize,
  shapeSize,
  type TensorSchema,
  type TensorSet,
} from './index.js';

const one = encodeFloat(1);

const schema: TensorSchema = [
  {
    name: 'blocks.0.query.lora-a',
    shape: [2, 3],
    range: one,
    init: { kind: 'uniform', bound: encodeFloat(0.5) },
  },
  { name: 'head.bias', shape: [4], range: encodeFloat(0.25), init: { kind: 'zeros' } },
  { name: 'scale', shape: [], range: one, init: { kind: 'zeros' } },
];

function setOf(...tensors: readonly [string, readonly number[], number?][]): TensorSet {
  return new Map(
    tensors.map(([name, shape, size = shapeSize(shape)]) => [
      name,
      { shape, data: new Float32Array(size) },
    ]),
  );
}

const fitting = setOf(['blocks.0.query.lora-a', [2, 3]], ['head.bias', [4]], ['scale', []]);

describe('a tensor schema', () => {
  it('is the same after a way through JSON', () => {
    expect(parseTensorSchema(JSON.parse(JSON.stringify(schema)))).toEqual(schema);
  });

  it('counts its parameters, an empty shape as one', () => {
    expect(schemaSize(schema)).toBe(11);
  });

  it('has a hash that every name, shape, range, first value and the order change', () => {
    const [first, second, third] = schema as [
      TensorSchema[number],
      TensorSchema[number],
      TensorSchema[number],
    ];
    const others: TensorSchema[] = [
      [second, first, third],
      [first, second],
      [first, { ...second, name: 'head.weight' }, third],
      [first, { ...second, shape: [2, 2] }, third],
      [first, { ...second, range: one }, third],
      [first, { ...second, init: { kind: 'uniform', bound: one } }, third],
    ];
    const hashes = [schema, ...others].map(schemaHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  const spec = { name: 'w', shape: [1], range: one, init: { kind: 'zeros' } };

  it.each([
    ['that is no list', {}, 'tensor schema: '],
    ['without tensors', [], 'tensor schema: '],
    ['with a name twice', [spec, spec], 'every tensor name once'],
    ['with an empty name', [{ ...spec, name: '' }], '0.name: '],
    ['with a space in a name', [{ ...spec, name: 'a b' }], '0.name: '],
    ['with the reserved name', [{ ...spec, name: '__metadata__' }], '0.name: '],
    ['with a size of zero', [{ ...spec, shape: [0] }], '0.shape.0: '],
    ['with a negative size', [{ ...spec, shape: [-1] }], '0.shape.0: '],
    ['with a size between two', [{ ...spec, shape: [1.5] }], '0.shape.0: '],
    ['with nine dimensions', [{ ...spec, shape: new Array(9).fill(1) }], '0.shape: '],
    [
      'with more bytes than an adapter may have',
      [{ ...spec, shape: [2 ** 26, 2] }],
      'bytes of parameters',
    ],
    ['with a range of zero', [{ ...spec, range: encodeFloat(0) }], '0.range: '],
    ['with a negative range', [{ ...spec, range: encodeFloat(-1) }], '0.range: '],
    ['with an endless range', [{ ...spec, range: encodeFloat(Infinity) }], '0.range: '],
    [
      'with a range too small for its scale',
      [{ ...spec, range: encodeFloat(2 ** -23) }],
      '0.range: ',
    ],
    ['with a range in decimal', [{ ...spec, range: '1.0' }], '0.range: '],
    ['with a range that is a number', [{ ...spec, range: 1 }], '0.range: '],
    ['with an unknown start', [{ ...spec, init: { kind: 'ones' } }], '0.init.kind: '],
    [
      'with a bound of zero',
      [{ ...spec, init: { kind: 'uniform', bound: encodeFloat(0) } }],
      '0.init.bound: ',
    ],
    ['with an unknown key', [{ ...spec, dtype: 'F32' }], 'dtype'],
  ])('%s is refused', (_, value, message) => {
    expect(() => parseTensorSchema(value)).toThrow(refusal('bad-tensor-schema', message));
  });
});

describe('a tensor set', () => {
  it('fits a schema whatever the order of its tensors', () => {
    expect(() => requireMatches(schema, new Map([...fitting].reverse()))).not.toThrow();
  });

  it('is brought into the order of the schema', () => {
    const ordered = inSchemaOrder(schema, new Map([...fitting].reverse()));
    expect([...ordered.keys()]).toEqual(schema.map(({ name }) => name));
  });

  it.each([
    [
      'lacks a tensor',
      setOf(['blocks.0.query.lora-a', [2, 3]], ['scale', []]),
      'head.bias is missing',
    ],
    [
      'has one tensor more',
      new Map([...fitting, ...setOf(['extra', [1]])]),
      'extra is not in the schema',
    ],
    [
      'has a transposed tensor',
      new Map([...fitting, ...setOf(['blocks.0.query.lora-a', [3, 2]])]),
      'lora-a has shape [3, 2], not [2, 3]',
    ],
    [
      'has a flattened tensor',
      new Map([...fitting, ...setOf(['blocks.0.query.lora-a', [6]])]),
      'lora-a has shape [6]',
    ],
    [
      'has too few values',
      new Map([...fitting, ...setOf(['head.bias', [4], 3])]),
      'head.bias holds 3 values, not 4',
    ],
  ])('is refused by name when it %s', (_, set, message) => {
    expect(() => requireMatches(schema, set)).toThrow(refusal('bad-tensor-schema', message));
    expect(() => inSchemaOrder(schema, set)).toThrow(refusal('bad-tensor-schema', message));
  });

  it('names the tensor that is asked for and missing', () => {
    expect(() => requireTensor(fitting, 'tail')).toThrow(
      refusal('bad-tensor-schema', 'tail is missing'),
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])('is not finite with %p, and says where', (value) => {
    const set = new Map([['a', { shape: [3], data: Float32Array.of(1, -0, value) }]]);
    expect(() => requireFinite(set)).toThrow(refusal('non-finite', 'tensor a is not finite at 2'));
  });

  it('is finite with the largest, the smallest and both zeros', () => {
    const data = Float32Array.of(3.4028234663852886e38, -1e38, 1e-45, 0, -0);
    expect(() => requireFinite(new Map([['a', { shape: [5], data }]]))).not.toThrow();
  });
});

describe('initial tensors', () => {
  const initial = initialTensors(schema, 'study seed');

  it('fit the schema, in its order', () => {
    requireMatches(schema, initial);
    expect([...initial.keys()]).toEqual(schema.map(({ name }) => name));
  });

  it('are the same for the same seed and others for another', () => {
    expect(initialTensors(schema, 'study seed')).toEqual(initial);
    expect(initialTensors(schema, 'other seed')).not.toEqual(initial);
  });

  it('stay the same for a tensor when others are added or moved', () => {
    const alone = initialTensors(schema.slice(0, 1), 'study seed');
    expect(alone.get('blocks.0.query.lora-a')).toEqual(initial.get('blocks.0.query.lora-a'));
  });

  it('are zeros, or evenly spread within the bound', () => {
    const [first] = schema as [TensorSchema[number]];
    const { data } = requireTensor(
      initialTensors([{ ...first, shape: [10_000] }], 's'),
      first.name,
    );
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const square = data.reduce((sum, x) => sum + x * x, 0) / data.length;
    expect(data.every((x) => x >= -0.5 && x <= 0.5)).toBe(true);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(square).toBeCloseTo(1 / 12, 2);
    expect(requireTensor(initial, 'head.bias').data).toEqual(new Float32Array(4));
  });
});
