import { fileURLToPath } from 'node:url';
import { tokenVerifier } from '@arrears/auth';
import { openClock } from '@arrears/clock';
import { loadKeyRing, openDatabase, ringSeal } from '@arrears/persistence';
import { measurePool, poolWait, runProcess, untilSchema } from '@arrears/service';
import { consoleConfig } from './config.js';
import { migrationFolders } from './migration-folders.js';
import { consoleModule } from './module.js';
import { readWebFiles } from './page/web-files.js';
import { services } from './proxy/allowed-routes.js';
import { httpGateway } from './proxy/gateway.js';
import { bySession } from './session/identify.js';
import { identityProvider } from './session/identity-provider.js';
import { Sessions } from './session/session.service.js';

const webFolder = fileURLToPath(new URL('./web', import.meta.url));
const forgetEveryMs = 5 * 60_000;
const clock = openClock(process.env);
let sessions: Sessions;

await runProcess({
  name: 'console',
  roles: ['api'],
  config: consoleConfig,
  module: async (_roles, config, context) => {
    const { health, log, metrics } = context;
    const { publicUrl, timeZone, client, oidc } = config;
    const web = readWebFiles(webFolder);
    const db = await openDatabase({ url: config.databaseUrl, name: 'console', onWait: poolWait(metrics) });
    measurePool(metrics, db);
    context.onStop('database', () => db.close());
    health.dependency('postgres', async () => void (await db.query('SELECT 1')));
    const gateway = httpGateway(config.services);
    for (const name of services) health.dependency(name, async () => (await gateway.health(name)) !== null);
    await untilSchema(context, db, migrationFolders);
    const provider = identityProvider({ issuer: oidc.issuer, client, publicUrl, clock });
    const seal = ringSeal(loadKeyRing(config.sessionKeys), 'console sessions');
    sessions = new Sessions({ db, provider, seal, clock, limits: config.session, publicUrl, log });
    return consoleModule({ db, clock, gateway, sessions, health, log, publicUrl, timeZone, web });
  },
  identify: ({ config }) => bySession(sessions, tokenVerifier(config.oidc), config.publicUrl),
  onStart: (context) => {
    // Failing once is no matter: the next round does it.
    const timer = setInterval(() => void sessions.forgetOld().catch(() => undefined), forgetEveryMs);
    context.onStop('forgetting', () => clearInterval(timer));
  },
});
