/** What the provider hands to its storage: the fields it is asked for again by. */
interface Payload {
  uid?: string;
  grantId?: string;
  consumed?: number;
}

const mostKept = 10_000;

/**
 * Sessions, grants, codes and refresh tokens of people who logged in, as long as this process lives: after a restart of
 * the local provider they log in again. Access tokens are JWTs and are not kept at all.
 */
export function keptInMemory(realNow: () => number = Date.now): (model: string) => object {
  const all = new Map<string, { payload: Payload; endsAt: number }>();
  const find = (key: string): Payload | undefined => {
    const kept = all.get(key);
    if (kept && kept.endsAt > realNow()) return kept.payload;
    all.delete(key);
    return undefined;
  };
  const forget = (matches: (payload: Payload) => boolean): void => {
    for (const [key, { payload }] of all) if (matches(payload)) all.delete(key);
  };
  return (model) => ({
    upsert: async (id: string, payload: Payload, expiresInSeconds?: number) => {
      // A Map keeps the order of insertion: the first one is the oldest.
      if (all.size >= mostKept) all.delete(all.keys().next().value ?? '');
      const endsAt = expiresInSeconds === undefined ? Infinity : realNow() + expiresInSeconds * 1000;
      all.set(`${model}:${id}`, { payload, endsAt });
    },
    find: async (id: string) => find(`${model}:${id}`),
    findByUid: async (uid: string) => {
      for (const [key, { payload }] of all)
        if (key.startsWith(`${model}:`) && payload.uid === uid && find(key)) return payload;
      return undefined;
    },
    findByUserCode: async () => undefined,
    consume: async (id: string) => {
      const payload = find(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(realNow() / 1000);
    },
    destroy: async (id: string) => void all.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId: string) => forget((payload) => payload.grantId === grantId),
  });
}
