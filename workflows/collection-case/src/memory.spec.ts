import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecideResult } from '@arrears/contracts/activities';
import { openMemory } from './memory.js';

const command = (commandId: string, caseSeq = 0) => ({ commandId, name: 'hold', caseSeq }) as const;
const plan = (upTo: number): DecideResult => ({ stage: 'firm', upTo }) as DecideResult;

describe('what a case remembers between decisions', () => {
  it('rises with facts that are new, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (signals) => {
        const memory = openMemory(undefined);
        let highest = 0;
        let news = 0;
        for (const upTo of signals) {
          if (upTo > highest) news++;
          highest = Math.max(highest, upTo);
          memory.takeFacts({ upTo });
        }
        expect([memory.version, memory.upTo]).toEqual([news, highest]);
      }),
    );
  });

  it.each([undefined, null, {}, { upTo: '5' }, { upTo: 1.5 }, { upTo: NaN }])(
    'a malformed fact changes nothing: %p',
    (facts) => {
      const memory = openMemory(undefined);
      memory.takeFacts(facts as unknown as { upTo: number });
      expect([memory.version, memory.upTo]).toEqual([0, 0]);
    },
  );

  it('a fact that a decision has already seen asks for no other', () => {
    const memory = openMemory(undefined);
    memory.takePlan(plan(5), 0);
    memory.takeFacts({ upTo: 5 });
    expect(memory.version).toBe(0);
    expect(memory.stage).toBe('firm');
  });

  it('answers a known command as before, also in the next run, and takes it once', () => {
    const memory = openMemory(undefined);
    const first = memory.takeCommand(command('a', 3), 1000);
    expect(memory.takeCommand(command('a', 3), 2000)).toEqual(first);
    expect([memory.version, memory.upTo]).toEqual([1, 3]);
    const next = openMemory(JSON.parse(JSON.stringify(memory.toCarry())) as ReturnType<typeof memory.toCarry>);
    expect(next.takeCommand(command('a', 3), 3000)).toEqual(first);
    expect(next.version).toBe(0);
  });

  it('keeps the last two hundred commands', () => {
    const memory = openMemory(undefined);
    for (let index = 0; index < 250; index++) memory.takeCommand(command(`c${index}`), index);
    const { commands } = memory.toCarry();
    expect(commands).toHaveLength(200);
    expect(commands.at(-1)).toEqual({ commandId: 'c249', takenAt: 249, decisionNo: 0 });
    expect(memory.takeCommand(command('c60'), 999).takenAt).toBe(60);
    expect(memory.takeCommand(command('c10'), 999).takenAt).toBe(999);
  });

  it('hands answers on until a decision has taken them, and only those it took', () => {
    const memory = openMemory(undefined);
    const answer = (effectKey: string) => ({ effectKey, answer: 'queued' }) as const;
    memory.answers.push(answer('a'), answer('b'));
    memory.takePlan(plan(0), 1);
    expect(memory.toCarry().answers).toEqual([answer('b')]);
    expect(openMemory(memory.toCarry()).answers).toEqual([answer('b')]);
  });
});
