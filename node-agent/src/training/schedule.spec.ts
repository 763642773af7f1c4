import { learningRateFactor } from './schedule.js';

describe('learningRateFactor', () => {
  it('is one for a constant schedule', () => {
    expect(learningRateFactor({ kind: 'constant' }, 7, 10)).toBe(1);
  });

  it('rises in equal steps to one during warm-up', () => {
    const factors = [0, 1, 2, 3].map((step) =>
      learningRateFactor({ kind: 'cosine', warmupSteps: 4 }, step, 100),
    );
    expect(factors).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('falls as half a cosine from one to zero after it', () => {
    const at = (step: number) => learningRateFactor({ kind: 'cosine', warmupSteps: 4 }, step, 104);
    expect(at(4)).toBe(1);
    expect(at(54)).toBeCloseTo(0.5, 12);
    expect(at(104)).toBeCloseTo(0, 12);
  });

  it('stays within bounds when warm-up is all there is', () => {
    expect(learningRateFactor({ kind: 'cosine', warmupSteps: 5 }, 5, 5)).toBe(1);
    expect(learningRateFactor({ kind: 'cosine', warmupSteps: 0 }, 9, 5)).toBeCloseTo(0, 12);
  });
});
