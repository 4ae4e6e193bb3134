import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess, until } from '../support/index.js';
import { gateOf } from './support/gate.js';
import { houseOf, putInUse } from './support/policies.js';
import { openWorld, soonMs, type World } from './support/world.js';

const cli = fileURLToPath(new URL('../../deploy/cli/dist/main.js', import.meta.url));

interface Answer {
  gate: string;
  upcoming: { step: string; state: string; possible: string | null; says: { zh: string; en: string } }[];
}

/** The whole answer of `GET /cases/{id}/next`, with the gate that really decides. */
describe('why not: what stands in the way of the next step, and until when', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('why-not');
  });
  afterAll(() => world.close());

  const next = async (caseId: string): Promise<Answer> => (await world.next(caseId)) as unknown as Answer;
  /** The sentences about a step, once they are there. */
  const says = (caseId: string, step: string, word: string) =>
    until(
      async () => (await next(caseId)).upcoming.find((one) => one.step === step && one.says.en.includes(word)),
      soonMs,
      `${step} to be told with “${word}”`,
    );
  async function shown(caseId: string, lang: 'zh' | 'en'): Promise<string> {
    const { urls, token } = world.arrears;
    const env = { TZ: 'UTC', ARREARS_CASES_URL: urls.cases, ARREARS_TOKEN: await token('supervisor') };
    const program = startProcess(cli, env, { args: ['case', caseId, '--lang', lang] });
    expect(await program.exited).toBe(0);
    return program.output();
  }

  it('the hours of the night, then the limit of the day that another bank used up, then a hold', async () => {
    const debtor = world.debtor();
    const [first, second] = [world.loanId(), world.loanId()];
    const other = await world.agreement('另一样本银行');
    await world.jump(world.at(1, '02:00'));
    const loan = { dueDate: world.day(0), asOf: world.day(1) };
    await world.bank.send(world.overdue(debtor, { loanId: first, ...loan }));
    const { caseId } = await world.theCase(first, 'to open');
    await world.jump(world.at(1, '02:20'), caseId);
    const atNight = await says(caseId, 'reminder-1', 'CN-CBA-TIME');
    expect(atNight).toMatchObject({ state: 'waiting', possible: world.at(1, '08:00') });
    expect(atNight.says.en).toContain('No contact between 22:00 and 08:00');
    expect(atNight.says.en).toMatch(/next possible today 08:00$/);
    expect(atNight.says.zh).toContain('债务人所在地22:00至次日08:00不得联系');
    expect(atNight.says.zh).toMatch(/最早今天 08:00$/);

    await world.jump(world.at(1, '09:30'), caseId);
    await world.receives(debtor, 1);
    const customerNo = `${debtor.customerNo}-2`;
    await world.bank.send(world.overdue({ ...debtor, customerNo }, { loanId: second, agreementId: other, ...loan }));
    const { caseId: otherCase } = await world.theCase(second, 'to open');
    await world.jump(world.at(1, '09:50'), otherCase);
    const used = await says(otherCase, 'reminder-1', '1 of 1');
    expect(used.says.en).toContain('1 of 1 messages today used');
    expect(used.says.en).toMatch(/next possible tomorrow 08:00$/);
    expect(used.says.zh).toContain('今日短信已用 1/1');
    expect(used.says.zh).toMatch(/最早明天 08:00$/);
    expect(used.possible).toBe(world.at(2, '08:00'));

    expect((await world.post('supervisor', `/cases/${otherCase}/holds`, { kind: 'claimed-paid' })).status).toBe(202);
    await world.jump(world.at(1, '10:10'), otherCase);
    const held = await says(otherCase, 'reminder-1', 'claimed-paid');
    expect(held.says.en).toContain('a hold (claimed-paid) stops it, until');
    expect(held.says.zh).toContain('暂停（claimed-paid），至');
    expect(await shown(otherCase, 'en')).toContain(held.says.en);
    expect(await shown(otherCase, 'zh')).toContain(held.says.zh);
  });

  it('two of three effective calls today, and when the third was made, tomorrow at eight', async () => {
    const agreementId = await world.agreement('示例银行');
    const voice = {
      ...{ id: 'voice-1', kind: 'voiceBot', scope: 'case', stage: 'calling', level: 'normal', purpose: 'collect' },
      ...{
        target: [{ role: 'debtor' }],
        trigger: { on: 'treatmentDay', from: 1, to: 3 },
        template: { id: 'reminder-1' },
      },
      ...{ onLate: 'lapse', onImpossible: [], onReanchor: 'keep-done' },
    };
    const policy = houseOf(`voice-${randomUUID().slice(0, 6)}`, [agreementId], ({ steps }) => ({
      steps: [...steps.filter(({ id }) => id === 'reminder-1' || id.startsWith('review')), voice],
      spacing: [{ between: ['sms', 'voiceBot'], minGap: { n: 2, unit: 'hours' } }],
      maxNewStepsPerDay: 2,
    }));
    await putInUse(world.arrears, policy);
    await world.jump(world.at(3, '09:30'));
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId, agreementId, dueDate: world.day(2), asOf: world.day(3) }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(3, '09:45'), caseId);
    await world.receives(debtor, 1);

    const call = await caller(caseId, loanId, debtor.phone);
    for (let n = 0; n < 2; n += 1) await call();
    const two = await says(caseId, 'voice-1', '2 of 3');
    expect(two.says.en).toContain('the gap to the last contact is not over, until today 11:45');
    expect(two.says.en).toMatch(/2 of 3 effective calls today used; next possible today 11:45$/);
    expect(two.says.zh).toMatch(/今日有效通话已用 2\/3；最早今天 11:45$/);

    await call();
    const three = await says(caseId, 'voice-1', '3 of 3');
    expect(three.possible).toBe(world.at(4, '08:00'));
    expect(three.says.en).toContain('CN-GBT-CALLS');
    expect(three.says.en).toMatch(/3 of 3 effective calls today used; next possible tomorrow 08:00$/);
    expect(three.says.zh).toMatch(/今日有效通话已用 3\/3；最早明天 08:00$/);
    expect(await shown(caseId, 'en')).toContain(three.says.en);
    expect(await shown(caseId, 'zh')).toContain(three.says.zh);
  });

  /** Makes an effective call by a machine, as a service that dials would: a permit, and what came of it. */
  async function caller(caseId: string, loanId: string, phone: string): Promise<() => Promise<void>> {
    const gate = gateOf(world.arrears);
    const { agreementId, accounts } = await world.theCase(loanId, 'to be there');
    const point = await gate.pointOf({ phone }, agreementId);
    return async () => {
      const { caseSeq } = await world.theCase(loanId, 'to be there');
      const contactId = randomUUID();
      const permit = await gate.post<{ verdict: string; permitId: string }>('service-notifications', '/permits', {
        ...{ contactId, caseId, agreementId, debtorId: point.personId, personId: point.personId },
        ...{ effectKey: `${caseId}/call/${contactId}`, step: 'call', contactPointIds: [point.contactPointId] },
        ...{ channel: 'voiceBot', purpose: 'collect', covers: accounts.map(({ accountId }) => accountId) },
        ...{ expects: { caseSeq }, contentKey: contactId, actor: 'machine', circumstances: { recorded: true } },
      });
      expect(permit).toMatchObject({ verdict: 'granted' });
      const outcome = { contactId, contentHash: 'script', outcome: 'effective-call', at: world.arrears.clock.now() };
      await gate.post('service-notifications', `/permits/${permit.permitId}/commit`, outcome);
    };
  }
});
