-- One data key for each person and agreement. Destroying it makes everything of that person unreadable, in every
-- database, topic and backup made since; the row stays, so that no new key can quietly take its place.
CREATE TABLE person_keys (
  person_id     uuid        NOT NULL,
  agreement_id  text        NOT NULL,
  master_key_id text        NOT NULL,
  wrapped       bytea,
  created_at    timestamptz NOT NULL DEFAULT now(),
  destroyed_at  timestamptz,
  PRIMARY KEY (person_id, agreement_id),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

-- One data key for each day and purpose, for what is kept as received: inbox rows, raw deliveries.
CREATE TABLE day_keys (
  purpose       text        NOT NULL,
  day           date        NOT NULL,
  master_key_id text        NOT NULL,
  wrapped       bytea,
  destroyed_at  timestamptz,
  PRIMARY KEY (purpose, day),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
