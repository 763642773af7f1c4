import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metrics } from '@consilium/shared/protocol';
import { MeasuredAdapters, type MeasuredAdapter } from './measured-adapters.js';

describe('adapters that were measured', () => {
  let folder: string;
  let measured: MeasuredAdapters;
  let measurements: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'measured-'));
    measured = new MeasuredAdapters();
    measurements = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Measures as the nth time, whatever is asked for. */
  const of = (adapter: Partial<MeasuredAdapter>) => {
    const asked = { adapterFile: join(folder, 'a'), seed: 'seed', split: 'val' as const };
    return measured.of({ ...asked, ...adapter }, () => {
      measurements += 1;
      return Promise.resolve({ samples: measurements } as Metrics);
    });
  };
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it('are not measured again, under whatever name the same weights are', async () => {
    await write('a', 'weights');
    await of({});
    const again = await of({ adapterFile: await write('b', 'weights') });
    expect([again.samples, measurements]).toEqual([1, 1]);
  });

  it('are other ones with other weights, on another split, or beside another private adapter', async () => {
    await write('a', 'weights');
    await of({});
    await of({ split: 'test' });
    await of({ privateFile: await write('own', 'private weights') });
    await of({ seed: 'another' });
    await of({ adapterFile: await write('b', 'others') });
    expect(measurements).toBe(5);
  });

  it('are measured anew once four later ones are known', async () => {
    const files = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => write(name, name)));
    for (const adapterFile of files) {
      await of({ adapterFile });
    }
    await of({ adapterFile: files[4] ?? '' });
    expect(measurements).toBe(5);
    await of({ adapterFile: files[0] ?? '' });
    expect(measurements).toBe(6);
  });

  it('are not kept when there was nothing to measure, or no file', async () => {
    await write('a', 'weights');
    const asked = { adapterFile: join(folder, 'a'), seed: 'seed', split: 'val' as const };
    expect(await measured.of(asked, () => Promise.resolve(undefined))).toBeUndefined();
    await of({});
    await of({ adapterFile: join(folder, 'missing') });
    await of({ adapterFile: join(folder, 'missing') });
    expect(measurements).toBe(3);
  });
});
