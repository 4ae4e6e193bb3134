import type { ServiceName } from '../proxy/allowed-routes.js';
import type { ServiceHealth } from '../proxy/gateway.js';

/** Parts of the whole by the name that services give them. */
export interface PartState {
  name: string;
  state: 'up' | 'down';
  /** Who says so. */
  seenBy: string[];
}
export interface SystemView {
  services: { name: ServiceName | 'console'; state: 'up' | 'down'; failing: string[] }[];
  parts: PartState[];
}

/** What is up: the services, and what they lean on. A part is down when anyone who needs it can't reach it. */
export function systemOf(
  answers: readonly { name: SystemView['services'][number]['name']; health: ServiceHealth | null }[],
): SystemView {
  const services = answers.map(({ name, health }) => ({
    name,
    state: health === null ? ('down' as const) : ('up' as const),
    failing: health?.failing ?? [],
  }));
  const names = [...new Set(answers.flatMap(({ health }) => health?.checks.map((check) => check.name) ?? []))].sort();
  const parts = names.map((name) => {
    const said = answers.flatMap(({ name: by, health }) =>
      (health?.checks ?? []).filter((check) => check.name === name).map(({ status }) => ({ by, status })),
    );
    const failing = said.filter(({ status }) => status === 'failing');
    return {
      name,
      state: failing.length > 0 ? ('down' as const) : ('up' as const),
      seenBy: (failing.length > 0 ? failing : said).map(({ by }) => by),
    };
  });
  return { services, parts };
}
