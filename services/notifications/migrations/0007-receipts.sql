-- A provider says each status of each message that it made of ours once. Two providers that both say "delivered", or one that
-- says it of two messages, are two deliveries, and are to be seen as such. Without an id of its own: the empty one.
ALTER TABLE receipts
  ADD COLUMN provider_message_id text NOT NULL DEFAULT '',
  DROP CONSTRAINT receipts_pkey,
  ADD PRIMARY KEY (message_id, provider, status, provider_message_id);
