import { afterEach, describe, expect, it } from '@jest/globals';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import smpp, { type Pdu, type Session } from 'smpp';
import type { LineReceipt } from '../ports.js';
import { takeDelivery } from './deliveries.js';
import { referenceParameter } from './fields.js';
import { smppLink, type Link } from './link.js';
import { readReceipt } from './receipt.js';
import { references } from './references.js';
import { meaningOf } from './statuses.js';
import { encodeText, fitsOneSegment, segments } from './text.js';

describe('a text over the air', () => {
  it.each([
    ['Your loan is overdue', 0, 1],
    ['逾期', 8, 1],
    ['x'.repeat(160), 0, 1],
    ['x'.repeat(161), 0, 2],
    ['逾'.repeat(70), 8, 1],
    ['逾'.repeat(71), 8, 2],
    ['逾'.repeat(135), 8, 3],
  ])('%.20s … in alphabet %i has %i parts', (text, dataCoding, count) => {
    const encoded = encodeText(text);
    expect(encoded.dataCoding).toBe(dataCoding);
    expect(fitsOneSegment(encoded)).toBe(count === 1);
    if (count > 1) expect(segments(encoded, 7)).toHaveLength(count);
  });

  it('carries a header that says which part of how many it is, and cuts no character in two', () => {
    const text = `${'逾'.repeat(66)}😀${'期'.repeat(66)}`;
    const parts = segments(encodeText(text), 0x1ff);
    expect(parts.map((part) => [...part.subarray(0, 6)])).toEqual([
      [5, 0, 3, 0xff, 3, 1],
      [5, 0, 3, 0xff, 3, 2],
      [5, 0, 3, 0xff, 3, 3],
    ]);
    const bodies = parts.map((part) => Buffer.from(part.subarray(6)).swap16().toString('utf16le'));
    expect(bodies.join('')).toBe(text);
    expect(bodies[0]).toBe('逾'.repeat(66));
  });

  it('keeps an escaped character of the GSM alphabet whole', () => {
    const parts = segments(encodeText(`${'x'.repeat(152)}€${'y'.repeat(20)}`), 1);
    expect(parts[0]?.length).toBe(6 + 152);
  });
});

describe('a command status', () => {
  it.each([
    ['ESME_ROK', 'accepted'],
    ['ESME_RTHROTTLED', 'throttled'],
    ['ESME_RMSGQFUL', 'throttled'],
    ['ESME_RINVDSTADR', 'no-such-number'],
    ['ESME_RINVDSTTON', 'message'],
    ['ESME_RINVSRCADR', 'provider'],
    ['ESME_RINVBNDSTS', 'unbound'],
    ['ESME_RSYSERR', 'unknown'],
    ['ESME_RUNKNOWNERR', 'unknown'],
  ])('%s means %s', (name, meaning) => {
    expect(meaningOf(smpp.errors[name] ?? -1)).toBe(meaning);
  });

  it('of the centre’s own numbers means what was agreed, else nothing', () => {
    expect([meaningOf(0x412), meaningOf(0x412, { '1042': 'message' })]).toEqual(['unknown', 'message']);
  });
});

describe('a receipt', () => {
  const text = 'id:abc-1 sub:001 dlvrd:001 submit date:2611091000 done date:2611091205 stat:DELIVRD err:000 text:x';
  it('is read from its text, in the centre’s time zone', () => {
    expect(readReceipt({ text }, 480)).toEqual({
      status: 'delivered',
      providerMessageId: 'abc-1',
      at: '2026-11-09T04:05:00.000Z',
    });
  });

  it('is read from its parameters first', () => {
    expect(readReceipt({ text, receipted_message_id: 'p-9', message_state: 5 }, 0)).toMatchObject({
      status: 'failed',
      providerMessageId: 'p-9',
    });
  });

  it.each([['id:1 stat:UNKNOWN'], ['no receipt at all'], ['']])('that says nothing is none: %s', (nothing) => {
    expect(readReceipt({ text: nothing }, 0)).toBeUndefined();
  });

  it('without a date happened now', () => {
    expect(readReceipt({ text: 'id:1 stat:EXPIRED' }, 0)).toEqual({
      status: 'expired',
      providerMessageId: '1',
      at: undefined,
    });
  });

  it('finds its message by the parameter, else by number and phone, else by the centre’s id alone', async () => {
    const heard: LineReceipt[] = [];
    const known = references(0);
    const number = known.next('ours', '12125550101');
    const parts = {
      sink: () => ({
        receipt: async (receipt: LineReceipt) => {
          heard.push(receipt);
          return 'taken' as const;
        },
        inbound: async () => 'taken' as const,
      }),
      known,
      parameter: referenceParameter(0x1401),
      utcOffsetMinutes: 0,
      now: () => '2026-11-09T02:00:00.000Z',
    };
    const pdu = (fields: object) =>
      ({ esm_class: 4, source_addr: '12125550101', short_message: { message: text }, ...fields }) as unknown as Pdu;
    await takeDelivery(parts, pdu({ client_reference_5121: 'named', user_message_reference: number }));
    await takeDelivery(parts, pdu({ user_message_reference: number }));
    await takeDelivery(parts, pdu({ user_message_reference: number, source_addr: '12125550102' }));
    expect(heard.map(({ clientReference }) => clientReference)).toEqual(['named', 'ours', undefined]);
    expect(await takeDelivery({ ...parts, sink: () => undefined }, pdu({}))).toBe(0x64);
  });
});

