import type { CaseFacts, PermitAnswer } from '@arrears/contracts';
import { KeyDestroyed, type PersonKeys, type PersonOf } from '@arrears/persistence';
import type { MessageRow } from '../messages/message.store.js';
import type { Templates } from '../templates/book.js';
import { isError } from '../templates/findings.js';
import { contentHashOf, saltOf, type Kept } from './content-proof.js';
import { renderMessage, type Language, type Rendered, type Template, type Variables } from '../templates/template.js';

export type Granted = Extract<PermitAnswer, { verdict: 'granted' }>;

/**
 * What goes to a provider. `contentHash` names it without telling it: one permit is for one content. `kept` is what is sealed
 * with the message.
 */
export type Content = { contentHash: string; kept: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'email'; subject: string; text: string; html?: string }
  | { kind: 'letter'; pdf: Buffer; fileHash: string; addressee: string; address: string }
  | { kind: 'voice'; language: Language; text: string }
);

export interface ContentInput {
  row: MessageRow;
  facts: CaseFacts;
  template: Template;
  language: Language;
  variables: Variables;
  permit: Granted;
  /** Business date in the agreement's zone: the letter's. */
  date: string;
  /** Business time. */
  at: string;
}
/** The text can't be made of what is known, or what came out must not be sent: its codes say why. */
export class ContentRefused extends Error {
  override readonly name = 'ContentRefused';
  constructor(readonly codes: readonly string[]) {
    super(`content refused: ${codes.join(', ')}`);
  }
}
/** @throws ContentRefused */
export type ContentMaker = (input: ContentInput) => Promise<Content>;

export interface LetterInput {
  text: Extract<Rendered, { channel: 'letter' }>;
  language: Language;
  creditor: string;
  addressee: string;
  address: string;
  /** 'YYYY-MM-DD'. */
  date: string;
  /** What the debtor names when he answers. */
  reference: string;
  complaintChannel: string;
  /** Goes into the file unseen: without it the file could be made again of a name that somebody guessed. */
  salt: string;
}
export interface Letters {
  /** A letter as a PDF: the same letter gives the same bytes. @throws ContentRefused when it can't be printed as it is */
  print(letter: LetterInput): Promise<{ pdf: Buffer; fileHash: string }>;
  /** Puts a file where it stays, sealed with the person's key, before anybody is told of it. Safe to repeat. */
  keep(person: PersonOf, file: { bytes: Buffer; hash: string; mediaType: string }): Promise<void>;
}

export interface ContentParts {
  templates: Pick<Templates, 'lintRendered'>;
  personKeys: Pick<PersonKeys, 'derived'>;
  /** Where letters are sent at all. */
  letters?: Letters;
}

/** The text, and where the channel needs one the file, of one message under one permit. */
export function contentMaker(parts: ContentParts): ContentMaker {
  return async (input) => {
    const { language, permit, row } = input;
    const rendered = renderedAndChecked(parts.templates, input);
    const salt = await saltOf(parts.personKeys.derived, row).catch(whereDestroyed);
    const hashed = (said: string) => ({ kept: keep({ salt, said }), contentHash: contentHashOf({ salt, said }) });
    switch (rendered.channel) {
      case 'sms':
        return { kind: 'text', text: rendered.text, ...hashed(rendered.text) };
      case 'voiceBot':
        return { kind: 'voice', language, text: rendered.text, ...hashed(rendered.text) };
      case 'email': {
        const { subject, text, html } = rendered;
        const said = JSON.stringify({ subject, text, html });
        return { kind: 'email', subject, text, ...(html !== undefined && { html }), ...hashed(said) };
      }
      case 'letter': {
        const { salutation: addressee, destination: address } = permit;
        const { pdf, fileHash } = await letter(parts.letters, input, rendered, salt);
        // The file is what was sent, and holds the salt; the words are kept beside it for people who look.
        const kept = keep({ salt, said: JSON.stringify({ addressee, address, text: rendered.text }) });
        return { kind: 'letter', pdf, fileHash, addressee, address, kept, contentHash: fileHash };
      }
    }
  };
}

const keep = (kept: Kept): string => JSON.stringify(kept);

/** Nothing more may be kept of this person, so nothing is sent that could not be proved. */
function whereDestroyed(error: unknown): never {
  if (error instanceof KeyDestroyed) throw new ContentRefused(['key-destroyed']);
  throw error;
}

/**
 * A text is checked once more as it will be read: a value may say what no author would. By the packs by which the gate
 * judged the contact, and as whose it did: the rules of an agreement are kept there.
 */
function renderedAndChecked(
  templates: ContentParts['templates'],
  { template, language, variables, permit: { packs, by }, at }: ContentInput,
): Rendered {
  const rendered = orRefused(() => renderMessage(template, language, variables));
  const errors = templates.lintRendered(template, language, rendered, variables, { at, packs, by }).filter(isError);
  if (errors.length > 0) throw new ContentRefused(errors.map(({ code }) => code));
  return rendered;
}

function orRefused<T>(render: () => T): T {
  try {
    return render();
  } catch (error) {
    if (error instanceof RangeError) throw new ContentRefused(['variable']);
    throw error;
  }
}

async function letter(
  letters: Letters | undefined,
  { row, facts, language, variables, permit, date }: ContentInput,
  text: LetterInput['text'],
  salt: string,
): Promise<{ pdf: Buffer; fileHash: string }> {
  if (letters === undefined) throw new ContentRefused(['no-press']);
  const { personId, agreementId } = row;
  const { pdf, fileHash } = await letters.print({
    text,
    language,
    creditor: facts.creditorName,
    addressee: permit.salutation,
    address: permit.destination,
    date,
    reference: facts.caseNo,
    complaintChannel: typeof variables['complaintChannel'] === 'string' ? variables['complaintChannel'] : '',
    salt,
  });
  await letters.keep({ personId, agreementId }, { bytes: pdf, hash: fileHash, mediaType: 'application/pdf' });
  return { pdf, fileHash };
}
