import { requireModel } from '@consilium/shared/catalogue';
import type { BackboneDescription } from '@consilium/shared/protocol';
import { TINY_BACKBONE } from './testing/tiny-study.js';
import { describeBackbone } from '../backbones/read-backbone.js';
import { planMemory, type Workload } from './memory-plan.js';

const GIB = 2 ** 30;

async function work(overrides: Partial<Workload> = {}): Promise<Workload> {
  const tiny = await describeBackbone(TINY_BACKBONE);
  const { geometry } = requireModel('dinov2-base');
  const resize = { kind: 'exact' as const, height: 224, width: 224 };
  const preprocessing = { ...tiny.preprocessing, resize, crop: undefined };
  const description = { ...tiny, geometry, preprocessing } as BackboneDescription;
  const values = 257 * 768;
  const some = { description, level: 0, values, trained: 3e5, batch: 32, evaluated: 32 };
  return { ...some, memoryBytes: undefined, threads: undefined, ...overrides };
}

describe('planMemory', () => {
  it('takes a batch at once where there is no bound, or room', async () => {
    const whole = { together: 32, memory: 'save', evaluatedTogether: 32 };
    expect(planMemory(await work())).toEqual(whole);
    expect(planMemory(await work({ memoryBytes: 64 * GIB }))).toEqual(whole);
  });

  it('takes equal parts that fit where there is less', async () => {
    const plan = planMemory(await work({ memoryBytes: 4 * GIB }));
    expect(plan.memory).toBe('save');
    expect(plan.together).toBeGreaterThan(1);
    expect(plan.together).toBeLessThan(32);
    const parts = Math.ceil(32 / plan.together);
    expect(parts * plan.together - 32).toBeLessThan(parts);
  });

  it('takes no more on a processor than keeps its threads busy, and leaves no place blank if it can', async () => {
    const { together, memory, evaluatedTogether } = planMemory(await work({ threads: 2 }));
    expect([together, memory]).toEqual([2, 'save']);
    expect(evaluatedTogether).toBeLessThan(8);
    expect(planMemory(await work({ threads: 1 })).together).toBe(2);
    expect(planMemory(await work({ threads: 12, batch: 30 })).together).toBe(10);
    expect(planMemory(await work({ threads: 64 })).together).toBe(32);
  });

  it('takes a batch at once on a processor where its activations are small', async () => {
    const { level, values } = { level: 12, values: 768 };
    expect(planMemory(await work({ threads: 2, level, values })).together).toBe(32);
  });

  it('needs less where only the last blocks are adapted', async () => {
    const all = planMemory(await work({ memoryBytes: 4 * GIB }));
    const last = planMemory(await work({ memoryBytes: 4 * GIB, level: 10 }));
    expect(last.together).toBeGreaterThan(all.together);
  });

  it('recomputes where not even one picture fits, and never takes less than one', async () => {
    expect(planMemory(await work({ memoryBytes: 1.3 * GIB })).memory).toBe('recompute');
    const least = { together: 1, memory: 'recompute', evaluatedTogether: 1 };
    expect(planMemory(await work({ memoryBytes: 1 }))).toEqual(least);
  });

  it('takes a quarter each time that memory has run out, and recomputes where there is no smaller part', async () => {
    const plans = [0, 1, 2, 3].map(async (shortages) => planMemory(await work({ shortages })));
    expect(await Promise.all(plans)).toEqual([
      { together: 32, memory: 'save', evaluatedTogether: 32 },
      { together: 8, memory: 'save', evaluatedTogether: 8 },
      { together: 2, memory: 'save', evaluatedTogether: 2 },
      { together: 1, memory: 'recompute', evaluatedTogether: 1 },
    ]);
  });
});
