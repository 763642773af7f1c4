/** `npm run bench`: sets up what is missing, then runs the built benchmarks with the same arguments. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from '../deploy/set-up.mjs';

setUp({ build: true });
const program = join(dirname(fileURLToPath(import.meta.url)), 'dist', 'bench', 'main.js');
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
