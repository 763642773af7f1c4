#!/usr/bin/env node
/** The entry of the command `consilium-verify`. */
import { readFileSync } from 'node:fs';
import { run } from './run.js';

const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };

process.exitCode = run(process.argv.slice(2), version, {
  stdout: (text) => {
    process.stdout.write(text);
  },
  stderr: (text) => {
    process.stderr.write(text);
  },
});
