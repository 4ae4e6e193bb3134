import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueueMessage } from '@arrears/contracts';
import { sendOne } from '../sending/sender.js';
import { fakeGate, fakeProvider, granted } from '../testing/fakes.js';
import { claimed, only, openWorld, queue, stageOf, type World } from '../testing/world.js';

let world: World;
beforeAll(async () => (world = await openWorld()), 60_000);
afterAll(() => world.close());
beforeEach(() => world.clear());

/** Sent on 24 November: what the letter, as it was kept, says of its term. */
async function termIn(over: Partial<QueueMessage>, language: string): Promise<string | undefined> {
  const gate = fakeGate(granted({ language, destination: '北京市东城区某街1号' }));
  const parts = stageOf(world, [fakeProvider({ channel: 'letter' }).port], gate);
  await queue(parts, { step: 'letter', channel: 'letter', templateId: 'dunning-letter', ...over });
  expect([await sendOne(parts, await claimed(world.db, 'letter')), parts.unfit]).toEqual(['accepted', []]);
  const file = world.files.get((await only(world.db)).fileHash ?? '')?.toString() ?? '';
  return /(?:within|之日起).*?(?:latest|）)/.exec(file)?.[0];
}

describe('the term that a letter sets', () => {
  it('is its step’s, and whole also when it counts as delivered on the last possible day', async () => {
    expect(await termIn({ delivery: 'registered', termDays: 15, deemedAfterDays: 5 }, 'en')).toBe(
      'within 15 days after you have received this letter, by 14 December 2026 at the latest',
    );
  });

  it('is ten days for a step that sets none', async () => {
    expect(await termIn({}, 'zh-CN')).toBe('之日起 10 日内（不迟于2026年12月7日）');
  });
});
