import type { Clock } from '@arrears/clock';
import type { Health } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import type { DynamicModule } from '@nestjs/common';
// For its effect: a line of an event that nobody has registered is not written.
import './events.js';
import { CasesHttp } from './cases/cases.http.js';
import type { ConsoleLog } from './events.js';
import { MeHttp } from './me/me.http.js';
import { PageHttp } from './page/page.http.js';
import type { WebFiles } from './page/web-files.js';
import type { Gateway } from './proxy/gateway.js';
import { ProxyHttp } from './proxy/proxy.http.js';
import { SessionHttp } from './session/session.http.js';
import type { Sessions } from './session/session.service.js';
import { SystemHttp } from './system/system.http.js';
import { CLOCK, DATABASE, GATEWAY, HEALTH, LOG, PUBLIC_URL, SESSIONS, TIME_ZONE, WEB_FILES } from './tokens.js';

export interface ConsoleParts {
  db: Database;
  clock: Clock;
  gateway: Gateway;
  sessions: Sessions;
  health: Health;
  log: ConsoleLog;
  publicUrl: URL;
  timeZone: string;
  web: WebFiles;
}

class ConsoleModule {}

/** The HTTP edge of the console. The page comes last: it takes whatever path nobody else took. */
export function consoleModule(parts: ConsoleParts): DynamicModule {
  return {
    module: ConsoleModule,
    controllers: [SessionHttp, MeHttp, SystemHttp, CasesHttp, ProxyHttp, PageHttp],
    providers: [
      { provide: CLOCK, useValue: parts.clock },
      { provide: DATABASE, useValue: parts.db },
      { provide: GATEWAY, useValue: parts.gateway },
      { provide: HEALTH, useValue: parts.health },
      { provide: LOG, useValue: parts.log },
      { provide: PUBLIC_URL, useValue: parts.publicUrl },
      { provide: SESSIONS, useValue: parts.sessions },
      { provide: TIME_ZONE, useValue: parts.timeZone },
      { provide: WEB_FILES, useValue: parts.web },
    ],
  };
}
