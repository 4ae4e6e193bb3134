import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { blindIndex } from './blind-index.js';
import { openDatabase, type Database } from './database.js';
import { runMigrations } from './migrations.js';
import { KeyDestroyed, keysMigrations, openPersonKeys, type PersonKeys } from './person-keys.js';
import { createTestDatabase } from './testing.js';

const ring = { active: 'm1', keys: new Map([['m1', randomBytes(32)]]) };
let url: string;
let keys: PersonKeys;
let db: Database;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await createTestDatabase('keys');
  url = database.url;
  await runMigrations({ url, folders: [keysMigrations] });
  keys = openPersonKeys({ url, ring });
  db = await openDatabase({ url, name: 'keys-test' });
  closing.push(
    () => keys.close(),
    () => db.close(),
    database.drop,
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

const person = () => ({ personId: randomUUID(), agreementId: 'AGR-1' });

describe('personal data at rest', () => {
  it('opens again for its person and field, and shows nothing before', async () => {
    const someone = person();
    const sealed = await keys.encrypt(someone, 'name', 'Synthetic Person');
    expect(sealed.toString('latin1')).not.toContain('Synthetic');
    expect(await keys.decrypt(someone, 'name', sealed)).toBe('Synthetic Person');
  });

  it('does not open when moved to another field, person or agreement', async () => {
    const [one, two] = [person(), person()];
    const sealed = await keys.encrypt(one, 'name', 'Synthetic Person');
    await keys.encrypt(two, 'name', 'x');
    await expect(keys.decrypt(one, 'phone', sealed)).rejects.toThrow();
    await expect(keys.decrypt(two, 'name', sealed)).rejects.toThrow();
    await keys.encrypt({ ...one, agreementId: 'AGR-2' }, 'name', 'x');
    await expect(keys.decrypt({ ...one, agreementId: 'AGR-2' }, 'name', sealed)).rejects.toThrow();
  });

  it('gets one key however many processes write first at once', async () => {
    const someone = person();
    const others = [0, 1, 2, 3].map(() => openPersonKeys({ url, ring }));
    const sealed = await Promise.all(others.map((other, number) => other.encrypt(someone, 'name', `text ${number}`)));
    const opened = await Promise.all(sealed.map((one) => keys.decrypt(someone, 'name', one)));
    expect(opened).toEqual(['text 0', 'text 1', 'text 2', 'text 3']);
    await Promise.all(others.map((other) => other.close()));
  });

  it('is gone for good once the key is destroyed', async () => {
    const someone = person();
    const sealed = await keys.encrypt(someone, 'name', 'Synthetic Person');
    await keys.destroy(someone);
    expect(await keys.decrypt(someone, 'name', sealed)).toBeNull();
    await expect(keys.encrypt(someone, 'name', 'again')).rejects.toThrow(KeyDestroyed);
    const [row] = await db.query('SELECT wrapped FROM person_keys WHERE person_id = $1', [someone.personId]);
    expect(row).toEqual({ wrapped: null });
  });

  it('gives each purpose outside the database a key that goes with the person', async () => {
    const [someone, other] = [person(), person()];
    expect(await keys.derived.forReading(someone, 'files')).toBeNull();
    const files = await keys.derived.forWriting(someone, 'files');
    expect(files).toHaveLength(32);
    const elsewhere = openPersonKeys({ url, ring });
    expect(await elsewhere.derived.forReading(someone, 'files')).toEqual(files);
    await elsewhere.close();
    expect(await keys.derived.forWriting(someone, 'other')).not.toEqual(files);
    expect(await keys.derived.forWriting(other, 'files')).not.toEqual(files);
    await keys.destroy(someone);
    expect(await keys.derived.forReading(someone, 'files')).toBeNull();
    await expect(keys.derived.forWriting(someone, 'files')).rejects.toThrow(KeyDestroyed);
  });

  it('survives the change of the master key, and does not open without the one it is under', async () => {
    const someone = person();
    const sealed = await keys.encrypt(someone, 'name', 'Synthetic Person');
    const next = { active: 'm2', keys: new Map([...ring.keys, ['m2', randomBytes(32)]]) };
    const rotated = openPersonKeys({ url, ring: next });
    while ((await rotated.rewrap(100)) > 0);
    const onlyNew = openPersonKeys({
      url,
      ring: { active: 'm2', keys: new Map([['m2', next.keys.get('m2') as Buffer]]) },
    });
    expect(await onlyNew.decrypt(someone, 'name', sealed)).toBe('Synthetic Person');
    const onlyOld = openPersonKeys({ url, ring });
    await expect(onlyOld.decrypt(someone, 'name', sealed)).rejects.toThrow('"m2" is not in the ring');
    await Promise.all([rotated, onlyNew, onlyOld].map((one) => one.close()));
    await db.execute('DELETE FROM person_keys');
  });
});

describe('keys of a day', () => {
  it('open what was received that day until they are destroyed', async () => {
    const sealed = await keys.day.encrypt('2026-11-01', 'inbox', Buffer.from('raw'));
    expect((await keys.day.decrypt('2026-11-01', 'inbox', sealed))?.toString()).toBe('raw');
    await expect(
      keys.day.decrypt(
        '2026-11-01',
        'import',
        await keys.day.encrypt('2026-11-01', 'import', Buffer.alloc(1)).then(() => sealed),
      ),
    ).rejects.toThrow();
    expect(await keys.day.destroy('2026-11-02')).toBe(2);
    const elsewhere = openPersonKeys({ url, ring });
    expect(await elsewhere.day.decrypt('2026-11-01', 'inbox', sealed)).toBeNull();
    await elsewhere.close();
  });
});

describe('a blind index', () => {
  const key = randomBytes(32);
  it('is equal for equal values of one field only', () => {
    expect(blindIndex(key, 'phone', '+12125550100')).toEqual(blindIndex(key, 'phone', '+12125550100'));
    expect(blindIndex(key, 'phone', '+12125550100')).not.toEqual(blindIndex(key, 'phone', '+12125550101'));
    expect(blindIndex(key, 'phone', '1')).not.toEqual(blindIndex(key, 'name', '1'));
    expect(blindIndex(randomBytes(32), 'phone', '1')).not.toEqual(blindIndex(key, 'phone', '1'));
    expect(blindIndex(key, 'phone', '+12125550100')).toHaveLength(16);
  });
});
