#!/usr/bin/env node
/** The program `consilium`: what an operator does, over HTTP. */
import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), {
  print: (text) => {
    process.stdout.write(text);
  },
  say: (text) => {
    process.stderr.write(text);
  },
  colours: process.stdout.isTTY,
});
