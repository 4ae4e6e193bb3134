-- What the gate decides on and what it decided.

-- The newest known state of each case, from collections.cases.v1. No personal data.
CREATE TABLE case_facts (
  case_id      uuid        PRIMARY KEY,
  agreement_id text        NOT NULL,
  debtor_id    uuid        NOT NULL,
  case_seq     bigint      NOT NULL,
  void_before  bigint      NOT NULL,
  status       text        NOT NULL CHECK (status IN ('open', 'closed')),
  -- Of the topic: its heartbeat says how fresh this row is.
  partition    integer     NOT NULL,
  facts        jsonb       NOT NULL,
  applied_at   timestamptz NOT NULL DEFAULT now()
);

-- Which rules bind an agreement; without a row the defaults of the service.
CREATE TABLE agreement_rules (
  agreement_id text   PRIMARY KEY,
  rule_packs   text[] NOT NULL CHECK (cardinality(rule_packs) > 0)
);

-- One row a person, across agreements: locking it is what makes counting safe.
CREATE TABLE person_ledgers (
  person_id           uuid        PRIMARY KEY,
  never_contact_since timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE permits (
  permit_id        uuid        PRIMARY KEY,
  message_id       uuid        NOT NULL,
  content_key      text        NOT NULL,
  effect_key       text        NOT NULL,
  step             text        NOT NULL,
  case_id          uuid        NOT NULL,
  case_seq         bigint      NOT NULL,
  agreement_id     text        NOT NULL,
  debtor_id        uuid        NOT NULL,
  person_id        uuid        NOT NULL,
  contact_point_id uuid        NOT NULL,
  channel          text        NOT NULL,
  purpose          text        NOT NULL,
  covers           uuid[]      NOT NULL,
  template_id      text        NOT NULL,
  template_version integer     NOT NULL,
  actor            text        NOT NULL,
  state            text        NOT NULL CHECK (state IN ('granted', 'handed-over', 'unknown', 'sent', 'delivered', 'failed', 'never-left', 'released')),
  content_hash     text,
  rule_packs       jsonb       NOT NULL,
  facts_hash       text        NOT NULL,
  time_zone        text        NOT NULL,
  language         text        NOT NULL,
  -- Business time: the moment it was asked, and the end of the contact window.
  granted_at       timestamptz NOT NULL,
  valid_until      timestamptz NOT NULL,
  -- Real time.
  expires_at       timestamptz NOT NULL,
  settled_at       timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX permits_by_message ON permits (message_id, created_at DESC);
CREATE INDEX permits_by_case    ON permits (case_id);
-- Permits that nobody has settled: counted as if used.
CREATE INDEX permits_unsettled  ON permits (expires_at) WHERE state = 'granted';

-- What happened or may still happen, and is counted. One row an event with all keys that a rule may count it by.
CREATE TABLE counted_events (
  permit_id  uuid        NOT NULL REFERENCES permits,
  kind       text        NOT NULL,
  -- Business time.
  at         timestamptz NOT NULL,
  local_date date        NOT NULL,
  person_id  uuid        NOT NULL,
  number     bytea,
  case_id    uuid        NOT NULL,
  debts      uuid[]      NOT NULL,
  -- reserved and counted rows count, given-back ones do not.
  state      text        NOT NULL CHECK (state IN ('reserved', 'counted', 'given-back')),
  PRIMARY KEY (permit_id, kind)
);
CREATE INDEX counted_by_person ON counted_events (person_id, kind, at) WHERE state <> 'given-back';
CREATE INDEX counted_by_number ON counted_events (number, kind, at)    WHERE state <> 'given-back';
CREATE INDEX counted_by_case   ON counted_events (case_id, kind, at)   WHERE state <> 'given-back';
CREATE INDEX counted_by_debt   ON counted_events USING gin (debts)     WHERE state <> 'given-back';

-- A denial is kept once per distinct answer, however often the sender asks.
CREATE TABLE permit_denials (
  message_id  uuid        NOT NULL,
  answer_hash text        NOT NULL,
  case_id     uuid        NOT NULL,
  effect_key  text        NOT NULL,
  denials     jsonb       NOT NULL,
  earliest    timestamptz,
  rule_packs  jsonb       NOT NULL,
  facts_hash  text        NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (message_id, answer_hash)
);
CREATE INDEX permit_denials_by_case ON permit_denials (case_id);
