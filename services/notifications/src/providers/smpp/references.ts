/** More messages without a final word than this are not remembered by number; their receipts name the centre's id. */
const remembered = 20_000;

/**
 * Which message went out under which `user_message_reference`: 16 bits, so a number comes round again and is believed only
 * together with the phone it went to. Lives as long as the process.
 */
export function references(start = Math.floor(Math.random() * 65_536)) {
  const byNumber = new Map<number, { clientReference: string; to: string }>();
  let last = start;
  return {
    next: (clientReference: string, to: string): number => {
      last = (last + 1) & 0xffff;
      byNumber.delete(last);
      byNumber.set(last, { clientReference, to });
      if (byNumber.size > remembered) byNumber.delete(byNumber.keys().next().value as number);
      return last;
    },
    find: (number: number, to: string): string | undefined => {
      const found = byNumber.get(number);
      return found?.to === to ? found.clientReference : undefined;
    },
  };
}
export type References = ReturnType<typeof references>;
