import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoOf, msOf } from './clock.js';
import { jumpBy, jumpTo, setSpeed, startClock, stopClock } from './clock-file.js';
import { fileClock, lookEveryMs, openClock } from './file-clock.js';

const t0 = msOf('2026-11-09T00:00:00.000Z');
const day = 86_400_000;

describe('a clock file', () => {
  let folder: string;
  let path: string;
  let real: number;
  const realNow = () => real;
  const open = () => fileClock(path, realNow);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arrears-clock-'));
    path = join(folder, 'data', 'clock.json');
    real = t0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is created running, at the business time that is asked for', () => {
    startClock(path, { businessNow: '2026-02-01T00:00:00.000Z', speed: 1440 }, realNow);
    const clock = open();
    real += 60_000;
    expect(clock.nowIso()).toBe('2026-02-02T00:00:00.000Z');
    expect(readdirSync(join(folder, 'data'))).toEqual(['clock.json']);
  });

  it('lets no business time pass between stop and start, and starts at the old speed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), fc.nat({ max: 10 ** 9 }), fc.nat({ max: 100_000 }), (up, down, again) => {
        rmSync(path, { force: true });
        real = t0;
        startClock(path, { speed: 1440 }, realNow);
        real += up;
        stopClock(path, realNow);
        real += down;
        expect(open().now()).toBe(t0 + up * 1440);
        startClock(path, {}, realNow);
        real += again;
        expect(open().now()).toBe(t0 + (up + again) * 1440);
      }),
      { numRuns: 100 },
    );
  });

  it('ignores a second start and a second stop', () => {
    startClock(path, { speed: 10 }, realNow);
    startClock(path, { speed: 10 }, realNow);
    stopClock(path, realNow);
    stopClock(path, realNow);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(2);
  });

  it('is followed by a running process within a quarter of a second', () => {
    startClock(path, { speed: 1 }, realNow);
    const clock = open();
    jumpBy(path, 3 * day, realNow);
    expect(clock.now()).toBe(t0);
    real += lookEveryMs;
    expect(clock.now()).toBe(t0 + 3 * day + lookEveryMs);
    setSpeed(path, 1000, realNow);
    real += lookEveryMs;
    expect(clock.now()).toBe(t0 + 3 * day + lookEveryMs + lookEveryMs * 1000);
    expect(clock.toReal(clock.now() + 1000)).toBe(real + 1);
  });

  it('jumps to an instant, never back', () => {
    startClock(path, {}, realNow);
    jumpTo(path, '2026-12-24T00:00:00.000Z', realNow);
    expect(open().nowIso()).toBe('2026-12-24T00:00:00.000Z');
    expect(() => jumpTo(path, '2026-12-01T00:00:00.000Z', realNow)).toThrow(
      `Clock file ${path}, entry 3: business time runs backwards`,
    );
    expect(open().nowIso()).toBe('2026-12-24T00:00:00.000Z');
  });

  it('holds its time when a stop is seen late, and when the machine clock is set back', () => {
    startClock(path, { speed: 1440 }, realNow);
    const clock = open();
    real += 100;
    stopClock(path, realNow);
    real += 100;
    const told = clock.now();
    real += lookEveryMs;
    expect(clock.now()).toBe(told);
    real -= 5000;
    expect(clock.now()).toBe(told);
  });

  it('goes back when the file was rewritten to say so', () => {
    startClock(path, { businessNow: '2030-01-01T00:00:00.000Z' }, realNow);
    const clock = open();
    expect(clock.nowIso()).toBe('2030-01-01T00:00:00.000Z');
    writeFileSync(path, JSON.stringify([{ realFrom: isoOf(t0), businessFrom: isoOf(t0), speed: 0 }]));
    real += lookEveryMs;
    expect(clock.now()).toBe(t0);
  });

  it('keeps telling the time when the file vanishes, and refuses one that is broken', () => {
    startClock(path, { speed: 1 }, realNow);
    const clock = open();
    rmSync(path);
    real += lookEveryMs;
    expect(clock.now()).toBe(real);
    writeFileSync(path, '[{');
    real += lookEveryMs;
    expect(() => clock.now()).toThrow(`Clock file ${path}: is not JSON`);
  });

  it('is chosen by ARREARS_CLOCK', () => {
    expect(openClock({}).toBusiness(7)).toBe(7);
    startClock(path, { businessNow: '2026-02-01T00:00:00.000Z', speed: 0 }, realNow);
    expect(openClock({ ARREARS_CLOCK: path }).nowIso()).toBe('2026-02-01T00:00:00.000Z');
    expect(() => openClock({ ARREARS_CLOCK: join(folder, 'none.json') })).toThrow('ENOENT');
  });
});
