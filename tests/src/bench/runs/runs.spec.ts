import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../measure/machine.js';
import type { StepResult } from '../suites/step.js';
import { figuresOf, keyOf, type Taken } from '../suites/suite.js';
import type { TransportResult } from '../suites/transport.js';
import { compareRuns, comparisonTable } from './comparison.js';
import { merged, readRun, saveRun } from './saved-run.js';
import { figureTable, textTable } from './text-table.js';

const machine: Machine = {
  processor: 'a processor',
  cores: 2,
  memoryGiB: 8,
  load: 0.1,
  platform: 'linux-x64',
  node: '20.0.0',
  consilium: '0.1.0',
  at: '2026-01-01T00:00Z',
};

function step(engine: string, medianMs: number): Taken & StepResult {
  return {
    ...{ suite: 'step', engine, model: 'vit-small', adapt: 'all', batch: 8, threads: 2, medianMs },
    ...{ steps: 10, loss: [2.3], engineVersion: '1', device: 'processor', peakRssMiB: 800 },
    pytorch: {
      version: '2.13.0',
      threads: 2,
      shipped: { medianMs: 800, peakRssMiB: 1_100 },
      avx512: { medianMs: 400, peakRssMiB: 1_100 },
      ratio: { shipped: medianMs / 800, avx512: medianMs / 400 },
    },
    machine,
  };
}

function transport(megabytesPerSecond: number): Taken & TransportResult {
  const sealing = { megabytesPerSecond: 1_000, bareMegabytesPerSecond: 1_000 };
  return {
    suite: 'transport',
    megabytes: 50,
    megabytesPerSecond,
    bareMegabytesPerSecond: 500,
    sealing,
    bytesPerByte: 1.001,
    machine,
  };
}

describe('figuresOf', () => {
  it('sets PyTorch beside a step', () => {
    const [time] = figuresOf(step('onnxruntime', 600));
    expect(time).toMatchObject({ value: 600, unit: 'ms', better: 'less' });
    expect(time?.beside.map(({ name, value }) => [name, value])).toEqual([
      ['PyTorch as shipped', 800],
      ['PyTorch with AVX-512', 400],
    ]);
  });
});

describe('a saved run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  const file = join(folder, 'run.json');

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('keeps what was saved before, and replaces the same measurement', () => {
    saveRun(file, [step('wasm', 9_000), transport(300)]);
    saveRun(file, [step('wasm', 8_000), step('onnxruntime', 600)]);
    expect(readRun(file)).toEqual([step('wasm', 8_000), transport(300), step('onnxruntime', 600)]);
  });

  it('tells engines apart', () => {
    expect(keyOf(step('wasm', 1))).not.toBe(keyOf(step('cpu', 1)));
    expect(merged([step('wasm', 1)], [step('cpu', 2)])).toHaveLength(2);
  });

  it('says what is wrong with a file', () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"format":"something"}');
    expect(() => readRun(other)).toThrow('no saved run');
    expect(() => readRun(join(folder, 'absent.json'))).toThrow('does not exist');
  });
});

describe('compareRuns', () => {
  it('gives the ratio of each figure and which way is better', () => {
    const lines = compareRuns(
      [step('onnxruntime', 600), transport(300)],
      [step('onnxruntime', 450), transport(150)],
    );
    const found = lines.map(({ name, then, now, ratio, verdict }) => [
      ...[name.split(':')[0], then, now, ratio, verdict],
    ]);
    expect(found.slice(0, 3)).toEqual([
      ['step', 600, 450, 0.75, 'better'],
      ['peak memory', 800, 800, 1, 'same'],
      ['transport', 300, 150, 0.5, 'worse'],
    ]);
  });

  it('leaves out what only one of them has', () => {
    expect(compareRuns([step('wasm', 1)], [step('cpu', 1)])).toEqual([]);
  });

  it('calls the same what lies within a tenth', () => {
    const [line] = compareRuns([step('wasm', 100)], [step('wasm', 109)]);
    expect(line?.verdict).toBe('same');
  });
});

describe('tables', () => {
  it('put numbers at the right and words at the left', () => {
    const table = textTable([
      ['name', 'value'],
      ['a', '1,000'],
      ['longer', '7'],
    ]);
    expect(table.split('\n')).toEqual(['name    value', 'a       1,000', 'longer      7']);
  });

  it('show each peer with its ratio', () => {
    const [head, first, second] = figureTable(figuresOf(step('onnxruntime', 600))).split('\n');
    expect(head).toMatch(/^figure +value +unit +beside +its value +ratio$/);
    expect(first).toMatch(/600 +ms +PyTorch as shipped +800 +0\.75$/);
    expect(second).toMatch(/^ +PyTorch with AVX-512 +400 +1\.50$/);
  });

  it('show then, now and their ratio', () => {
    const lines = compareRuns([step('wasm', 1_000)], [step('wasm', 2_000)]);
    expect(comparisonTable(lines)).toMatch(/1,000 +2,000 +ms +2\.00 +worse/);
  });
});
