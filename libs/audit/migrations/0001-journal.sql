-- What happened to a case in this service, entry after entry, each bound to the one before by its hash.
CREATE TABLE journal (
  case_id   uuid           NOT NULL,
  seq       integer        NOT NULL CHECK (seq > 0),
  prev_hash bytea          NOT NULL CHECK (length(prev_hash) = 32),
  hash      bytea          NOT NULL CHECK (length(hash) = 32),
  kind      text           NOT NULL,
  -- Milliseconds, as they went into the hash.
  at        timestamptz(3) NOT NULL,
  actor     text           NOT NULL,
  data      jsonb          NOT NULL,
  PRIMARY KEY (case_id, seq)
);

-- The end of each chain. Locked while an entry is appended, so that a chain never forks; its hash travels with every
-- event, which anchors it outside this database.
CREATE TABLE journal_heads (
  case_id uuid    PRIMARY KEY,
  seq     integer NOT NULL,
  hash    bytea   NOT NULL CHECK (length(hash) = 32)
);

-- Against mistakes of our own. Whoever owns the database can take it away: that is what the hashes are for.
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal entries are never changed or removed' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER journal_append_only
  BEFORE UPDATE OR DELETE ON journal
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
