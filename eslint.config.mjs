import js from '@eslint/js';
import checkFile from 'eslint-plugin-check-file';
import importX from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const forbid = (group, message) => ({ group, message });
const deep = forbid(['@consilium/*/src/*', '@consilium/*/dist/*'], 'Import a public subpath.');
const only = (...patterns) => ['error', { patterns: [deep, ...patterns] }];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/*.cjs', '**/*.mjs', '**/coverage/**', '**/tmp/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX, 'check-file': checkFile },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      curly: ['error', 'all'],
      'no-console': 'error',
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 6],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'import-x/no-default-export': 'error',
      'no-restricted-imports': only(),
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Read configuration in config/.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Pass a generator in.',
        },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
      'check-file/filename-naming-convention': [
        'error',
        { '**/*.{ts,tsx}': 'KEBAB_CASE' },
        { ignoreMiddleExtensions: true },
      ],
    },
  },
  {
    files: ['shared/src/**'],
    rules: {
      'no-restricted-imports': only(
        forbid(
          ['@nestjs/*', 'typeorm', 'socket.io*', '@tensorflow/*', 'react', 'pino'],
          'shared is pure.',
        ),
      ),
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pass the clock in.' },
      ],
    },
  },
  { files: ['shared/src/crypto/**'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['coordinator/src/**'],
    rules: {
      'no-restricted-imports': only(
        forbid(['@tensorflow/*', '@consilium/node-agent*'], 'The coordinator never trains.'),
      ),
    },
  },
  {
    files: ['coordinator/src/**/*.{controller,service,gateway}.ts'],
    rules: {
      'no-restricted-imports': only(
        forbid(['@tensorflow/*', '@consilium/node-agent*'], 'The coordinator never trains.'),
        forbid(['typeorm', '@nestjs/typeorm'], 'Go through a repository.'),
      ),
    },
  },
  {
    files: ['node-agent/src/**'],
    rules: {
      'no-restricted-imports': only(
        forbid(['@nestjs/*', 'typeorm', '@consilium/coordinator*'], 'The agent stands alone.'),
      ),
    },
  },
  {
    files: ['**/config/*.ts', 'tests/src/**', 'deploy/demo/src/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    ...jest.configs['flat/recommended'],
    settings: { jest: { version: 30 } },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
    },
  },
);
