-- The gate for every channel: what is counted of one contact lies in one row, persons have a status and may be one human
-- under several ids, consents carry their proof, and a stop order stops everything at once.

-- One row a contact (a permit, or something that came in), with the kinds of events that it may have raised, did raise and
-- surely did not. One row instead of one a kind: a dial reserves five of them, and all change together.
CREATE TABLE counted_contacts (
  -- The permit's id, or the id of the inbound contact.
  contact_ref uuid        PRIMARY KEY,
  direction   text        NOT NULL CHECK (direction IN ('outbound', 'inbound')),
  -- Business time.
  at          timestamptz NOT NULL,
  person_id   uuid        NOT NULL,
  -- Blind index of the number or address.
  number      bytea,
  case_id     uuid,
  debts       uuid[]      NOT NULL,
  -- The first two count, the third no longer does.
  reserved    text[]      NOT NULL,
  counted     text[]      NOT NULL,
  given_back  text[]      NOT NULL,
  -- Business time of the last change: before it, everything given back was still reserved.
  changed_at  timestamptz NOT NULL
) WITH (fillfactor = 80);

INSERT INTO counted_contacts
       (contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at)
SELECT permit_id, 'outbound', min(at), person_id, number, case_id, debts,
       COALESCE(array_agg(kind) FILTER (WHERE state = 'reserved'), '{}'),
       COALESCE(array_agg(kind) FILTER (WHERE state = 'counted'), '{}'),
       COALESCE(array_agg(kind) FILTER (WHERE state = 'given-back'), '{}'),
       min(at)
  FROM counted_events
 GROUP BY permit_id, person_id, number, case_id, debts;
DROP TABLE counted_events;

-- No index names a column that settling changes, so that an update stays within its page.
CREATE INDEX counted_by_person ON counted_contacts (person_id, at);
CREATE INDEX counted_by_number ON counted_contacts (number, at) WHERE number IS NOT NULL;
CREATE INDEX counted_by_case   ON counted_contacts (case_id, at) WHERE case_id IS NOT NULL;
-- Read with every permit: what is appended must not wait in a list that each reader walks through.
CREATE INDEX counted_by_debt   ON counted_contacts USING gin (debts) WITH (fastupdate = off);

ALTER TABLE permits
  ADD COLUMN agency_id text,
  -- What was decided on, without values of persons: a changed rule can be tried on it later. Written often, read rarely.
  ADD COLUMN basis     json;
ALTER TABLE permits DROP CONSTRAINT permits_state_check;
ALTER TABLE permits ADD CONSTRAINT permits_state_check CHECK (state IN (
  'granted', 'handed-over', 'unknown', 'sent', 'delivered', 'returned', 'failed', 'unanswered', 'conversation',
  'effective-call', 'visited', 'assumed-placed', 'never-left', 'released'));
DROP INDEX permits_unsettled;
CREATE INDEX permits_by_time ON permits USING brin (granted_at);
ALTER TABLE permits SET (fillfactor = 80);

-- Dials whose outcome nobody told yet; after a day they count as placed. A row leaves when its permit is settled.
CREATE TABLE open_dials (
  permit_id  uuid        PRIMARY KEY,
  granted_at timestamptz NOT NULL
);
CREATE INDEX open_dials_by_time ON open_dials (granted_at);

ALTER TABLE permit_denials
  ADD COLUMN agreement_id text,
  ADD COLUMN basis        json;
CREATE INDEX permit_denials_by_time ON permit_denials (at);

CREATE INDEX case_facts_by_debtor ON case_facts (debtor_id, agreement_id);

-- Rules of an agreement: packs by name, or those that are usual in its jurisdiction.
ALTER TABLE agreement_rules
  ALTER COLUMN rule_packs DROP NOT NULL,
  ADD COLUMN jurisdiction text,
  ADD COLUMN version      integer     NOT NULL DEFAULT 1,
  ADD COLUMN changed_by   text        NOT NULL DEFAULT 'system',
  ADD COLUMN changed_at   timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT agreement_rules_say_something CHECK (rule_packs IS NOT NULL OR jurisdiction IS NOT NULL);

-- A person's status, and whom the same human is also known as. Both are read with the row that the gate locks anyway.
ALTER TABLE person_ledgers
  ADD COLUMN status        text NOT NULL DEFAULT 'normal'
             CHECK (status IN ('normal', 'represented', 'no-capacity', 'claimed-dead', 'dead')),
  -- Null: alone. Persons of one group are one human: counted, barred and locked together.
  ADD COLUMN group_id      uuid,
  -- As a third person: asked not to be contacted about anybody's debt.
  ADD COLUMN refused_since timestamptz,
  ADD COLUMN version       integer NOT NULL DEFAULT 1;
