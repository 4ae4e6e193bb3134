-- Every channel, several providers of a kind, fair shares, inbound messages.

ALTER TABLE messages
  DROP CONSTRAINT messages_state_check,
  ADD CONSTRAINT messages_state_check CHECK (state IN (
    'queued', 'permitted', 'handed-over', 'unknown', 'accepted', 'sent', 'delivered', 'returned', 'deemed-delivered',
    'failed', 'cancelled')),
  ADD CONSTRAINT messages_channel_check CHECK (channel IN ('sms', 'email', 'letter', 'voiceBot')),
  ADD COLUMN priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 2),
  -- A queued message sleeps until then: claimed by a sender, or told to wait. Null = it may be claimed.
  ADD COLUMN parked_until_real timestamptz,
  ADD COLUMN stopped_asks integer NOT NULL DEFAULT 0,
  -- Every provider it was ever handed to, the first one first; `provider` is the last.
  ADD COLUMN providers text[] NOT NULL DEFAULT '{}',
  ADD COLUMN handed_over_at timestamptz,
  -- Blind index of the number or address it went to: finds whose answer comes in.
  ADD COLUMN destination_index bytea,
  ADD COLUMN file_hash text,
  ADD COLUMN delivery text CHECK (delivery IN ('plain', 'registered', 'electronic-with-receipt')),
  ADD COLUMN deemed_after_days integer CHECK (deemed_after_days BETWEEN 0 AND 365),
  ADD COLUMN sent_at timestamptz,
  -- Business time at which it counts as delivered, while that is still to come.
  ADD COLUMN deemed_at timestamptz,
  ADD COLUMN signer text CHECK (signer IN ('self', 'cohabiting-relative', 'authorised'));

UPDATE messages SET providers = ARRAY[provider], handed_over_at = changed_at WHERE provider IS NOT NULL;
UPDATE messages SET parked_until_real = greatest(claimed_until_real, retry_at_real) WHERE state = 'queued';
UPDATE messages SET priority = CASE WHEN purpose IN ('confirm-payment', 'serve', 'complaint-reply') THEN 0
                                    WHEN purpose IN ('collect', 'remind-due', 'locate') THEN 2 ELSE 1 END;
UPDATE messages SET state = 'handed-over' WHERE state = 'permitted';

DROP INDEX messages_queued;
DROP INDEX messages_open;
ALTER TABLE messages DROP COLUMN claimed_until_real;

-- The claim steps from client to client through this index and reads the head of each; what sleeps is not in it.
CREATE INDEX messages_ready ON messages (channel, agreement_id, priority, not_before, message_id)
  WHERE state = 'queued' AND parked_until_real IS NULL AND owed_to_gate IS NULL;
CREATE INDEX messages_parked ON messages (parked_until_real) WHERE state = 'queued' AND parked_until_real IS NOT NULL;
CREATE INDEX messages_open ON messages (retry_at_real)
  WHERE state IN ('permitted', 'handed-over', 'unknown') OR owed_to_gate IS NOT NULL;
CREATE INDEX messages_unknown ON messages (created_at, message_id) WHERE state = 'unknown';
CREATE INDEX messages_deemed ON messages (deemed_at) WHERE deemed_at IS NOT NULL;
CREATE INDEX messages_to ON messages (destination_index, handed_over_at) WHERE destination_index IS NOT NULL;
CREATE INDEX messages_at_provider ON messages (provider, provider_message_id) WHERE provider_message_id IS NOT NULL;

-- Pace of a provider over all processes: the next moment at which a message may leave.
CREATE TABLE provider_pace (
  provider  text PRIMARY KEY,
  next_real timestamptz NOT NULL
);

-- What a person found out about a message whose outcome nobody could tell. His words are sealed with the debtor's key.
CREATE TABLE settlements (
  message_id uuid PRIMARY KEY REFERENCES messages,
  outcome    text NOT NULL CHECK (outcome IN ('sent', 'never-left', 'delivered')),
  words      bytea NOT NULL,
  words_hash text NOT NULL,
  settled_by text NOT NULL,
  at         timestamptz NOT NULL
);

-- What persons sent us. Of a known sender it is sealed with his key, else with the key of the day.
CREATE TABLE inbound (
  inbound_id       uuid PRIMARY KEY,
  provider         text NOT NULL,
  provider_id      text NOT NULL,
  channel          text NOT NULL,
  kind             text NOT NULL CHECK (kind IN ('reply', 'opt-out', 'opt-in')),
  sender_index     bytea NOT NULL,
  content          bytea NOT NULL,
  content_hash     text NOT NULL,
  key_day          date,
  message_id       uuid REFERENCES messages,
  agreement_id     text,
  at               timestamptz NOT NULL,
  received_at      timestamptz NOT NULL,
  UNIQUE (provider, provider_id),
  CHECK ((message_id IS NULL) = (key_day IS NOT NULL))
);
CREATE INDEX inbound_unknown ON inbound (received_at, inbound_id) WHERE message_id IS NULL;
CREATE INDEX inbound_of_message ON inbound (message_id) WHERE message_id IS NOT NULL;
