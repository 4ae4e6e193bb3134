import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const serviceNames = ['cases', 'contacts', 'notifications'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The clone's root, seen from `src/site` and from `dist/site` alike. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
export const address = (port: number): string => `http://127.0.0.1:${port}`;
