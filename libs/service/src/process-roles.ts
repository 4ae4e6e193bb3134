/** What a process of a service does. Without arguments it does everything. */
export const processRoles = ['api', 'consumer', 'relay', 'worker'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** @throws Error naming an argument that is no role of this service */
export function parseRoles(argv: readonly string[], available: readonly ProcessRole[]): ReadonlySet<ProcessRole> {
  const unknown = argv.filter((name) => !available.some((role) => role === name));
  if (unknown.length > 0) throw new Error(`no such role: ${unknown.join(', ')}; there are ${available.join(', ')}`);
  const chosen = available.filter((role) => argv.length === 0 || argv.includes(role));
  return new Set(chosen);
}
