-- One row a command that was carried out, written in the command's own transaction.
CREATE TABLE idempotency_keys (
  actor      text        NOT NULL,
  key        text        NOT NULL CHECK (length(key) BETWEEN 8 AND 200),
  route      text        NOT NULL,
  input_hash bytea       NOT NULL CHECK (length(input_hash) = 32),
  -- The answer; null only inside the transaction that carries the command out.
  status     smallint,
  body       jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, key)
);

CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
