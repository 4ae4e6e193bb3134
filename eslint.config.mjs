import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { noPersonalData } from './deploy/lint/no-personal-data.mjs';
import { onlyTheClockReadsTheTime } from './deploy/lint/only-the-clock-reads-the-time.mjs';

/** Which layer may use which. Layers are tags in each package.json; every package has one. */
const layers = [
  { sourceTag: 'layer:pure', onlyDependOnLibsWithTags: ['layer:pure'] },
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'layer:infrastructure',
    onlyDependOnLibsWithTags: ['layer:infrastructure', 'layer:contracts', 'layer:pure'],
  },
  { sourceTag: 'layer:workflow', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:pure'] },
  {
    sourceTag: 'layer:service',
    onlyDependOnLibsWithTags: ['layer:infrastructure', 'layer:contracts', 'layer:pure', 'layer:workflow'],
  },
  {
    sourceTag: 'layer:tool',
    onlyDependOnLibsWithTags: ['layer:infrastructure', 'layer:contracts', 'layer:pure', 'layer:tool'],
  },
  { sourceTag: 'layer:test', onlyDependOnLibsWithTags: ['*'] },
];

const workflowGlobals = ['Intl', 'setTimeout', 'setInterval', 'process', 'Buffer', 'fetch'].map((name) => ({
  name,
  message: 'Workflow code is replayed: it may use nothing that answers differently the second time.',
}));

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.arrears/**',
      'test/fixtures/boundaries/**',
      'coverage/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: {
      '@nx': nx,
      arrears: {
        rules: {
          'no-personal-data-in-keys-labels-urls-or-logs': noPersonalData,
          'only-the-clock-reads-the-time': onlyTheClockReadsTheTime,
        },
      },
    },
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        project: ['./tsconfig.spec.json', './{libs,services,workflows,deploy}/*/tsconfig.json', './test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'arrears/no-personal-data-in-keys-labels-urls-or-logs': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      // `Instant | 'never'` tells a reader more than `string` does.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@nx/enforce-module-boundaries': ['error', { depConstraints: layers, allow: [] }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a name that can be searched for.' },
        {
          selector:
            'CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(only|skip|todo)$/]',
          message: 'A skipped test is a test that lies.',
        },
      ],
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
    },
  },
  // How a library exports is not ours to say.
  { files: ['types/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // What records and replays workflows around the workflow code is test equipment.
    files: ['workflows/*/src/**/*.spec.ts', 'workflows/*/src/testing/**/*.ts', 'test/unit/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['workflows/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'workflows/*/src/testing/**', 'workflows/*/src/build*.ts'],
    rules: { 'no-restricted-globals': ['error', ...workflowGlobals] },
  },
  {
    files: ['libs/{money,calendar,treatment,compliance}/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'Pure code has no surroundings.' }],
    },
  },
  {
    files: ['libs/{money,calendar,treatment,compliance,contracts,audit}/src/**/*.ts', 'services/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing.ts', '**/testing/**', '**/*.fixture.ts'],
    rules: { 'arrears/only-the-clock-reads-the-time': 'error' },
  },
);
