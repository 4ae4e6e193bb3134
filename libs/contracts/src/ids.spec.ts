import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { caseNo, contactPointId, eventId, newId, normaliseIdNumber, personId, type PersonId } from './ids.js';

const key = Buffer.alloc(32, 7);
const byNumber = (idNumber: string, idType = 'resident-id') => personId(key, { by: 'id-number', idType, idNumber });

describe('ids that every service computes', () => {
  /** Pinned: services compute them apart and rows of years carry them. A change here is a migration of every database. */
  it('never change', () => {
    const person = byNumber('110101198805010011');
    expect({
      person,
      customer: personId(key, { by: 'customer', agreementId: 'AGR-1', customerNo: 'C-1' }),
      place: personId(key, {
        by: 'place-in-message',
        agreementId: 'AGR-1',
        loanId: 'L-1',
        role: 'relatedThird',
        ordinal: 0,
      }),
      point: contactPointId(key, person, 'mobile', '+8613800000001'),
      event: eventId({ service: 'cases', aggregate: 'a', version: 3, type: 't', ordinal: 0, dataHash: 'ff' }),
    }).toEqual({
      person: '5d218e8f-35e1-5abc-b8a4-d8b311ce1e18',
      customer: '0805c246-5871-59a3-a796-496852d6dfb8',
      place: '3695ca25-e535-572c-947d-82ef0a9fd7b9',
      point: '5839562e-bfe2-50e8-9ac3-4d9c53f1bef4',
      event: '713aabd4-52f7-55cf-b7d3-36eee662ae5a',
    });
  });

  it('name one person whatever the spelling of the number', () => {
    expect(normaliseIdNumber(' 1101-0119 8805 01001ｘ ')).toBe('11010119880501001X');
    expect(byNumber('11010119880501001x')).toBe(byNumber('1101 0119 8805 0100 1X'));
  });

  it('tell apart numbers of different papers, keys and customers of two agreements', () => {
    expect(byNumber('E12345678', 'passport')).not.toBe(byNumber('E12345678'));
    const other = personId(Buffer.alloc(32, 8), { by: 'id-number', idType: 'resident-id', idNumber: '1' });
    expect(other).not.toBe(byNumber('1'));
    const customer = (agreementId: string) => personId(key, { by: 'customer', agreementId, customerNo: 'C-1' });
    expect(customer('AGR-1')).not.toBe(customer('AGR-2'));
  });

  it('do not confuse parts that only join alike', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        fc.pre(b !== '');
        const of = (agreementId: string, customerNo: string) =>
          personId(key, { by: 'customer', agreementId, customerNo });
        expect(of(a + b, c)).not.toBe(of(a, b + c));
      }),
      { numRuns: 200 },
    );
  });

  it('say nothing of what went in', () => {
    const id = contactPointId(key, 'p' as PersonId, 'mobile', '+8613800000001');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id).not.toContain('138');
  });
});

describe('event ids', () => {
  const fact = { service: 'cases', aggregate: 'a', version: 3, type: 't', ordinal: 0, dataHash: 'ff' };

  it('are the same for the same fact, published again after a restore', () => {
    expect(eventId({ ...fact })).toBe(eventId(fact));
  });

  it.each<[string, Partial<typeof fact>]>([
    ['service', { service: 'contacts' }],
    ['aggregate', { aggregate: 'b' }],
    ['version', { version: 4 }],
    ['type', { type: 'u' }],
    ['ordinal', { ordinal: 1 }],
    ['content', { dataHash: 'fe' }],
  ])('differ with the %s', (_, change) => {
    expect(eventId({ ...fact, ...change })).not.toBe(eventId(fact));
  });
});

describe('numbers for people', () => {
  it('are short, readable aloud and never the same twice', () => {
    const numbers = Array.from({ length: 5000 }, (_, sequence) => caseNo(sequence));
    expect(new Set(numbers).size).toBe(5000);
    for (const number of numbers) expect(number).toMatch(/^C-[2-9A-HJ-NP-Z]{4}$/);
    expect([caseNo(0), caseNo(31), caseNo(32), caseNo(32 ** 4)]).toEqual(['C-2222', 'C-222Z', 'C-2232', 'C-32222']);
  });
});

describe('ids of our own rows', () => {
  it('are made in the order of time', () => {
    const ids = Array.from({ length: 100 }, () => newId());
    expect([...ids].sort()).toEqual(ids);
  });
});
