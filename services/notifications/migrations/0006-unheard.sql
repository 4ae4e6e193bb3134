-- A claimed message may get a permit that nobody writes down: its sender died, or never heard the answer. Real time until
-- which that sender may still ask or write; null = nothing was asked of which we don't know what came. A message that is
-- queued asks again and gets the same permit; one that has ended meanwhile owes the gate that permit.
ALTER TABLE messages ADD COLUMN unheard_until_real timestamptz;

DROP INDEX messages_open;
CREATE INDEX messages_open ON messages (retry_at_real)
  WHERE state IN ('permitted', 'handed-over', 'unknown') OR owed_to_gate IS NOT NULL
     OR (unheard_until_real IS NOT NULL AND state <> 'queued');
