/**
 * Four suites, chosen by name: `*.spec.ts` needs nothing but Node, `*.servers.spec.ts` talks to real servers,
 * `test/browser` of the console looks at it in a browser, `test/e2e` drives the built processes. Nothing is mocked at module level: native ESM has no hoisting.
 */
const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@arrears/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.arrears/', '<rootDir>/test/fixtures/boundaries/'],
};
const ignored = ['/node_modules/', '/dist/'];
const browser = '/console/test/browser/';
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,services,workflows,deploy}/**/*.spec.ts', '<rootDir>/test/unit/**/*.spec.ts'],
      testPathIgnorePatterns: [...ignored, '\\.servers\\.spec\\.ts$', browser],
    },
    {
      ...shared,
      displayName: 'service',
      testMatch: ['<rootDir>/{libs,services,workflows,deploy}/**/*.servers.spec.ts'],
      testPathIgnorePatterns: ignored,
    },
    {
      ...shared,
      displayName: 'web',
      testMatch: ['<rootDir>/services/console/test/browser/**/*.spec.ts'],
      testPathIgnorePatterns: ignored,
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
      testPathIgnorePatterns: ignored,
      globalSetup: '<rootDir>/test/e2e/support/before-all.mjs',
      globalTeardown: '<rootDir>/test/e2e/support/after-all.mjs',
    },
  ],
};
