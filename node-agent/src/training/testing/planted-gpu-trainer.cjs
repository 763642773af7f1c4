/**
 * The trainer process with a WebGPU engine planted in a folder, in the place of the packages that a hospital with a GPU installs:
 * `node --conditions=@consilium/source planted-gpu-trainer.cjs --planted=FOLDER`.
 */
const { dirname, join } = require('node:path');
require('./from-sources.cjs');

const PLANTED = '--planted=';
const words = process.argv.slice(2);
const planted = words.find((word) => word.startsWith(PLANTED)).slice(PLANTED.length);
const { startTrainer } = require(join(__dirname, '../trainer-process.ts'));

startTrainer({
  wasmFolder: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')),
  webgpuFrom: join(planted, 'from.js'),
  arguments: words.filter((word) => !word.startsWith(PLANTED)),
});
