import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Submission } from './ledger.js';

/** What a client hands in over HTTP, read and checked; or the code with which it is refused. */
export type Read = { submission: Submission; file?: Buffer } | { status: number; code: string; detail?: string };

const common = {
  clientReference: z.string().min(1).max(200),
  validUntil: z.iso.datetime({ offset: true }),
};
const number = z.string().regex(/^\+[0-9]{6,15}$/);
const sms = z.strictObject({ ...common, to: number, text: z.string().min(1).max(2000) });
const letter = z.strictObject({
  ...common,
  addressee: z.string().min(1).max(200),
  address: z.string().min(1).max(500),
  fileHash: z.string().regex(/^[0-9a-f]{64}$/),
  delivery: z.enum(['plain', 'registered', 'electronic-with-receipt']),
});
const call = z
  .strictObject({
    ...common,
    to: number,
    language: z.enum(['zh', 'en']),
    script: z.string().min(1).max(4000).optional(),
    recording: z
      .strictObject({ fileHash: z.string().regex(/^[0-9a-f]{64}$/), mediaType: z.string().startsWith('audio/') })
      .optional(),
  })
  .refine(({ script, recording }) => (script === undefined) !== (recording === undefined), 'a script or a recording');

export async function readSms(request: IncomingMessage): Promise<Read> {
  const parsed = sms.safeParse(json((await bytes(request)).toString('utf8')));
  return parsed.success ? { submission: parsed.data } : invalid(parsed.error);
}

export async function readLetter(request: IncomingMessage): Promise<Read> {
  const form = await readForm(request);
  const parsed = letter.safeParse(form && (await part(form, 'letter')));
  if (!parsed.success) return invalid(parsed.error);
  const { address, ...rest } = parsed.data;
  const pdf = form && (await file(form, 'pdf'));
  if (pdf?.subarray(0, 5).toString('latin1') !== '%PDF-') return { status: 415, code: 'not-a-pdf' };
  if (sha256(pdf) !== rest.fileHash) return { status: 422, code: 'hash-differs' };
  return { submission: { ...rest, to: address, text: '' }, file: pdf };
}

export async function readCall(request: IncomingMessage): Promise<Read> {
  const form = await readForm(request);
  const parsed = call.safeParse(form && (await part(form, 'call')));
  if (!parsed.success) return invalid(parsed.error);
  const { clientReference, to, validUntil, script, recording } = parsed.data;
  const submission = { clientReference, to, validUntil, text: script ?? '' };
  if (!recording) return { submission };
  const audio = form && (await file(form, 'audio'));
  if (!audio || sha256(audio) !== recording.fileHash) return { status: 422, code: 'hash-differs' };
  return { submission: { ...submission, fileHash: recording.fileHash }, file: audio };
}

/** The body of a request as JSON; undefined when it is none. */
export const readJson = async (request: IncomingMessage): Promise<unknown> =>
  json((await bytes(request)).toString('utf8'));

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readForm(request: IncomingMessage): Promise<FormData | undefined> {
  const type = request.headers['content-type'] ?? '';
  const body = new Uint8Array(await bytes(request));
  return new Response(body, { headers: { 'content-type': type } }).formData().catch(() => undefined);
}

async function part(form: FormData, name: string): Promise<unknown> {
  const value = form.get(name);
  return json(value instanceof Blob ? await value.text() : (value ?? ''));
}
async function file(form: FormData, name: string): Promise<Buffer | undefined> {
  const value = form.get(name);
  return value instanceof Blob ? Buffer.from(await value.arrayBuffer()) : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const invalid = (error: z.ZodError): Read => ({ status: 400, code: 'invalid', detail: z.prettifyError(error) });
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
