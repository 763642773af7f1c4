/** Shared Jest settings: SWC turns our code and the ESM-only dependencies into CommonJS, which Jest runs on every supported Node. */
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
].join('|');

export const preset = {
  testEnvironment: 'node',
  // A limit that only tells a hung test from a slow machine: databases, processes and models take seconds where cores are few or busy.
  testTimeout: 60_000,
  // Jest leaves one core idle by itself, which is half of a machine with two.
  maxWorkers: '100%',
  testEnvironmentOptions: {
    customExportConditions: ['@consilium/source', 'node', 'require', 'default'],
  },
  roots: ['<rootDir>/src'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(${esmDependencies})/)`],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', swc] },
};
