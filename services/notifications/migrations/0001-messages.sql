-- What this service knows of a case: the newest state that `cases` published. Amounts in a text are read from here.
CREATE TABLE case_facts (
  case_id     uuid PRIMARY KEY,
  case_seq    bigint NOT NULL,
  void_before bigint NOT NULL,
  facts       jsonb  NOT NULL
);

-- One row for each message that was ever intended. The row is the queue too: what is waiting has state 'queued'.
-- Business times (not_before, not_after, valid_until) are of the business clock, real times end in _real.
CREATE TABLE messages (
  message_id          uuid PRIMARY KEY,
  effect_key          text NOT NULL UNIQUE,
  step                text NOT NULL,
  case_id             uuid NOT NULL,
  agreement_id        text NOT NULL,
  debtor_id           uuid NOT NULL,
  person_id           uuid NOT NULL,
  contact_point_ids   uuid[] NOT NULL,
  covers              uuid[] NOT NULL,
  channel             text NOT NULL,
  purpose             text NOT NULL,
  template_id         text NOT NULL,
  template_version    integer,
  case_seq            bigint NOT NULL,
  not_before          timestamptz NOT NULL,
  not_after           timestamptz NOT NULL,
  state               text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'permitted', 'unknown', 'accepted', 'sent', 'delivered', 'failed', 'cancelled')),
  attempts            integer NOT NULL DEFAULT 0,
  claimed_until_real  timestamptz,
  retry_at_real       timestamptz NOT NULL DEFAULT now(),
  permit_id           uuid,
  permit_expires_real timestamptz,
  -- What the gate must still be told about the permit; null = nothing owed.
  owed_to_gate        text CHECK (owed_to_gate IN ('handed-over', 'unknown', 'never-left')),
  contact_point_id    uuid,
  valid_until         timestamptz,
  content             bytea,
  content_hash        text,
  provider            text,
  provider_message_id text,
  because             text,
  late                boolean NOT NULL DEFAULT false,
  created_at          timestamptz NOT NULL,
  changed_at          timestamptz NOT NULL
);

-- The sender reads due rows only, the reconciler open ones: neither index grows with what is finished.
CREATE INDEX messages_queued ON messages (not_before, message_id) WHERE state = 'queued';
CREATE INDEX messages_open ON messages (retry_at_real) WHERE state IN ('permitted', 'unknown') OR owed_to_gate IS NOT NULL;
CREATE INDEX messages_of_case ON messages (case_id, created_at);

-- A provider says each status of a message once; it may repeat itself.
CREATE TABLE receipts (
  provider    text NOT NULL,
  message_id  uuid NOT NULL REFERENCES messages,
  status      text NOT NULL,
  at          timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (message_id, status)
);
