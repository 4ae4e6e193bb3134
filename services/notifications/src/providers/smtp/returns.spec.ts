import { afterEach, describe, expect, it } from '@jest/globals';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import PostalMime from 'postal-mime';
import type { LineInbound, LineReceipt } from '../ports.js';
import { readReport } from './report.js';
import { returnAddresses } from './return-address.js';
import { startReturnDoor } from './return-door.js';

const reference = '0190a000-0000-7000-8000-0000000000aa';
const addresses = returnAddresses({ domain: 'returns.example', secret: 's' });

describe('a return address', () => {
  it.each(['bounce', 'reply'] as const)('of kind %s names its message', (kind) => {
    const address = addresses.of(kind, reference);
    expect(addresses.read(address.toUpperCase())).toEqual({ kind, clientReference: reference });
    expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64);
  });

  it('can be made by nobody without the secret, nor turned into the other kind', () => {
    const address = addresses.of('reply', reference);
    expect(returnAddresses({ domain: 'returns.example', secret: 'other' }).read(address)).toBeUndefined();
    expect(addresses.read(address.replace(/^r-/, 'b-'))).toBeUndefined();
    expect(addresses.read(address.replace('@returns.example', '@elsewhere.example'))).toBeUndefined();
    expect(addresses.read('postmaster@returns.example')).toBeUndefined();
  });
});

const report = (action: string, status: string): string =>
  [
    'From: MAILER-DAEMON@host.example',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain',
    '',
    'Sorry.',
    '--x',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; host.example',
    '',
    'Final-Recipient: rfc822;',
    ' someone@example.com',
    `Action: ${action}`,
    `Status: ${status}`,
    'Last-Attempt-Date: Mon, 09 Nov 2026 02:00:00 +0000',
    '',
    '--x--',
    '',
  ].join('\r\n');

describe('a delivery report', () => {
  it.each([
    ['failed', '5.1.1', { status: 'returned', because: 'no-mailbox' }],
    ['failed', '5.1.10', { status: 'returned', because: 'no-mailbox' }],
    ['failed', '5.2.1', { status: 'returned', because: 'no-mailbox' }],
    ['failed', '5.1.6', { status: 'returned', because: 'moved' }],
    ['Failed', '5.7.26', { status: 'returned', because: 'blocked' }],
    ['failed', '5.2.2', { status: 'returned', because: 'other' }],
    ['failed', '4.4.7', { status: 'returned', because: 'other' }],
    ['delivered', '2.0.0', { status: 'delivered' }],
    ['relayed', '2.0.0', { status: 'sent' }],
  ])('%s with %s', async (action, status, word) => {
    expect(readReport(await PostalMime.parse(report(action, status)))).toEqual({
      ...word,
      at: '2026-11-09T02:00:00.000Z',
    });
  });

  it('of a delay settles nothing', async () => {
    expect(readReport(await PostalMime.parse(report('delayed', '4.4.1')))).toBeUndefined();
  });

  it('in prose is read by its code, and only when a machine wrote it', async () => {
    const prose = (header: string) =>
      `${header}Subject: failure notice\r\n\r\nRemote host said: 550 5.1.1 no such user\r\n`;
    expect(readReport(await PostalMime.parse(prose('Auto-Submitted: auto-replied\r\n')))).toEqual({
      status: 'returned',
      because: 'no-mailbox',
    });
    expect(readReport(await PostalMime.parse(prose('')))).toBeUndefined();
  });
});

describe('the door for what comes back', () => {
  const receipts: LineReceipt[] = [];
  const replies: LineInbound[] = [];
  let fail = false;
  const withDoor = async (work: (post: (to: string, raw: string) => Promise<number>) => Promise<void>) => {
    const door = await startReturnDoor({
      host: '127.0.0.1',
      port: 0,
      addresses,
      now: () => '2026-11-09T02:00:00.000Z',
      sink: {
        receipt: async (receipt) => {
          if (fail) throw new Error('away');
          receipts.push(receipt);
          return 'taken';
        },
        inbound: async (inbound) => {
          replies.push(inbound);
          return 'taken';
        },
      },
    });
    const post = (to: string, raw: string): Promise<number> =>
      new Promise((done) => {
        const connection = new SMTPConnection({ host: '127.0.0.1', port: door.port, ignoreTLS: true });
        connection.on('error', () => undefined);
        connection.connect(() =>
          connection.send({ from: 'someone@example.com', to: [to] }, raw, (error) => {
            connection.close();
            done(error?.responseCode ?? 250);
          }),
        );
      });
    await work(post).finally(() => door.stop());
  };
  afterEach(() => {
    fail = false;
    receipts.length = replies.length = 0;
  });

  it('takes a report for the message of the address', () =>
    withDoor(async (post) => {
      expect(await post(addresses.of('bounce', reference), report('failed', '5.1.1'))).toBe(250);
      expect(receipts).toMatchObject([{ clientReference: reference, status: 'returned', because: 'no-mailbox' }]);
    }));

  it('lets the relay keep a report that can’t be written down', () =>
    withDoor(async (post) => {
      fail = true;
      expect(await post(addresses.of('bounce', reference), report('failed', '5.1.1'))).toBe(451);
    }));

  it('refuses an address that we did not make, and a mail that is too large', () =>
    withDoor(async (post) => {
      const forged = addresses.of('bounce', reference).replace(/-.{20}@/, `-${'0'.repeat(20)}@`);
      expect(await post(forged, report('failed', '5.1.1'))).toBe(550);
      expect(await post(addresses.of('reply', reference), `Subject: x\r\n\r\n${'x\r\n'.repeat(900_000)}`)).toBe(552);
      expect([receipts, replies]).toEqual([[], []]);
    }));

  it('takes a reply in any character set, once however often it comes, and no answering machine', () =>
    withDoor(async (post) => {
      const gb = Buffer.from('zcu2qQ==', 'base64').toString('base64'); // 退订 in GB 18030
      const raw = [
        'From: "Person" <someone@example.com>',
        'Message-ID: <1@example.com>',
        'Content-Type: text/plain; charset=gb18030',
        'Content-Transfer-Encoding: base64',
        '',
        gb,
        '',
      ].join('\r\n');
      await post(addresses.of('reply', reference), raw);
      await post(addresses.of('reply', reference), raw);
      await post(addresses.of('reply', reference), `Auto-Submitted: auto-replied\r\n${raw}`);
      expect(replies).toHaveLength(2);
      expect(replies[0]).toMatchObject({ from: 'someone@example.com', text: '退订', clientReference: reference });
      expect(replies[1]?.inboundId).toBe(replies[0]?.inboundId);
    }));

  it('takes the subject of an empty mail: that is how a mail program unsubscribes', () =>
    withDoor(async (post) => {
      await post(addresses.of('reply', reference), 'From: <a@example.com>\r\nSubject: STOP\r\n\r\n\r\n');
      expect(replies).toMatchObject([{ text: 'STOP' }]);
    }));
});
