import smpp, { type Pdu } from 'smpp';

export const digits = (number: string): string => number.replace(/^\+/, '');

/** Our number or name as the phone shows it: international, a short code, or letters. */
export function sourceFields(source: string): Record<string, unknown> {
  const [ton, npi] = /^\+\d+$/.test(source) ? [1, 1] : /^\d+$/.test(source) ? [0, 1] : [5, 0];
  return { source_addr_ton: ton, source_addr_npi: npi, source_addr: digits(source) };
}

export function textOf(pdu: Pdu): string {
  for (const field of ['message_payload', 'short_message']) {
    const value = pdu[field] as { message?: unknown } | undefined;
    if (typeof value?.message === 'string' && value.message !== '') return value.message;
  }
  return '';
}

/** The centre's own parameter for our reference. */
export interface ReferenceParameter {
  fields(clientReference: string): Record<string, unknown>;
  read(pdu: Pdu): string | undefined;
}

/** The library keeps parameters by name in one table for the process: ours is named by its tag. */
export function referenceParameter(tag: number | undefined): ReferenceParameter {
  if (tag === undefined) return { fields: () => ({}), read: () => undefined };
  const name = `client_reference_${tag}`;
  smpp.addTLV(name, { id: tag, type: smpp.types.tlv.cstring });
  return {
    fields: (clientReference) => ({ [name]: clientReference }),
    read: (pdu) => {
      const value = pdu[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    },
  };
}
