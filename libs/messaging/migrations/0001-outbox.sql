-- What a transaction wants told to others. Written with it, sent after it. `xid`, compared with the oldest transaction
-- still running, says whether an earlier one may yet appear; `id` gives the order: it is drawn when the row is written,
-- under the lock of the thing it tells of, while a transaction gets its xid before it waits for that lock.
CREATE TABLE outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY,
  day          date        NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
  xid          xid8        NOT NULL DEFAULT pg_current_xact_id(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  destination  text        NOT NULL CHECK (destination IN ('kafka', 'temporal')),
  topic        text,
  key          text,
  type         text,
  workflow_id  text,
  ce_id        text        NOT NULL,
  headers      jsonb       NOT NULL,
  payload      text        NOT NULL,
  published_at timestamptz,
  refused      boolean     NOT NULL DEFAULT false,   -- the destination will never take it
  PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);

CREATE INDEX outbox_unpublished         ON outbox (destination, id) WHERE published_at IS NULL;
CREATE INDEX outbox_unpublished_by_xid  ON outbox (xid, id)         WHERE published_at IS NULL;

-- Catches rows of a day for which nobody made a partition: a stopped relay must not stop the business.
CREATE TABLE outbox_rest PARTITION OF outbox DEFAULT;

-- Rows that must not leave before a moment (real time); they get their place in the order when they are moved.
CREATE TABLE outbox_scheduled (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  not_before  timestamptz NOT NULL,
  destination text        NOT NULL,
  topic       text,
  key         text,
  type        text,
  workflow_id text,
  ce_id       text        NOT NULL,
  headers     jsonb       NOT NULL,
  payload     text        NOT NULL
);
CREATE INDEX outbox_scheduled_due ON outbox_scheduled (not_before, id);

-- Makes the partition of one day of a table partitioned by `day`; true when it is new.
CREATE FUNCTION make_day_partition(parent text, of_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  partition text := parent || '_' || to_char(of_day, 'YYYYMMDD');
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', partition, parent, of_day, of_day + 1);
  RETURN true;
END $$;

SELECT make_day_partition('outbox', ((now() AT TIME ZONE 'UTC')::date + ahead)) FROM generate_series(0, 7) AS ahead;
