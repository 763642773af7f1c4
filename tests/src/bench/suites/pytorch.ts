/**
 * PyTorch beside us on the same step. Its linear algebra, Intel's MKL, takes a slower path on processors of other makers; a
 * library that is loaded first and says that the processor is Intel's makes it take the one with AVX-512, so that the best that
 * PyTorch could do is measured as well.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonOfChild } from '../measure/child.js';
import type { ProcessRun } from './process-run.js';

/** Beside this file's source, wherever it was built to. */
const PROGRAM = fileURLToPath(
  new URL('../../../src/bench/suites/pytorch_step.py', import.meta.url),
);

/** The function that MKL asks. */
const SAYS_INTEL = 'int mkl_serv_intel_cpu_true(void) { return 1; }\n';

export type TorchVariant = 'shipped' | 'avx512';

export interface TorchRun extends ProcessRun {
  readonly version: string;
  readonly threads: number;
}

export interface TorchOptions {
  readonly python: string;
  readonly adapt: string;
  readonly threads: number;
  readonly steps: number;
  readonly warmUp: number;
  readonly isQuick: boolean;
}

/** @param preload the library of `buildPreload`, for AVX-512 */
export function runPyTorch(options: TorchOptions, preload?: string): Promise<TorchRun> {
  const { python, adapt, threads, steps, warmUp, isQuick } = options;
  return jsonOfChild<TorchRun>({
    program: python,
    args: [
      PROGRAM,
      ...['--adapt', adapt, '--threads', String(threads)],
      ...['--steps', String(steps), '--warm-up', String(warmUp)],
      ...(isQuick ? ['--small'] : []),
    ],
    ...(preload === undefined ? {} : { environment: { LD_PRELOAD: preload } }),
  });
}

/** @returns the library's path; undefined where there is no C compiler or no Linux, and then AVX-512 is not measured */
export function buildPreload(folder: string): string | undefined {
  const source = join(folder, 'says-intel.c');
  const library = join(folder, 'says-intel.so');
  writeFileSync(source, SAYS_INTEL);
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source]);
  return process.platform === 'linux' && status === 0 ? library : undefined;
}
