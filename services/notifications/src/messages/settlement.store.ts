import type { Tx } from '@arrears/persistence';

export interface Settlement {
  messageId: string;
  outcome: string;
  /** Sealed. */
  words: Buffer;
  wordsHash: string;
  settledBy: string;
  at: string;
}

/** A message is unknown again only by a defect; what a person said first stays. */
export async function insertSettlement(tx: Tx, of: Settlement): Promise<void> {
  await tx.execute(
    `INSERT INTO settlements (message_id, outcome, words, words_hash, settled_by, at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [of.messageId, of.outcome, of.words, of.wordsHash, of.settledBy, of.at],
  );
}
