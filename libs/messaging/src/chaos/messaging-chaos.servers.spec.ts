import { describe, expect, it } from '@jest/globals';
import { messagingChaos } from './messaging-chaos.js';

describe('5,000 events while processes are killed and consumers come and go', () => {
  it('arrive each exactly once and in the order of their key', async () => {
    const result = await messagingChaos({ events: 5_000, keys: 150, kills: 10 });
    expect(result).toMatchObject({ asked: 5_000, done: 5_000, lost: 0, doubled: 0, outOfOrder: 0 });
    expect(result.kills).toBeGreaterThanOrEqual(5);
    expect(result.rebalances).toBeGreaterThanOrEqual(2);
  }, 300_000);
});
