import { openDatabase, openPersonKeys } from '@arrears/persistence';
import { steppedClock } from '@arrears/clock';
import type { PermitAnswer, PermitRequest } from '@arrears/contracts';
import { createMetrics } from '@arrears/observability';
import { gateMetrics } from '../gate/gate.metrics.js';
import { requestPermit } from '../gate/gate.service.js';
import { gateParts, type GateParts } from '../gate/parts.js';
import { loadRuleBook } from '../gate/packs.js';

/** A gate in a process of its own, for the race of many: says that it is ready, and asks for everything at once when told. */
export interface RaceInput {
  url: string;
  keysUrl: string;
  /** Hex. */
  masterKey: string;
  now: string;
  requests: PermitRequest[];
}

process.once('message', (input: RaceInput) => void race(input));

async function race({ url, keysUrl, masterKey, now, requests }: RaceInput): Promise<void> {
  const db = await openDatabase({ url, name: 'race', poolSize: 10 });
  const ring = { active: 'test', keys: new Map([['test', Buffer.from(masterKey, 'hex')]]) };
  const personKeys = openPersonKeys({ url: keysUrl, ring });
  const rules = loadRuleBook();
  const metrics = gateMetrics(createMetrics(), rules.ruleIds);
  const gate = gateParts({ db, clock: steppedClock(now), personKeys, rules, metrics });
  process.once('message', () => void ask());
  process.send?.({ ready: true });

  async function ask(): Promise<void> {
    const answers = await Promise.all(requests.map((request) => answered(gate, request)));
    process.send?.({ verdicts: answers.map(({ verdict }) => verdict) });
    await db.close();
    await personKeys.close();
    process.disconnect();
  }
}

/** Asks again where a busy machine had no connection free in time, as every client of the gate does. */
async function answered(gate: GateParts, request: PermitRequest): Promise<PermitAnswer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await requestPermit(gate, request);
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}