describe('the session', () => {
  let server: (Server & { sessions: Session[] }) | undefined;
  let link: Link | undefined;
  afterEach(async () => {
    await link?.stop();
    server?.sessions.forEach((session) => session.destroy());
    server?.close();
  });

  const open = async (behave: (session: Session, number: number) => void, more = {}): Promise<Link> => {
    let sessions = 0;
    server = smpp.createServer((session) => behave(session, (sessions += 1)));
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    link = smppLink(
      {
        url: `smpp://127.0.0.1:${port}`,
        systemId: 'a',
        password: 'b',
        systemType: '',
        window: 2,
        enquireLinkMs: 60,
        timeoutMs: 150,
        ...more,
      },
      async () => 0,
      () => Date.now(),
    );
    return link;
  };
  const bind = (session: Session): void => {
    session.on('error', () => session.destroy());
    session.on('bind_transceiver', (pdu: Pdu) => session.send(pdu.response()));
  };
  const answering = (session: Session): void => {
    bind(session);
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
    session.on('submit_sm', (pdu: Pdu) => session.send(pdu.response({ message_id: 'm-1' })));
  };

  it('is made again when the other side stands still: a link without an answer is dead', async () => {
    const to = await open((session, number) => (number === 1 ? bind(session) : answering(session)));
    await sleep(700);
    expect(server?.sessions).toHaveLength(1);
    expect(await to.request('submit_sm', { destination_addr: '1', short_message: 'x' })).toMatchObject({
      came: 'answer',
    });
  });

  it('is not made with a wrong password: nothing is sent', async () => {
    const to = await open((session) => {
      session.on('error', () => session.destroy());
      session.on('bind_transceiver', (pdu: Pdu) => session.send(pdu.response({ command_status: 0x0e })));
    });
    expect(await to.request('submit_sm', {})).toEqual({ came: 'not-sent', code: 'not-bound' });
  });

  it('holds no more requests than its window, and hears a late answer', async () => {
    const late: string[] = [];
    const held: (() => void)[] = [];
    const to = await open(
      (session) => {
        answering(session);
        session.removeAllListeners('submit_sm');
        session.on('submit_sm', (pdu: Pdu) => held.push(() => session.send(pdu.response({ message_id: 'late' }))));
      },
      { timeoutMs: 3_000 },
    );
    const hear = (pdu: Pdu): void => void late.push(String(pdu['message_id']));
    const first = [to.request('submit_sm', {}, hear), to.request('submit_sm', {}, hear)];
    expect(await to.request('submit_sm', {})).toEqual({ came: 'not-sent', code: 'window-full' });
    expect(await Promise.all(first)).toEqual([{ came: 'nothing' }, { came: 'nothing' }]);
    for (const answer of held) answer();
    await sleep(50);
    expect(late).toEqual(['late', 'late']);
  }, 10_000);

  it('that breaks leaves what it carried unknown, at once', async () => {
    const to = await open((session) => {
      answering(session);
      session.removeAllListeners('submit_sm');
      session.on('submit_sm', () => session.destroy());
    });
    expect(await to.request('submit_sm', {})).toEqual({ came: 'nothing' });
  });

  it('that gets bytes which are no PDU is not trusted any more', async () => {
    const to = await open((session, number) => {
      if (number > 1) return answering(session);
      bind(session);
      session.on('bind_transceiver', () => session.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4])));
    });
    await sleep(700);
    expect(await to.request('submit_sm', {})).toMatchObject({ came: 'answer' });
  });
});
