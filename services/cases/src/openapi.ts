import type { Database, PersonKeys } from '@arrears/persistence';
import { describeApi } from '@arrears/service';
import type { Ledger } from './ledger.js';
import { casesModule } from './module.js';

/** `openapi.json` as the routes are now. */
export const casesApi = (): Promise<string> =>
  describeApi('cases', casesModule({ database: {} as Database, ledger: {} as Ledger, personKeys: {} as PersonKeys }));