CREATE INDEX person_ledgers_by_group ON person_ledgers (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE person_status_changes (
  change_id    uuid        PRIMARY KEY,
  person_id    uuid        NOT NULL,
  from_status  text        NOT NULL,
  to_status    text        NOT NULL,
  -- A code; what proves it lies in the file store.
  reason       text        NOT NULL,
  evidence     text,
  state        text        NOT NULL CHECK (state IN ('requested', 'applied', 'refused')),
  requested_by text        NOT NULL,
  requested_at timestamptz NOT NULL,
  decided_by   text,
  decided_at   timestamptz
);
CREATE INDEX person_status_changes_by_person ON person_status_changes (person_id, requested_at);
CREATE UNIQUE INDEX person_status_one_request ON person_status_changes (person_id) WHERE state = 'requested';

-- Persons who turned out to be one human. Nothing that happened is rewritten: undoing it takes the link away.
CREATE TABLE person_merges (
  merge_id     uuid        PRIMARY KEY,
  members      uuid[]      NOT NULL CHECK (cardinality(members) BETWEEN 2 AND 20),
  reason       text        NOT NULL,
  evidence     text,
  state        text        NOT NULL CHECK (state IN ('requested', 'in-force', 'refused', 'split-requested', 'split')),
  requested_by text        NOT NULL,
  requested_at timestamptz NOT NULL,
  decided_by   text,
  decided_at   timestamptz,
  split_reason       text,
  split_requested_by text,
  split_requested_at timestamptz,
  split_by           text,
  split_at           timestamptz
);
CREATE INDEX person_merges_by_member ON person_merges USING gin (members);

-- Numbers that nobody dials any more, whoever they were given for. By blind index.
CREATE TABLE barred_numbers (
  number    bytea       NOT NULL,
  because   text        NOT NULL CHECK (because IN ('wrong-person', 'third-party-refused')),
  since     timestamptz NOT NULL,
  barred_by text        NOT NULL,
  PRIMARY KEY (number, because)
);

CREATE TABLE third_party_refusals (
  refusal_id   uuid        PRIMARY KEY,
  person_id    uuid        NOT NULL,
  debtor_id    uuid        NOT NULL,
  agreement_id text        NOT NULL,
  case_id      uuid,
  evidence     text,
  recorded_by  text        NOT NULL,
  at           timestamptz NOT NULL
);
CREATE INDEX third_party_refusals_by_person ON third_party_refusals (person_id);

CREATE TABLE consents (
  consent_id       uuid        PRIMARY KEY,
  person_id        uuid        NOT NULL,
  agreement_id     text        NOT NULL,
  kind             text        NOT NULL,
  -- Null: for every contact point of the person.
  contact_point_id uuid,
  given_at         timestamptz NOT NULL,
  -- Hash of the file, or a reference, that proves it.
  proof            text        NOT NULL,
  recorded_by      text        NOT NULL,
  withdrawn_at     timestamptz,
  withdrawal_proof text,
  withdrawn_by     text
);
CREATE INDEX consents_in_force ON consents (person_id, agreement_id) WHERE withdrawn_at IS NULL;
CREATE INDEX consents_by_person ON consents (person_id, given_at);

-- Everything that was ever said about consent, opt-outs included; rows are only added.
CREATE TABLE consent_history (
  entry            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id        uuid        NOT NULL,
  agreement_id     text        NOT NULL,
  what             text        NOT NULL CHECK (what IN ('given', 'withdrawn', 'opted-out', 'opted-in')),
  -- Kind of a consent, or the channel.
  kind             text        NOT NULL,
  contact_point_id uuid,
  -- The consent, or the inbound message.
  source           text        NOT NULL,
  recorded_by      text        NOT NULL,
  at               timestamptz NOT NULL
);
CREATE INDEX consent_history_by_person ON consent_history (person_id, entry);

CREATE TABLE stop_orders (
  stop_order_id uuid        PRIMARY KEY,
  scope         text        NOT NULL CHECK (scope IN ('all', 'client', 'policy', 'channel', 'region', 'template')),
  value         text        CHECK ((scope = 'all') = (value IS NULL)),
  reason        text        NOT NULL,
  state         text        NOT NULL CHECK (state IN ('requested', 'in-force', 'refused', 'lifted')),
  requested_by  text        NOT NULL,
  requested_at  timestamptz NOT NULL,
  decided_by    text,
  decided_at    timestamptz,
  lifted_by     text,
  lifted_at     timestamptz,
  lift_reason   text
);
CREATE INDEX stop_orders_in_force ON stop_orders (scope) WHERE state = 'in-force';

CREATE TABLE collectors (
  collector_id   text        PRIMARY KEY,
  agency_id      text,
  trained_until  date        NOT NULL,
  -- Number of the certificate of the examination.
  certificate    text        NOT NULL,
  violent_record boolean     NOT NULL,
  version        integer     NOT NULL,
  changed_by     text        NOT NULL,
  changed_at     timestamptz NOT NULL
);
CREATE TABLE agencies (
  agency_id       text        PRIMARY KEY,
  listed          boolean     NOT NULL,
  -- Where and since when the list that names it is published.
  published_on    date,
  inspected_until date,
  evaluated_until date,
  version         integer     NOT NULL,
  changed_by      text        NOT NULL,
  changed_at      timestamptz NOT NULL
);
-- What a qualification said at each time, for disputes about a contact of then.
CREATE TABLE qualification_history (
  subject    text        NOT NULL CHECK (subject IN ('collector', 'agency')),
  subject_id text        NOT NULL,
  version    integer     NOT NULL,
  content    jsonb       NOT NULL,
  changed_by text        NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (subject, subject_id, version)
);

CREATE TABLE inbound_contacts (
  inbound_id       uuid        PRIMARY KEY,
  person_id        uuid        NOT NULL,
  debtor_id        uuid        NOT NULL,
  agreement_id     text        NOT NULL,
  case_id          uuid,
  contact_point_id uuid,
  channel          text        NOT NULL,
  outcome          text        NOT NULL,
  recorded_by      text        NOT NULL,
  at               timestamptz NOT NULL
);
CREATE INDEX inbound_contacts_by_person ON inbound_contacts (person_id, at);
