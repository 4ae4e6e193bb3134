/** One named rule for each line of «What may never be» of docs/architecture.md. Fixtures that break each: test/fixtures/boundaries. */
const pure = '^(libs|test/fixtures/boundaries/libs)/(treatment|compliance|calendar|money|limitation)/';
const source = '(^|/)(libs|services|workflows|deploy)/';
/** All that runs, and what drives it; a provider's contract test lies in test/unit. */
const product = '(^|/)(libs|services|workflows|deploy|test/(support|e2e|bench|chaos))/';

export default {
  forbidden: [
    {
      name: 'service-imports-no-other-service',
      comment: 'Services share contracts, never code or tables of one another.',
      severity: 'error',
      from: { path: '(^|/)services/([^/]+)/' },
      to: { path: '(^|/)services/([^/]+)/', pathNot: '(^|/)services/$2/' },
    },
    {
      name: 'workflow-imports-only-workflow-sdk-contract-types-and-pure-libs',
      comment: 'Whatever a workflow imports runs inside the deterministic sandbox and is replayed for years.',
      severity: 'error',
      from: { path: '(^|/)workflows/[^/]+/src/', pathNot: ['\\.spec\\.ts$', 'workflows/[^/]+/src/(build|testing)'] },
      to: {
        pathNot: [
          '(^|/)workflows/',
          'node_modules/@temporalio/(workflow|common)/',
          'node_modules/@temporalio/interceptors-opentelemetry/',
          '(^|/)libs/contracts/src/activities\\.ts$',
          '(^|/)libs/(treatment|calendar|money|limitation)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-lib-imports-no-infrastructure',
      comment: 'The law and the money are functions of their arguments.',
      severity: 'error',
      from: { path: pure, pathNot: ['\\.spec\\.ts$', '/scripts/'] },
      to: {
        path: [
          'node_modules/(@nestjs|typeorm|@temporalio|kafkajs|pg)(/|$)',
          '(^|/)libs/(clock|messaging|persistence|blobs|temporal|auth|audit|observability|service|contracts)/',
        ],
      },
    },
    {
      name: 'pure-lib-imports-no-node-builtin',
      comment: 'A pure library runs anywhere, a browser included, and reads no clock, file or random number.',
      severity: 'error',
      from: { path: pure, pathNot: ['\\.spec\\.ts$', '/scripts/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'typeorm-only-in-stores-and-persistence',
      severity: 'error',
      from: { path: source, pathNot: ['(^|/)libs/persistence/', '\\.(store|entity)\\.ts$', '/migrations/'] },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'kafkajs-only-in-messaging',
      comment: 'The port has contract tests so that another client can take its place.',
      severity: 'error',
      from: { path: '(^|/)(libs|services|workflows)/', pathNot: '(^|/)libs/messaging/' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'provider-only-behind-the-permit-check',
      comment: 'The sender asks the gate and then calls a provider; nobody else may hold one in his hand.',
      severity: 'error',
      from: {
        path: product,
        pathNot: [
          '(^|/)services/notifications/src/(providers|sending)/',
          // Stand-ins for a provider have its shape: see the next rule.
          '(^|/)services/notifications/src/testing/',
          '\\.spec\\.ts$',
        ],
      },
      to: { path: '(^|/)services/notifications/src/providers/' },
    },
    {
      name: 'stand-in-has-only-the-shape-of-a-provider',
      severity: 'error',
      from: {
        path: ['(^|/)services/notifications/src/testing/', '(^|/)(libs|services|workflows)/.*\\.spec\\.ts$'],
        pathNot: '(^|/)services/notifications/src/providers/',
      },
      to: { path: '(^|/)services/notifications/src/providers/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-are-opened-in-one-place',
      comment: 'The rest of sending knows ports, and gets them from there.',
      severity: 'error',
      from: {
        path: '(^|/)services/notifications/src/sending/',
        pathNot: '(^|/)services/notifications/src/sending/open-sending\\.ts$',
      },
      to: {
        path: '(^|/)services/notifications/src/providers/',
        pathNot: '(^|/)services/notifications/src/providers/ports\\.ts$',
      },
    },
    {
      name: 'provider-protocol-only-in-adapters',
      comment: 'A library that can reach a person lies behind a port. The simulated carriers are the other side.',
      severity: 'error',
      from: {
        path: product,
        pathNot: ['(^|/)services/notifications/src/providers/', '(^|/)deploy/dev/src/carriers/'],
      },
      to: { path: '(^|/)node_modules/(smpp|nodemailer|smtp-server|postal-mime)/' },
    },
    {
      name: 'no-circular-imports',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What we build; not the `dist` of a library, or an import of it would go unseen.
    exclude: {
      path: ['^(libs|services|workflows|deploy)/[^/]+/dist/', '^test/dist/', '^\\.(nx|arrears)/', '^coverage/'],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@arrears/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
