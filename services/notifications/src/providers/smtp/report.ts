import type { Email } from 'postal-mime';
import type { ProviderWord, ReturnReason } from '../ports.js';

/**
 * Reads a delivery report (RFC 3464): the part `message/delivery-status`, else, from hosts that write in prose, the
 * enhanced status code in the text. Undefined: a report that settles nothing ("delayed", an answering machine).
 */
export function readReport(mail: Email): ProviderWord | undefined {
  const part = mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  if (!part) {
    const code = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(`${mail.subject ?? ''}\n${mail.text ?? ''}`)?.[0];
    return code !== undefined && isReport(mail) ? { status: 'returned', because: reasonOf(code) } : undefined;
  }
  const fields = fieldsOf(textOf(part.content));
  const at = instantOf(fields.get('last-attempt-date') ?? fields.get('arrival-date'));
  switch (fields.get('action')?.toLowerCase()) {
    case 'delivered':
      return { status: 'delivered', at };
    // Handed on to a host that reports no more, or to a list behind the address.
    case 'relayed':
    case 'expanded':
      return { status: 'sent', at };
    case 'failed':
      return { status: 'returned', because: reasonOf(fields.get('status') ?? ''), at };
    default:
      return undefined;
  }
}

/** By the enhanced status code (RFC 3463). */
export function reasonOf(status: string): ReturnReason {
  if (/^5\.1\.6/.test(status)) return 'moved';
  if (/^5\.(1\.([0-3]|10)|2\.1)\b/.test(status)) return 'no-mailbox';
  return /^5\.7\./.test(status) ? 'blocked' : 'other';
}

/** A mail of a machine about a mail: no sender to answer, or said so. */
export function isReport(mail: Email): boolean {
  const type = header(mail, 'content-type') ?? '';
  return /multipart\/report/i.test(type) || header(mail, 'return-path') === '<>' || isAutomatic(mail);
}

/** RFC 3834: answering machines, notices, lists. */
export function isAutomatic(mail: Email): boolean {
  const submitted = header(mail, 'auto-submitted');
  return (
    (submitted !== undefined && !/^no\b/i.test(submitted)) ||
    /^(bulk|junk|list)$/i.test(header(mail, 'precedence') ?? '') ||
    header(mail, 'x-autoreply') !== undefined
  );
}

export const header = (mail: Email, name: string): string | undefined =>
  mail.headers.find(({ key }) => key === name)?.value.trim();

/** The blocks of a report as one: fields of the message, then of its only recipient. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

function textOf(content: ArrayBuffer | Uint8Array | string): string {
  return typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8');
}

function instantOf(date: string | undefined): string | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
