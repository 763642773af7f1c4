/**
 * Runs a TypeScript file from the sources in a process of its own, with the settings that Jest uses: for specs that kill the
 * process they test. Usage: node -C @consilium/source run-typescript.cjs FILE [ARGUMENTS]
 */
const { createHash, randomBytes } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { transformSync } = require('@swc/core');
const { preset } = require('../../../jest.preset.mjs');

const cache = join(__dirname, '../../../.cache/typescript');
mkdirSync(cache, { recursive: true });
const [[, settings]] = Object.values(preset.transform);

/** Transformed once per content: a spec starts the same program many times. */
function toCommonJs(file) {
  const source = readFileSync(file, 'utf8');
  const name = createHash('sha256').update(JSON.stringify(settings)).update(file).update(source);
  const kept = join(cache, `${name.digest('hex')}.cjs`);
  if (existsSync(kept)) {
    return readFileSync(kept, 'utf8');
  }
  const { code } = transformSync(source, { ...settings, filename: file, swcrc: false });
  const draft = `${kept}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, code);
  renameSync(draft, kept);
  return code;
}

Module._extensions['.ts'] = (module, file) => module._compile(toCommonJs(file), file);

/** Sources import each other as `./x.js`, which is what the build makes of `./x.ts`. */
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const isOwn =
    request.startsWith('.') && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
  return resolveFilename(isOwn ? `${request.slice(0, -3)}.ts` : request, parent, ...rest);
};

require(resolve(process.argv[2]));
