#!/usr/bin/env node
/** The supervisor's process, and the data manager's commands. Hands the world to the command line; decides nothing. */
import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline/promises';
import { readSwitches, showsColours } from '@consilium/shared/command-line';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Preprocessing } from '@consilium/shared/protocol';
import { runProgram } from './cli/program.js';
import { readEnvironment, readNoColor, wholeEnvironment } from './config/environment.js';
import { createUpdateSealer } from './participation/sealing-thread.js';
import { Trainer } from './trainer-link/trainer.js';

/** A check reads every image and keeps none of its pixels, so their form does not matter. */
const NO_PIXELS: Preprocessing = {
  resize: { kind: 'exact', height: 1, width: 1 },
  resample: 'nearest',
  resizes: 'bytes',
  rescale: encodeFloat(1),
  mean: [encodeFloat(0), encodeFloat(0), encodeFloat(0)],
  std: [encodeFloat(1), encodeFloat(1), encodeFloat(1)],
};

const MINUTE_MS = 60_000;
const OPEN_MINUTES = 60;

const stopping = new AbortController();
setMaxListeners(0, stopping.signal);
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stopping.abort(new Error(name));
  });
}

const words = process.argv.slice(2);
const { noColor, noInput } = readSwitches(words);
const isTerminal = process.stdout.isTTY;

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: stopping.signal });
  } finally {
    lines.close();
  }
}

process.exitCode = await runProgram(words, {
  environment: readEnvironment,
  stdout: {
    write: (text) => process.stdout.write(text),
    colours: showsColours({ isTerminal, noColorVariable: readNoColor(), noColor }),
  },
  ...(process.stdin.isTTY && !noInput ? { ask } : {}),
  stderr: process.stderr,
  signal: stopping.signal,
  trainers:
    ({ memoryMiB, jobMinutes, engine, threads }) =>
    () =>
      new Trainer({
        entry: fileURLToPath(new URL('./trainer.js', import.meta.url)),
        environment: wholeEnvironment(),
        memoryMiB,
        engine,
        threads,
        openTimeMs: OPEN_MINUTES * MINUTE_MS,
        jobTimeMs: jobMinutes * MINUTE_MS,
      }),
  seal: createUpdateSealer(new URL('./participation/sealing-thread-main.js', import.meta.url)),
  // Loaded by the two commands that look into files of this machine; the supervisor holds no decoder and no backbone.
  inspectBackbone: async (folder) => {
    const { readBackbone } = await import('./backbones/read-backbone.js');
    const { layout, geometry, preprocessing, parameters, load } = await readBackbone(folder);
    const hash = await load(() => undefined);
    return { layout: layout.title, description: { hash, geometry, preprocessing, parameters } };
  },
  exportAdapter: async (request) =>
    (await import('./export/export-adapter.js')).exportAdapter(request),
  importAdapter: async (peft, backbone) =>
    (await import('./export/import-folder.js')).importFolder(peft, backbone),
  inspectAdapter: async (folder) =>
    (await import('./export/inspect-folder.js')).inspectFolder(folder),
  checkDataset: async (dataset) => {
    const { openDataset } = await import('./data/dataset.js');
    return (await openDataset({ ...dataset, preprocessing: NO_PIXELS })).report;
  },
});
