/** Lets Node run TypeScript sources as they stand: `node --conditions=@consilium/source --require from-sources.cjs`. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    // `import()` stays what it is: what it names may be no CommonJS.
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  module._compile(code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isSource = parent?.filename?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(request);
  return resolve.call(this, isSource ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};
