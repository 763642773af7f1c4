/** The trainer process: trains and evaluates for the supervisor that forked it. No keys, no network, no secrets. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { wholeEnvironment } from './config/environment.js';
import { startTrainer } from './training/trainer-process.js';

const require = createRequire(import.meta.url);

startTrainer({
  wasmFolder: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')),
  tensorflowFolder: wholeEnvironment()['CONSILIUM_TENSORFLOW'],
  arguments: process.argv.slice(2),
});
