import type { ClientTurn } from '../messages/queue.store.js';

/** Shares of the clients in what leaves: each is served in turns by its weight, whoever has how much waiting. */
export interface Shares {
  /** For the claim. */
  turns(): ClientTurn[];
  /** Where a client stands who was not served lately: nobody saves up turns. */
  floor(): number;
  /** These clients were served, each name once a message. */
  charge(agreementIds: readonly string[]): void;
  /** This client's message could not leave because of a stop: its next turns come later, so that others don't wait for it. */
  penalise(agreementId: string, turns: number): void;
}

/** @param weights by agreement; 1 where nothing is told */
export function fairShares(weights: ReadonlyMap<string, number> = new Map()): Shares {
  const passes = new Map<string, number>();
  let floor = 0;
  const weightOf = (agreementId: string) => weights.get(agreementId) ?? 1;
  const move = (agreementId: string, turns: number) =>
    passes.set(agreementId, Math.max(passes.get(agreementId) ?? floor, floor) + turns / weightOf(agreementId));
  return {
    turns: () => {
      const known = new Set([...passes.keys(), ...weights.keys()]);
      return [...known].map((agreementId) => ({
        agreementId,
        pass: Math.max(passes.get(agreementId) ?? floor, floor),
        weight: weightOf(agreementId),
      }));
    },
    floor: () => floor,
    charge: (agreementIds) => {
      if (agreementIds.length === 0) return;
      const standing = agreementIds.map((id) => Math.max(passes.get(id) ?? floor, floor));
      floor = Math.max(floor, Math.min(...standing));
      for (const id of agreementIds) move(id, 1);
      // Who stands no higher than everybody is like one who was never served.
      for (const [id, pass] of passes) if (pass <= floor) passes.delete(id);
    },
    penalise: (agreementId, turns) => void move(agreementId, turns),
  };
}
