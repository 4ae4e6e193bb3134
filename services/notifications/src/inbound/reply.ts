/** What a person wants who answers a message. Only a whole answer counts: "please don't stop" is no opt-out. */
export type ReplyKind = 'reply' | 'opt-out' | 'opt-in';

const optOut = new Set([
  ...['退订', '退訂', '取消订阅', '取消訂閱', '拒收', 'td', 't'],
  ...['stop', 'stopall', 'unsubscribe', 'cancel', 'quit', 'end', 'optout'],
]);
const optIn = new Set(['恢复', '恢復', '订阅', '訂閱', 'start', 'unstop', 'subscribe', 'optin']);

/** Folded: full-width letters, case, and whatever stands around or between without meaning. */
export function foldReply(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Z}\p{C}]/gu, '');
}

export function classifyReply(text: string): ReplyKind {
  const folded = foldReply(text);
  if (optOut.has(folded)) return 'opt-out';
  if (optIn.has(folded)) return 'opt-in';
  return 'reply';
}

/** A mail is answered above what it quotes: only its first line of its own, or its subject, may be an opt-out. */
export function classifyMail(text: string): ReplyKind {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  return classifyReply(first);
}
