import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stoppedMs } from '../sending/waits.js';
import { defaultSpreadMs, spreadOver } from './spread.js';

const opens = '2026-11-24T00:00:00.000Z';
const late = '2026-11-26T00:00:00.000Z';

describe('an even release', () => {
  it('gives a message the same place each time, within the spread and never past its end', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 7_200_000 }), (id, roomMs) => {
        const notAfter = new Date(Date.parse(opens) + roomMs).toISOString();
        const at = spreadOver(id, opens, notAfter, defaultSpreadMs);
        expect(at).toBe(spreadOver(id, opens, notAfter, defaultSpreadMs));
        expect(at >= opens && at <= notAfter).toBe(true);
        expect(Date.parse(at) - Date.parse(opens)).toBeLessThanOrEqual(defaultSpreadMs);
      }),
    );
  });

  it('is even: of 3,000 messages about a hundred a minute', () => {
    const perMinute = Array.from({ length: 30 }, () => 0);
    for (let n = 0; n < 3_000; n += 1) {
      const minute = Math.floor(
        (Date.parse(spreadOver(`m-${n}`, opens, late, defaultSpreadMs)) - Date.parse(opens)) / 60_000,
      );
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    expect(Math.min(...perMinute)).toBeGreaterThan(65);
    expect(Math.max(...perMinute)).toBeLessThan(140);
  });

  it('of none at all is at once', () => {
    expect(spreadOver('m', opens, late, 0)).toBe(opens);
  });
});

describe('a stopped message', () => {
  it('asks again after 5 s to a minute, later each time', () => {
    for (let n = 0; n < 500; n += 1) {
      const waits = [0, 1, 2, 3, 9].map((stoppedAsks) => stoppedMs({ messageId: `m-${n}`, stoppedAsks }));
      for (const ms of waits) expect(ms >= 5_000 && ms <= 60_000).toBe(true);
      expect(waits[4]).toBeGreaterThanOrEqual(30_000);
    }
  });

  it('comes out with the others evenly over half a minute when the order is lifted', () => {
    const perFiveSeconds = Array.from({ length: 6 }, () => 0);
    for (let n = 0; n < 6_000; n += 1) {
      const slot = Math.min(5, Math.floor((stoppedMs({ messageId: `m-${n}`, stoppedAsks: 5 }) - 30_000) / 5_000));
      perFiveSeconds[slot] = (perFiveSeconds[slot] ?? 0) + 1;
    }
    expect(Math.max(...perFiveSeconds) / Math.min(...perFiveSeconds)).toBeLessThan(1.2);
  });
});
