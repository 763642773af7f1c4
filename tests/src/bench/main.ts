/**
 * `npm run bench`: figures with the peer or limit beside them. Never a test: machines are noisy.
 *   npm run bench -- [SUITE...] [--quick] [--json] [--save FILE] [--against FILE]
 *   npm run bench -- step [--model vit-small] [--adapt all|last4] [--engine NAME]... [--threads N] [--python PATH]
 *   npm run bench -- secagg [--python PATH]
 *   npm run bench -- adapters [--data DIR] [--backbone DIR] [--rounds N] [--seed N] [--method NAME]...
 *   npm run bench -- page --from FILE [--out FILE]
 */
import { benchCommand } from './command.js';

process.exitCode = await benchCommand(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(`${text}\n`),
  now: Date.now,
});
