-- What `contacts` says of a person, whichever agreements he is known under.
CREATE TABLE person_standing (
  person_id      uuid PRIMARY KEY,
  status         text        NOT NULL DEFAULT 'normal',
  never_contact  boolean     NOT NULL DEFAULT false,
  status_at      timestamptz,
  last_rpc_at    timestamptz
);

-- What a later step may rest on: letters that arrived, demands that the gate had permitted.
CREATE TABLE proofs (
  case_id     uuid        NOT NULL REFERENCES cases,
  effect_key  text        NOT NULL,
  kind        text        NOT NULL,
  message_id  uuid        NOT NULL,
  covers      uuid[]      NOT NULL,
  at          timestamptz NOT NULL,
  -- False: it was sent without a permit, or came back after all.
  compliant   boolean     NOT NULL,
  file_hash   text,
  PRIMARY KEY (case_id, effect_key, kind)
);

-- Projection of `contacts.records.v1` and `notifications.deliveries.v1` for the timeline: ids, codes and hashes.
CREATE TABLE contact_story (
  story_no  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id   uuid        NOT NULL,
  at        timestamptz NOT NULL,
  kind      text        NOT NULL,
  data      jsonb       NOT NULL
);
CREATE INDEX contact_story_by_case ON contact_story (case_id, at, story_no);

-- The last head of another service's chain of a case that was heard of on a day. Its end can't be cut off unnoticed.
CREATE TABLE journal_anchors (
  case_id    uuid        NOT NULL REFERENCES cases,
  service    text        NOT NULL,
  day        date        NOT NULL,
  -- Number of the entry; null when the event did not say.
  seq        integer,
  hash       bytea       NOT NULL CHECK (length(hash) = 32),
  heard_at   timestamptz NOT NULL,
  -- The entry of our own journal that tells the heads of this day.
  entry_seq  integer,
  PRIMARY KEY (case_id, service, day)
);
CREATE INDEX journal_anchors_waiting ON journal_anchors (day, case_id) WHERE entry_seq IS NULL;

-- Null for what ships with the product; a published version is in use once a second person has approved it.
ALTER TABLE policies ADD COLUMN proposed_by text, ADD COLUMN approved_by text, ADD COLUMN approved_at timestamptz;

-- Live cases from one version of a policy to another: a bulk operation with frozen ids.
CREATE TABLE policy_moves (
  move_id       uuid PRIMARY KEY,
  policy_id     text        NOT NULL,
  from_version  integer     NOT NULL,
  to_version    integer     NOT NULL,
  filter        jsonb       NOT NULL,
  reason        text        NOT NULL,
  -- Cases a second, over all processes.
  rate          integer     NOT NULL CHECK (rate > 0),
  undo_of       uuid        REFERENCES policy_moves,
  status        text        NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'cancelled')),
  total         integer     NOT NULL,
  requested_by  text        NOT NULL,
  requested_at  timestamptz NOT NULL,
  approved_by   text        CHECK (approved_by <> requested_by),
  approved_at   timestamptz,
  finished_at   timestamptz,
  -- Real time before which no further case is moved.
  next_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX policy_moves_running ON policy_moves (requested_at) WHERE status = 'running';

CREATE TABLE policy_move_items (
  move_id   uuid        NOT NULL REFERENCES policy_moves,
  item_no   integer     NOT NULL,
  case_id   uuid        NOT NULL,
  status    text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'moved', 'skipped')),
  detail    text,
  ended_at  timestamptz,
  PRIMARY KEY (move_id, item_no),
  UNIQUE (move_id, case_id)
);
CREATE INDEX policy_move_items_waiting ON policy_move_items (move_id, item_no) WHERE status = 'waiting';
