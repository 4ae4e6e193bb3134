export { bundleFormat, readBundle, verifyBundle } from './bundle.js';
export type { Anchor, BundleProblem, BundleProblemKind, BundleVerdict, JournalBundle } from './bundle.js';
export { canonicalJson, type Json } from './canonical.js';
export { entryHash, genesisHash, nextEntry } from './chain.js';
export type { JournalEntry, JournalHead, JournalRecord } from './chain.js';
export {
  appendJournal,
  auditMigrations,
  journalHead,
  lockJournalHead,
  readJournal,
  readJournalPage,
  verifyCaseJournal,
} from './journal.store.js';
export { journalOf } from './kinds.js';
export { verifyJournal, type JournalVerdict } from './verify.js';
