/**
 * Runs `step.ts` from the sources: transpiles them, and tfjs's own gradients, which its build for Node leaves out and which
 * are modules that Node cannot resolve.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { preset } = require('../../../jest.preset.mjs');

const [[, settings]] = Object.values(preset.transform);
const toCommonJs = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    ...settings,
    filename: file,
    swcrc: false,
  });
  module._compile(code, file);
};

Module._extensions['.ts'] = toCommonJs;
const runJavaScript = Module._extensions['.js'];
const isGradient = /@tensorflow[\\/]tfjs-core[\\/]dist[\\/](?!tf-core)/;
Module._extensions['.js'] = (module, file) =>
  isGradient.test(file) ? toCommonJs(module, file) : runJavaScript(module, file);

/** Sources import each other as `./x.js`, which is what the build makes of `./x.ts`. */
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const isOwn =
    request.startsWith('.') && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
  return resolveFilename(isOwn ? `${request.slice(0, -3)}.ts` : request, parent, ...rest);
};

require(join(__dirname, 'step.ts'));
