import { openSite, type Site } from './api.js';

interface Dependencies {
  failing: string[];
  checks: { name: string; status: 'ok' | 'failing' }[];
}

/** Asks every service how it is and what it misses; the answer is for people, the second value for the exit code. */
export async function doctor(runtimePath: string, env: NodeJS.ProcessEnv): Promise<{ text: string; healthy: boolean }> {
  const site = openSite(runtimePath, env);
  const services = Object.entries(site.urls).filter(([name]) =>
    ['cases', 'contacts', 'notifications', 'legal'].includes(name),
  );
  const answers = await Promise.all(services.map(async ([name, url]) => ({ name, ...(await ask(url)) })));
  const login = await loginWorks(site);
  const lines = answers.map(({ name, text }) => `${name.padEnd(14)} ${text}`);
  return {
    text: [...lines, `${'login'.padEnd(14)} ${login ? 'ok' : 'no token from the identity provider'}`].join('\n'),
    healthy: login && answers.every(({ ok }) => ok),
  };
}

async function ask(url: string): Promise<{ ok: boolean; text: string }> {
  try {
    const ready = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(5_000) });
    const response = await fetch(new URL('/health/dependencies', url), { signal: AbortSignal.timeout(10_000) });
    const { failing, checks } = (await response.json()) as Dependencies;
    const names = checks.map(({ name }) => name).join(', ');
    const missing = failing.length > 0 ? `missing: ${failing.join(', ')}` : `all of ${names} answer`;
    return { ok: ready.ok && failing.length === 0, text: `${ready.ok ? 'ready' : 'not ready'}; ${missing}` };
  } catch {
    return { ok: false, text: `nobody answers at ${url}` };
  }
}

async function loginWorks(site: Site): Promise<boolean> {
  return site.token().then(
    () => true,
    () => false,
  );
}
