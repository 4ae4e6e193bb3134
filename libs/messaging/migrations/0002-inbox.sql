-- What was received, as received. The table is cut by day so that old days are dropped, not deleted; PostgreSQL can't
-- hold an id unique over all days of such a table, so `inbox_ids` does, small and kept as long.
CREATE TABLE inbox (
  id              bigint GENERATED ALWAYS AS IDENTITY,
  day             date        NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
  consumer        text        NOT NULL,
  ce_source       text        NOT NULL,
  ce_id           text        NOT NULL,
  type            text        NOT NULL,
  topic           text        NOT NULL,
  partition       int,
  "offset"        bigint,
  key             text        NOT NULL,
  content_hash    bytea       NOT NULL,
  headers         jsonb       NOT NULL,
  payload         bytea       NOT NULL,
  payload_day     date,                     -- whose key the payload is encrypted with; null: plain bytes
  received_at     timestamptz NOT NULL DEFAULT now(),
  state           text        NOT NULL DEFAULT 'pending'
                  CHECK (state IN ('pending', 'handled', 'parked', 'ignored')),
  blocks_key      boolean     NOT NULL DEFAULT true,   -- a parked row holds later rows of its key
  reason          text,
  detail          text,
  attempts        int         NOT NULL DEFAULT 0,
  settled_at      timestamptz,              -- when it was handled, parked or ignored
  PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);

CREATE INDEX inbox_pending          ON inbox (consumer, id)                         WHERE state = 'pending';
CREATE INDEX inbox_pending_by_place ON inbox (consumer, topic, partition, "offset") WHERE state = 'pending';
CREATE INDEX inbox_open_by_key      ON inbox (consumer, topic, key, id)             WHERE state IN ('pending', 'parked');
CREATE INDEX inbox_parked           ON inbox (id)                                   WHERE state = 'parked';

CREATE TABLE inbox_rest PARTITION OF inbox DEFAULT;
SELECT make_day_partition('inbox', ((now() AT TIME ZONE 'UTC')::date + ahead)) FROM generate_series(0, 7) AS ahead;

CREATE TABLE inbox_ids (
  consumer     text  NOT NULL,
  ce_source    text  NOT NULL,
  ce_id        text  NOT NULL,
  content_hash bytea NOT NULL,
  day          date  NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
  PRIMARY KEY (consumer, ce_source, ce_id)
);
CREATE INDEX inbox_ids_by_day ON inbox_ids (day);

-- Keys that wait: for the next try of their first row, or (retry_at = infinity) for a person.
CREATE TABLE inbox_keys (
  consumer text        NOT NULL,
  topic    text        NOT NULL,
  key      text        NOT NULL,
  retry_at timestamptz NOT NULL,
  PRIMARY KEY (consumer, topic, key)
);

-- Who let a parked row run again, or set it aside, and why.
CREATE TABLE inbox_replays (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT now(),
  inbox_id bigint      NOT NULL,
  action   text        NOT NULL CHECK (action IN ('replay', 'set-aside')),
  actor    text        NOT NULL,
  why      text        NOT NULL,
  was      text        NOT NULL          -- the code it was parked with
);

-- Up to when a partition of a feed is known to be complete here.
CREATE TABLE feed_heartbeats (
  consumer  text        NOT NULL,
  topic     text        NOT NULL,
  partition int         NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (consumer, topic, partition)
);
