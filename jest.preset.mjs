/** Shared Jest settings: SWC turns our code and the ESM-only dependencies into CommonJS, which Jest runs on every supported Node. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

const esmDependencies = [
  '@nestjs',
  '@consilium',
  '@noble',
  'consilium-verify',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'load-esm',
  'openid-client',
  'oauth4webapi',
  'jose',
  '@opentelemetry/otlp-exporter-base',
].join('|');

/**
 * What the language itself brings, by name. Each lookup of a global crosses into Jest's sandbox, which makes arithmetic over
 * typed arrays several times slower; these come as arguments of each module. Nobody replaces them, unlike timers, Date and fetch.
 * Not in the list: names that a dependency declares itself at the top of a module (`class Set` of asn1js).
 */
const languageGlobals = [
  ...['Math', 'Number', 'BigInt', 'String', 'Symbol', 'Object', 'Array', 'Map', 'WeakMap'],
  ...['JSON', 'Promise', 'Error', 'TypeError', 'RangeError', 'ArrayBuffer', 'DataView'],
  ...['Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array'],
  ...['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'BigUint64Array'],
];

export const preset = {
  // Beside the other caches: the temporary folder of a run goes with the run.
  cacheDirectory: join(dirname(fileURLToPath(import.meta.url)), '.cache', 'jest'),
  testEnvironment: 'node',
  // A limit that only tells a hung test from a slow machine: databases, processes and models take seconds where cores are few or busy.
  testTimeout: 60_000,
  // Jest leaves one core idle by itself, which is half of a machine with two.
  maxWorkers: '100%',
  testEnvironmentOptions: {
    customExportConditions: ['@consilium/source', 'node', 'require', 'default'],
  },
  roots: ['<rootDir>/src'],
  sandboxInjectedGlobals: languageGlobals,
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(${esmDependencies})/)`],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', swc] },
};
