import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How far the simulated bank got: the business date of its first handover and how many messages are out. */
export interface Progress {
  origin: string;
  sent: number;
}

export function readProgress(path: string): Progress | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Progress) : undefined;
}

/** Renamed into place: a kill in the middle leaves the old file whole. */
export function writeProgress(path: string, progress: Progress): void {
  writeFileSync(`${path}.new`, JSON.stringify(progress));
  renameSync(`${path}.new`, path);
}
