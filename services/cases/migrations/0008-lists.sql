-- A list is a frozen set: the ids that a filter found, in their order, as somebody opened it. It is forgotten half an hour
-- after its last use, and after a crash: whoever had it open freezes it again.
CREATE UNLOGGED TABLE lists (
  list_id    uuid        PRIMARY KEY,
  -- `sub` of who opened it: nobody else may read it.
  owner      text        NOT NULL,
  screen     text        NOT NULL,
  filters    jsonb       NOT NULL,
  case_ids   uuid[]      NOT NULL,
  total      integer     NOT NULL,
  truncated  boolean     NOT NULL,
  as_of      timestamptz NOT NULL,
  -- Real time.
  used_at    timestamptz NOT NULL DEFAULT now()
);
-- Slices of a hundred are read from arrays of a hundred thousand: compressed they would be unpacked each time.
ALTER TABLE lists ALTER COLUMN case_ids SET STORAGE EXTERNAL;
CREATE INDEX lists_by_use ON lists (used_at);
