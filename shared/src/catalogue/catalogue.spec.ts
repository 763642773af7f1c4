import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  backboneDescriptionSchema,
  backboneGeometrySchema,
  featureSize,
  inputSize,
  preprocessingSchema,
} from '../protocol/index.js';
import {
  CATALOGUE,
  findModel,
  modelOfRepository,
  possibleModels,
  requireModel,
  unsupportedModel,
} from './catalogue.js';
import { parameterCount } from './cost.js';
import { UNSUPPORTED } from './unsupported.js';

const counts = JSON.parse(
  readFileSync(join(__dirname, 'vectors/parameter-counts.json'), 'utf8'),
) as Record<string, number>;

describe('the catalogue', () => {
  it.each(CATALOGUE)('$id has a geometry and a preprocessing that a study can name', (model) => {
    expect(backboneGeometrySchema.parse(model.geometry)).toEqual(model.geometry);
    expect(preprocessingSchema.parse(model.preprocessing)).toEqual(model.preprocessing);
    expect(backboneDescriptionSchema.shape.model.parse(model.id)).toBe(model.id);
  });

  it.each(CATALOGUE)(
    '$id is fed squares that its patches divide',
    ({ id, geometry, preprocessing }) => {
      const { height, width } = inputSize(preprocessing);
      // This one is published with pictures of 384 pixels, 6 of which no patch sees.
      expect(height % geometry.patchSize).toBe(id === 'siglip-so400m-patch14-384' ? 6 : 0);
      expect(width).toBe(height);
      expect(geometry.hiddenSize % geometry.heads).toBe(0);
    },
  );

  it('names each model and each repository once', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const repositories = [...CATALOGUE, ...UNSUPPORTED].flatMap(({ repositories: named }) => named);
    expect(new Set(repositories).size).toBe(repositories.length);
  });

  it('says what is to be accepted for exactly the models that are handed out on conditions', () => {
    for (const { gated, consent } of CATALOGUE) {
      expect(consent !== undefined).toBe(gated);
    }
  });

  it('marks the licences that were not read at their publisher', () => {
    const doubtful = CATALOGUE.filter(({ unverified }) => unverified.includes('licence'));
    expect(doubtful.map(({ id }) => id)).toEqual([
      'digepath',
      'openmidnight',
      'meddinov3',
      'retfound-dinov2-meh',
      'retfound-dinov2-shanghai',
      'visionfm',
      'medsiglip-448',
    ]);
  });

  it.each([
    ['chexzero', 'conditions', 'allowed'],
    ['gpfm', 'forbidden', 'forbidden'],
    ['lunit-s8', 'forbidden', 'conditions'],
    ['prov-gigapath', 'forbidden', 'conditions'],
  ])('lets %s be used commercially: %s, and be passed on changed: %s', (id, use, sharing) => {
    const { commercialUse, derivatives } = requireModel(id).licence;
    expect([commercialUse, derivatives]).toEqual([use, sharing]);
  });

  it.each(Object.entries(counts))(
    'counts the parameters of %s as its library does',
    (id, count) => {
      expect(parameterCount(requireModel(id).geometry)).toBe(count);
    },
  );

  it.each([
    ['virchow2', 632],
    ['prov-gigapath', 1130],
    ['uni2-h', 681],
    ['phikon', 86],
    ['hibou-b', 85.7],
    ['retfound-cfp', 303.3],
    ['medsam', 89.7],
    ['medsiglip-448', 428],
    ['dinov3-vitb16', 86],
  ])('%s is as large as it was published, %d million', (id, millions) => {
    const count = parameterCount(requireModel(id).geometry) / 1e6;
    expect(Math.abs(count / millions - 1)).toBeLessThan(0.01);
  });

  it.each([
    ['uni', 1024],
    ['virchow', 2560],
    ['virchow2', 2560],
    ['midnight-12k', 3072],
    ['biomedclip', 512],
    ['medsiglip-448', 1152],
    ['medsam', 256],
    ['lunit-s8', 384],
  ])('%s gives features of %d numbers', (id, size) => {
    expect(featureSize(requireModel(id).geometry)).toBe(size);
  });
});

describe('a look-up', () => {
  it('finds a model by its id and says when there is none', () => {
    expect(findModel('rad-dino')?.title).toBe('RAD-DINO');
    expect(findModel('nothing')).toBeUndefined();
    expect(() => requireModel('nothing')).toThrow(
      expect.objectContaining({ code: 'not-found' }) as Error,
    );
  });

  it.each([
    'MahmoodLab/UNI',
    'mahmoodlab/uni',
    '/models/MahmoodLab/UNI',
    'hf-hub:x/MahmoodLab/UNI',
  ])('finds UNI by %s', (repository) => {
    expect(modelOfRepository(repository)?.id).toBe('uni');
  });

  it('finds no model by a part of a name', () => {
    expect(modelOfRepository('UNI')).toBeUndefined();
    expect(modelOfRepository('')).toBeUndefined();
  });

  it('says why a known model cannot be a backbone', () => {
    expect(unsupportedModel('X-zhangyang/TransPath', undefined)?.reason).toContain('Swin');
    expect(unsupportedModel(undefined, 'swinv2')?.reason).toContain('Swin');
    expect(unsupportedModel('owkin/phikon', 'vit')).toBeUndefined();
  });

  it('lists the models that compute the same, those with the same pictures first', () => {
    const { geometry, preprocessing } = requireModel('phikon');
    const found = possibleModels({ geometry, preprocessing });
    expect(found[0]).toMatchObject({ model: { id: 'phikon' }, samePreprocessing: true });
    expect(found.at(-1)).toMatchObject({ samePreprocessing: false });
    expect(found.map(({ model }) => model.id)).toContain('vit-base-patch16-224');
    expect(found.map(({ model }) => model.id)).not.toContain('kaiko-b16');
  });

  it('sees a model through another pool and another way to resample positions', () => {
    const { geometry, preprocessing } = requireModel('virchow2');
    if (geometry.architecture !== 'vit' || geometry.positions.kind !== 'table') {
      throw new Error('Virchow2 is a vit with a table');
    }
    const positions = { ...geometry.positions, interpolation: 'bicubic' as const };
    const other = { ...geometry, pool: 'class' as const, positions };
    expect(possibleModels({ geometry: other, preprocessing }).map(({ model }) => model.id)).toEqual(
      ['virchow2'],
    );
  });

  it('knows nothing like a geometry of another size', () => {
    const { geometry, preprocessing } = requireModel('uni');
    expect(possibleModels({ geometry: { ...geometry, layers: 5 }, preprocessing })).toEqual([]);
  });
});
