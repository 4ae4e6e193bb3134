import { describeApi } from '@arrears/service';
import { consoleModule, type ConsoleParts } from './module.js';

/** `openapi.json` as the routes are now. */
export const consoleApi = (): Promise<string> => describeApi('console', consoleModule({} as ConsoleParts));
