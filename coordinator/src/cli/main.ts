#!/usr/bin/env node
/** The program `consilium`: what an operator does, over HTTP. */
import { drawsInPlace, showsColours } from '@consilium/shared/command-line';
import { readOperatorEnvironment } from '../config/operator-environment.js';
import { run } from './run.js';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort(new Error('interrupted'));
});
const { noColor: noColorVariable, term: termVariable, settingsFile } = readOperatorEnvironment();
const { isTTY: isTerminal } = process.stdout;

process.exitCode = await run(process.argv.slice(2), {
  print: (text) => {
    process.stdout.write(text);
  },
  say: (text) => {
    process.stderr.write(text);
  },
  colours: showsColours({ isTerminal, noColorVariable, noColor: false }),
  ...(drawsInPlace({ isTerminal, termVariable })
    ? { screen: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }) }
    : {}),
  canAsk: process.stdin.isTTY,
  signal: interrupted.signal,
  settingsFile,
});
