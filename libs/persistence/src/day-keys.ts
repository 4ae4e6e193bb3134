/** Encryption with a key a day and purpose, for rows that are dropped by day: when the key goes, every copy goes. */
export interface DayKeys {
  /** @param day 'YYYY-MM-DD', the day of the partition that the ciphertext goes to */
  encrypt(day: string, purpose: string, plain: Buffer): Promise<Buffer>;
  /** Null when the day's key was destroyed. Throws when the bytes are not what was encrypted for this day and purpose. */
  decrypt(day: string, purpose: string, cipher: Buffer): Promise<Buffer | null>;
  /** Destroys the keys of all days before `before`; gives how many. */
  destroy(before: string): Promise<number>;
}
