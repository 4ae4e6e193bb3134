-- What the contract with an agency settles about the data that it is given.
ALTER TABLE agencies
  ADD COLUMN contract_terms text[] NOT NULL DEFAULT '{}'
  CHECK (contract_terms <@ ARRAY['purpose', 'term', 'no-sub-entrusting', 'return-or-delete']);
