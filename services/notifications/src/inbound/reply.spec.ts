import { describe, expect, it } from '@jest/globals';
import { classifyMail, classifyReply } from './reply.js';

describe('what a reply wants', () => {
  it.each([
    '退订',
    ' 退 订 ',
    '【退订】',
    '退订。',
    '退訂',
    'TD',
    'td',
    'ＴＤ',
    'ｔｄ ',
    'T',
    'Ｔ',
    'STOP',
    'stop!',
    'Stop.',
    'ＳＴＯＰ',
    'Unsubscribe',
    'UNSUBSCRIBE\r\n',
    '"STOP"',
    'opt out',
  ])('%j is an opt-out', (text) => {
    expect(classifyReply(text)).toBe('opt-out');
  });

  it.each(['START', 'start ', 'ＳＴＡＲＴ', '恢复', '恢 复！', '恢復'])('%j is an opt-in', (text) => {
    expect(classifyReply(text)).toBe('opt-in');
  });

  it.each(['', '我已经还了', '不要退订', 'please do not stop', '退订费是多少', 'TDS', '好的 T', 'startup', '。'])(
    '%j is a reply for people to read',
    (text) => {
      expect(classifyReply(text)).toBe('reply');
    },
  );

  it('of a mail is in its first line, not in what it quotes', () => {
    expect(classifyMail('\r\n  Unsubscribe \r\n\r\n> Dear customer, reply START')).toBe('opt-out');
    expect(classifyMail('I have paid.\r\n> To leave reply\r\n> STOP')).toBe('reply');
  });
});
