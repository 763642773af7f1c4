import { epochBatches, inBatches } from './batches.js';

const items = Array.from({ length: 10 }, (_, i) => i);

describe('epochBatches', () => {
  it('holds every item once, in batches of the size, the last one smaller', () => {
    const batches = epochBatches(items, 4, 'seed', 0);
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(items);
  });

  it('is the same for the same seed and epoch, and another for another', () => {
    const first = epochBatches(items, 4, 'seed', 0);
    expect(epochBatches(items, 4, 'seed', 0)).toEqual(first);
    expect(epochBatches(items, 4, 'seed', 1)).not.toEqual(first);
    expect(epochBatches(items, 4, 'other', 0)).not.toEqual(first);
  });
});

describe('inBatches', () => {
  it('keeps the order, and makes nothing of nothing', () => {
    expect(inBatches(items, 5)).toEqual([items.slice(0, 5), items.slice(5)]);
    expect(inBatches([], 5)).toEqual([]);
  });
});
