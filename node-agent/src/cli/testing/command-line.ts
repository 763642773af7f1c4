/** A command line with tools that a spec can replace, and what it wrote. */
import { createFakeTrainer, ENGINE } from '../../participation/testing/fake-trainer.js';
import { BACKBONE } from '../../participation/testing/test-study.js';
import { sealUpdateFile } from '../../participation/update-sealer.js';
import type { CliTools, LocalTrainer } from '../cli-tools.js';
import { runProgram } from '../program.js';

const notUsed = (): Promise<never> => Promise.reject(new Error('not used'));

/** The data of the envelope that a command printed with `--json`. */
export function dataOf(out: string): unknown {
  return (JSON.parse(out) as { readonly data: unknown }).data;
}

export class CommandLine {
  out = '';
  err = '';

  constructor(private readonly tools: Partial<CliTools> = {}) {}

  /** @returns the exit code */
  run(...words: string[]): Promise<number> {
    return runProgram(words, {
      environment: () => ({}),
      stdout: { write: (text) => (this.out += text) },
      stderr: { write: (text) => (this.err += text) },
      signal: new AbortController().signal,
      trainers: () => () => localTrainer(),
      seal: sealUpdateFile,
      inspectBackbone: () => Promise.resolve({ layout: 'transformers vit', description: BACKBONE }),
      checkDataset: notUsed,
      exportAdapter: notUsed,
      importAdapter: notUsed,
      inspectAdapter: notUsed,
      ...this.tools,
    });
  }
}

/** The fake trainer of a study, with answers to what needs no study. */
export function localTrainer(own: Partial<LocalTrainer> = {}): LocalTrainer {
  return {
    ...createFakeTrainer({ backbone: BACKBONE }).client,
    extract: notUsed,
    probe: (jobId) =>
      Promise.resolve({
        kind: 'probed',
        jobId,
        engine: ENGINE,
        others: [{ engine: 'cpu', reason: 'slower' }],
        warnings: [],
      }),
    measure: (jobId) =>
      Promise.resolve({
        kind: 'measured',
        jobId,
        operationsPerSecond: 2e9,
        engine: ENGINE,
      }),
    ...own,
  };
}
