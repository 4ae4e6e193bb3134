-- A provider whose receipts get lost is asked: when next (real time), and how often it was.
ALTER TABLE messages
  ADD COLUMN ask_at_real timestamptz,
  ADD COLUMN silent_asks smallint NOT NULL DEFAULT 0;
CREATE INDEX messages_silent ON messages (ask_at_real) WHERE ask_at_real IS NOT NULL;
