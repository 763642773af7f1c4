#!/usr/bin/env node
/** The program `consilium`: what an operator does, over HTTP. */
import { showsColours } from '@consilium/shared/command-line';
import { readOperatorEnvironment } from '../config/operator-environment.js';
import { run } from './run.js';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort(new Error('interrupted'));
});
const { noColor: noColorVariable, settingsFile } = readOperatorEnvironment();

process.exitCode = await run(process.argv.slice(2), {
  print: (text) => {
    process.stdout.write(text);
  },
  say: (text) => {
    process.stderr.write(text);
  },
  colours: showsColours({ isTerminal: process.stdout.isTTY, noColorVariable, noColor: false }),
  canAsk: process.stdin.isTTY,
  signal: interrupted.signal,
  settingsFile,
});
