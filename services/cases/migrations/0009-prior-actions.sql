-- What others did about a loan before it came to us: kept with what the bank told of it.
ALTER TABLE loan_facts
  DROP CONSTRAINT loan_facts_kind_check,
  ADD CONSTRAINT loan_facts_kind_check CHECK (kind IN ('statement', 'payment', 'reversal', 'recall', 'prior-actions'));
