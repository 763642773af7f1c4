/** The command behind the backbone's recipe: `node dist/phantom/draw-pretraining-set.js FOLDER COUNT SEED`. */
import { writePretrainingSet } from './pretraining-set.js';

const [folder, count, seed] = process.argv.slice(2);
if (folder === undefined || seed === undefined || !(Number(count) >= 1)) {
  process.stderr.write('usage: draw-pretraining-set FOLDER COUNT SEED\n');
  process.exitCode = 4;
} else {
  writePretrainingSet(folder, Number(count), seed);
}
