import type { Pdu } from 'smpp';

/** A submission's text, and which part of which longer one it is. */
export interface SubmittedText {
  text: string;
  part?: { reference: number; total: number; number: number };
}

interface Content {
  message?: string;
  /** Elements of the user data header. */
  udh?: Buffer[];
}

export function submittedText(pdu: Pdu): SubmittedText {
  const payload = pdu['message_payload'] as Content | undefined;
  const short = pdu['short_message'] as Content | undefined;
  const text = payload?.message || short?.message || '';
  // Element 0: concatenated, with an 8-bit reference.
  const element = short?.udh?.find((one) => one[0] === 0 && one.length >= 5);
  if (!element) return { text };
  const [, , reference = 0, total = 1, number = 1] = element;
  return { text, part: { reference, total, number } };
}

export interface Whole {
  text: string;
  again?: () => void;
}

/** Puts parts together; the last one that is missing brings the whole text. */
export function assembly() {
  const open = new Map<string, Map<number, string>>();
  return {
    add: ({ text, part }: SubmittedText, from: string): Whole | undefined => {
      if (!part) return { text };
      const key = `${from}#${part.reference}`;
      const parts = open.get(key) ?? new Map<number, string>();
      parts.set(part.number, text);
      open.set(key, parts);
      if (parts.size < part.total) return undefined;
      open.delete(key);
      const whole = [...parts].sort(([a], [b]) => a - b).map(([, one]) => one);
      parts.delete(part.number);
      return { text: whole.join(''), again: () => open.set(key, parts) };
    },
    /** The last part was not taken after all: the others still wait for it. */
    putBack: (whole: Whole): void => whole.again?.(),
  };
}
export type Assembly = ReturnType<typeof assembly>;
