import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor, page } from './cursors.js';
import { inputHash } from './idempotency.js';
import { ProblemError, problem, problemBody } from './problem.js';
import { invalidInput } from './validation.js';
import { etag, requireVersion } from './versions.js';

const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'none';
  } catch (failure) {
    return failure instanceof ProblemError ? failure.code : 'broken';
  }
};

describe('a cursor', () => {
  const place = z.tuple([z.string(), z.int()]);

  it('comes back as the place it was made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, number) => {
        const cursor = encodeCursor([text, number]);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(place, cursor)).toEqual([text, number]);
      }),
    );
  });

  it('of another list, or of nobody, is refused', () => {
    for (const cursor of [encodeCursor({ id: 1 }), '', '!!', 'e30', encodeCursor(null)])
      expect(codeOf(() => decodeCursor(place, cursor))).toBe('invalid-input');
  });

  it('leads through a list without loss or repetition', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (all, limit) => {
          const rows = [...all].sort((one, two) => one - two);
          const seen: number[] = [];
          for (let after = 0, more = true; more;) {
            const found = page(rows.filter((row) => row > after).slice(0, limit + 1), limit, (row) => row);
            seen.push(...found.items);
            more = found.nextCursor !== null;
            if (found.nextCursor !== null) after = decodeCursor(z.int(), found.nextCursor);
          }
          expect(seen).toEqual(rows);
        },
      ),
    );
  });
});

describe('the version that was read', () => {
  it('comes from If-Match', () => {
    expect(requireVersion(etag(12))).toBe(12);
    expect(requireVersion('W/"12"')).toBe(12);
  });

  it.each([
    [undefined, 'version-missing'],
    ['', 'version-missing'],
    ['*', 'invalid-input'],
    ['12', 'invalid-input'],
    ['"1", "2"', 'invalid-input'],
  ])('is refused from %p', (header, code) => {
    expect(codeOf(() => requireVersion(header))).toBe(code);
  });
});

describe('the hash of an input', () => {
  it('is the same whatever the order of fields, and another for another input', () => {
    expect(inputHash({ a: 1, b: [{ c: 2n, d: null }] })).toEqual(inputHash({ b: [{ d: null, c: 2n }], a: 1 }));
    expect(inputHash({ a: 1 })).not.toEqual(inputHash({ a: '1' }));
    expect(inputHash([1, 2])).not.toEqual(inputHash([2, 1]));
    expect(inputHash(undefined)).toHaveLength(32);
  });
});

describe('a problem', () => {
  it('is told as RFC 9457 says, with our code and the correlation id', () => {
    expect(problemBody(problem('conflict', 'The case is closed.'), 'c-1')).toEqual({
      type: 'urn:arrears:problem:conflict',
      title: 'The present state does not allow this',
      status: 409,
      code: 'conflict',
      detail: 'The case is closed.',
      correlationId: 'c-1',
    });
  });

  it('as an exception has its code for a message, so that a printed one tells no detail', () => {
    expect(problem('conflict', 'about the debtor').message).toBe('conflict');
  });

  it('of many faults lists the first fifty', () => {
    const faults = Array.from({ length: 70 }, (_, index) => ({
      message: 'wrong',
      path: ['lines', index, { key: 'x' }],
    }));
    const answer = invalidInput(faults);
    expect(answer.errors).toHaveLength(50);
    expect(answer.errors?.[3]).toEqual({ path: 'lines.3.x', message: 'wrong' });
    expect(answer.detail).toBe('70 fault(s) in the input. The first 50 of 70 are listed.');
  });
});
