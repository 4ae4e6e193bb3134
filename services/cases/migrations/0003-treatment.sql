CREATE TABLE snapshots (
  hash  bytea PRIMARY KEY,
  body  bytea NOT NULL
);

-- First write wins: the same number of a case always answers the same.
CREATE TABLE decisions (
  case_id        uuid        NOT NULL REFERENCES cases,
  decision_no    integer     NOT NULL,
  decided_for    timestamptz NOT NULL,
  -- When it asked to be thought of again: later than that is lateness.
  wake_at        timestamptz,
  snapshot_hash  bytea       NOT NULL,
  body           bytea       NOT NULL,
  PRIMARY KEY (case_id, decision_no)
);

CREATE TABLE steps (
  case_id         uuid        NOT NULL REFERENCES cases,
  step            text        NOT NULL,
  occurrence      integer     NOT NULL,
  kind            text        NOT NULL,
  covers          uuid[]      NOT NULL,
  person_id       uuid,
  anchor          date        NOT NULL,
  policy_version  integer     NOT NULL,
  decision_no     integer     NOT NULL,
  planned_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  outcome         text,
  PRIMARY KEY (case_id, step, occurrence)
) WITH (fillfactor = 80);

-- What the gate last said, so that the planner can take another way.
CREATE TABLE denials (
  case_id    uuid        NOT NULL REFERENCES cases,
  step       text        NOT NULL,
  rule       text        NOT NULL,
  -- 'infinity' = never
  until_at   timestamptz NOT NULL,
  denied_at  timestamptz NOT NULL,
  PRIMARY KEY (case_id, step, rule)
);

CREATE TABLE holds (
  hold_id    uuid PRIMARY KEY,
  case_id    uuid        NOT NULL REFERENCES cases,
  kind       text        NOT NULL,
  effects    text[]      NOT NULL,
  allows     text[]      NOT NULL,
  accounts   uuid[],
  persons    uuid[],
  from_at    timestamptz NOT NULL,
  until_at   timestamptz,
  lifted_at  timestamptz,
  placed_by  text        NOT NULL,
  lifted_by  text
);
CREATE INDEX holds_by_case ON holds (case_id);

CREATE TABLE reviews (
  review_id    uuid PRIMARY KEY,
  case_id      uuid        NOT NULL REFERENCES cases,
  step         text        NOT NULL,
  occurrence   integer     NOT NULL,
  covers       uuid[]      NOT NULL,
  by_role      text        NOT NULL,
  outcomes     text[]      NOT NULL,
  on_timeout   text        NOT NULL,
  deadline     timestamptz NOT NULL,
  opened_at    timestamptz NOT NULL,
  status       text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'timed-out', 'withdrawn')),
  outcome      text,
  answered_at  timestamptz,
  answered_by  text,
  UNIQUE (case_id, step, occurrence)
);
CREATE INDEX reviews_open ON reviews (deadline, review_id) WHERE status = 'open';

CREATE TABLE commands (
  command_id   uuid PRIMARY KEY,
  -- The caller's Idempotency-Key: two people may use the same.
  command_key  text        NOT NULL,
  case_id      uuid        NOT NULL REFERENCES cases,
  name         text        NOT NULL,
  actor        text        NOT NULL,
  case_seq     integer     NOT NULL,
  status       text        NOT NULL CHECK (status IN ('accepted', 'applied', 'refused')),
  detail       text,
  result       jsonb       NOT NULL DEFAULT '{}',
  given_at     timestamptz NOT NULL,
  applied_at   timestamptz,
  UNIQUE (actor, command_key)
);
CREATE INDEX commands_waiting ON commands (case_id) WHERE status = 'accepted';

-- What the planner asks people to look at, beside reviews: a case with no way left is never silent.
CREATE TABLE attention (
  case_id     uuid        NOT NULL REFERENCES cases,
  code        text        NOT NULL,
  step        text        NOT NULL,
  owner       text        NOT NULL,
  since       timestamptz NOT NULL,
  cleared_at  timestamptz,
  PRIMARY KEY (case_id, code, step)
);
CREATE INDEX attention_open ON attention (since, case_id) WHERE cleared_at IS NULL;
