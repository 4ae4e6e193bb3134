-- A delivery exactly as it was received, encrypted with the key of its day.
CREATE TABLE raw_deliveries (
  delivery_id  uuid PRIMARY KEY,
  sha256       bytea       NOT NULL,
  received_at  timestamptz NOT NULL,
  key_day      date        NOT NULL,
  sender       text        NOT NULL,
  media_type   text        NOT NULL,
  size_bytes   bigint      NOT NULL,
  body         bytea       NOT NULL
);

CREATE TABLE imports (
  import_id     uuid PRIMARY KEY REFERENCES raw_deliveries,
  sha256        bytea       NOT NULL,
  -- Default for rows that name no agreement; part of what makes two deliveries the same.
  agreement_id  text        NOT NULL DEFAULT '',
  status        text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'refused')),
  refusal       jsonb,
  rows_total    integer,
  -- Rows already put into the inbox or answered with a problem: a restart goes on behind them.
  rows_done     integer     NOT NULL DEFAULT 0,
  accepted      integer     NOT NULL DEFAULT 0,
  refused       integer     NOT NULL DEFAULT 0,
  started_at    timestamptz,
  finished_at   timestamptz,
  UNIQUE (sha256, agreement_id)
);
CREATE INDEX imports_unfinished ON imports (import_id) WHERE status IN ('waiting', 'running');

CREATE TABLE import_problems (
  import_id    uuid    NOT NULL REFERENCES imports,
  row_no       integer NOT NULL,
  column_name  text    NOT NULL,
  code         text    NOT NULL,
  message      text    NOT NULL,
  fix          text    NOT NULL,
  PRIMARY KEY (import_id, row_no, column_name, code)
);
