-- What somebody demanded in writing: that contact cease, on some channels or altogether. It is withdrawn by himself only.
CREATE TABLE cease_demands (
  demand_id        uuid        PRIMARY KEY,
  person_id        uuid        NOT NULL,
  agreement_id     text        NOT NULL,
  -- Channels, or `all`.
  channels         text[]      NOT NULL CHECK (cardinality(channels) > 0),
  -- Hash of the file, or a reference, that proves it.
  proof            text        NOT NULL,
  recorded_by      text        NOT NULL,
  at               timestamptz NOT NULL,
  withdrawn_at     timestamptz,
  withdrawal_proof text        CHECK ((withdrawn_at IS NULL) = (withdrawal_proof IS NULL)),
  withdrawn_by     text
);
CREATE INDEX cease_demands_in_force ON cease_demands (person_id, agreement_id) WHERE withdrawn_at IS NULL;
