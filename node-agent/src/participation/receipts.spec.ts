import { readdir } from 'node:fs/promises';
import { encodeFloat } from '@consilium/shared/encoding';
import { parseSitePolicy, type Metrics } from '@consilium/shared/protocol';
import { runStudy } from './testing/run-study.js';
import { readDatasetNote, type DatasetNote } from './dataset-note.js';
import { readReceipts, studiesWithReceipts, type Receipt } from './receipt-file.js';
import { normOf, sharedFiguresOf, tensorFiguresOf } from './update-figures.js';

const METRICS: Metrics = {
  samples: 8,
  loss: encodeFloat(0.5),
  confusion: [
    [5, 0],
    [1, 2],
  ],
  balancedAccuracy: encodeFloat(0.75),
  auroc: 'undefined',
};

interface Kept {
  readonly receipts: readonly Receipt[];
  readonly note: DatasetNote | undefined;
  readonly studies: readonly string[];
  readonly names: readonly string[];
}

async function keptByAStudy(): Promise<Kept> {
  const kept: Kept[] = [];
  await runStudy({
    inspect: async ({ folder, fixture }) => {
      kept.push({
        receipts: await readReceipts(folder.receiptsFolder),
        note: await readDatasetNote(folder.datasetFile),
        studies: await studiesWithReceipts(fixture.home),
        names: await readdir(folder.receiptsFolder),
      });
    },
  });
  const [one] = kept;
  if (one === undefined) {
    throw new Error('the study was not inspected');
  }
  return one;
}

function expectWhole({ update, end, aggregation }: Receipt): void {
  expect(aggregation).toBe('plain');
  expect(update).toMatchObject({
    ...{ parameters: 18, plaintextBytes: 72, chunks: 1, sites: 2 },
    figures: { kind: 'left', inside: 'header' },
  });
  expect(update?.bytes).toBeGreaterThan(72);
  expect(update?.sentAtMs).toBeGreaterThanOrEqual(update?.sealedAtMs ?? Infinity);
  expect(update?.norm).toBeCloseTo(normOf(update?.tensors ?? []), 12);
  expect(end).toMatchObject({ kind: 'summed', isIncluded: true, sitesInSum: 2 });
}

describe('receipts', () => {
  it('say of each round what left in figures, and what came of it', async () => {
    const { receipts, note, studies, names } = await keptByAStudy();
    expect(receipts.map(({ round, rounds }) => [round, rounds])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    for (const receipt of receipts) {
      expectWhole(receipt);
    }
    expect(note?.report).toMatchObject({ images: 38, used: 38, skipped: 0 });
    expect(note?.engine?.backend).toBe('fake');
    expect(studies).toEqual(['cells']);
    expect(names).toHaveLength(2);
  });
});

describe('the figures of an update', () => {
  const schema = [
    { name: 'a', shape: [2, 2], range: encodeFloat(1), init: { kind: 'zeros' as const } },
    { name: 'b', shape: [1], range: encodeFloat(0.5), init: { kind: 'zeros' as const } },
  ];

  it('are norms, largest coordinates and those that the range cuts, tensor by tensor', () => {
    const figures = tensorFiguresOf(
      schema,
      new Map([
        ['a', { shape: [2, 2], data: Float32Array.of(3, -4, 0, 1) }],
        ['b', { shape: [1], data: Float32Array.of(-0.5) }],
      ]),
    );
    expect(figures).toEqual([
      { name: 'a', shape: [2, 2], norm: Math.sqrt(26), largest: 4, cut: 2 },
      { name: 'b', shape: [1], norm: 0.5, largest: 0.5, cut: 0 },
    ]);
    expect(normOf(figures)).toBeCloseTo(Math.sqrt(26.25), 12);
  });

  it('leave out what the policy keeps here, and name the cells that are too small', () => {
    const both = { before: METRICS, after: METRICS };
    const policy = parseSitePolicy({ data: { minCell: 4 } });
    expect(sharedFiguresOf(policy, both, 'plain')).toEqual({
      kind: 'small-cells',
      minCell: 4,
      cells: [{ class: 1, pictures: 3 }],
    });
    const open = parseSitePolicy({ data: { minCell: 3 } });
    expect(sharedFiguresOf(open, both, 'secure')).toEqual({ kind: 'left', inside: 'sum' });
    const closed = parseSitePolicy({ share: { metrics: 'none' } });
    expect(sharedFiguresOf(closed, both, 'plain')).toEqual({ kind: 'policy-says-none' });
    expect(sharedFiguresOf(open, {}, 'plain')).toEqual({ kind: 'not-measured' });
  });
});
