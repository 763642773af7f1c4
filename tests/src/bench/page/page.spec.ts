import type { Machine } from '../measure/machine.js';
import type { Taken } from '../suites/suite.js';
import { chartOf } from './chart.js';
import { markdownTable } from './markdown-table.js';
import { pageOf } from './page.js';

const quiet: Machine = {
  processor: 'AMD & <another>',
  cores: 2,
  memoryGiB: 8,
  load: 0.2,
  platform: 'linux-x64',
  node: '20.0.0',
  consilium: '0.1.0',
  at: '2026-01-31T12:00Z',
};

const transport: Taken = {
  suite: 'transport',
  megabytes: 50,
  megabytesPerSecond: 300,
  bareMegabytesPerSecond: 400,
  sealing: { megabytesPerSecond: 1_000, bareMegabytesPerSecond: 1_250 },
  bytesPerByte: 1.001,
  machine: quiet,
};

const study: Taken = {
  suite: 'study',
  rounds: [
    { wallMs: 1_300, trainMs: 1_000, overheadMs: 300 },
    { wallMs: 1_700, trainMs: 1_200, overheadMs: 500 },
  ],
  wireBytes: 11e6,
  tensorBytes: 10e6,
  coordinatorRssMiB: 120,
  agentRssMiB: [700, 800, 750],
  engine: 'onnxruntime 1.30.0',
  task: 'a task',
  machine: { ...quiet, load: 7 },
};

describe('the page', () => {
  const page = pageOf([study, transport], 'benchmarks.svg');

  it('has a section for each suite that was run, in the order of the suites', () => {
    expect(page.match(/^## .*$/gm)).toEqual(['## study', '## transport']);
    expect(page).toContain('](benchmarks.svg)');
  });

  it('shows value, peer and ratio', () => {
    expect(page).toMatch(
      /\| overhead of a round +\| +400 +\| ms +\| Flower \(quoted\) 13,150; NVIDIA FLARE \(quoted\) 2,250 +\| 0\.03; 0\.18 +\|/,
    );
    expect(page).toMatch(/AES-256-GCM alone 400 +\| +0\.75 +\|/);
  });

  it('says on which machine, and whether it was quiet', () => {
    expect(page).toContain('- AMD & <another>, 2 cores, 8 GiB; quiet (load 0.2)');
    expect(page).toContain('NOT quiet (load 7)');
    expect(page).toContain('2026-01-31');
  });

  it('warns of a busy machine, and only of that', () => {
    expect(page.match(/\*\*Taken while other processes/g)).toHaveLength(1);
    expect(pageOf([transport], 'benchmarks.svg')).not.toContain('Taken while');
  });
});

describe('the picture', () => {
  const chart = chartOf([study, transport]);

  it('draws the largest bar of a figure at full length and the others in proportion', () => {
    const widths = [...chart.matchAll(/height="13"[^>]*/g)];
    expect(widths.length).toBeGreaterThan(8);
    const bars = [...chart.matchAll(/<rect x="240"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(bars.slice(0, 3)).toEqual([11.6, 380, 65]);
  });

  it('is well-formed: tags are closed and text is escaped', () => {
    const opened = chart.match(/<(svg|text|title)\b/g) ?? [];
    const closed = chart.match(/<\/(svg|text|title)>/g) ?? [];
    expect(opened).toHaveLength(closed.length);
    expect(chartOf([study])).not.toContain('<another>');
  });
});

describe('a table in Markdown', () => {
  it('puts columns of numbers at the right and escapes bars', () => {
    const table = markdownTable(
      ['what', 'value'],
      [
        ['a | b', '1,000'],
        ['c', '7'],
      ],
    );
    expect(table.split('\n')).toEqual([
      '| what   | value |',
      '| ------ | ----: |',
      '| a \\| b | 1,000 |',
      '| c      |     7 |',
    ]);
  });
});
