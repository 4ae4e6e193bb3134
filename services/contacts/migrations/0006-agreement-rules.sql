-- Rules of an agreement change with four eyes, and every version is kept.
ALTER TABLE agreement_rules
  -- As whom the operator contacts under this agreement: laws bind the lender, who collects for it, and who bought the debt
  -- differently.
  ADD COLUMN acts_as text NOT NULL DEFAULT 'firstParty' CHECK (acts_as IN ('firstParty', 'agency', 'buyer'));

CREATE TABLE agreement_rule_changes (
  change_id    uuid        PRIMARY KEY,
  agreement_id text        NOT NULL,
  rule_packs   text[],
  jurisdiction text,
  acts_as      text        NOT NULL CHECK (acts_as IN ('firstParty', 'agency', 'buyer')),
  state        text        NOT NULL CHECK (state IN ('requested', 'applied', 'refused')),
  -- Of the agreement's rules, once it was applied.
  version      integer     CHECK ((state = 'applied') = (version IS NOT NULL)),
  requested_by text        NOT NULL,
  requested_at timestamptz NOT NULL,
  decided_by   text,
  decided_at   timestamptz,
  CHECK (rule_packs IS NOT NULL OR jurisdiction IS NOT NULL),
  UNIQUE (agreement_id, version)
);
CREATE UNIQUE INDEX agreement_rules_one_request ON agreement_rule_changes (agreement_id) WHERE state = 'requested';

-- What was set before is the first version that is kept.
INSERT INTO agreement_rule_changes (
         change_id, agreement_id, rule_packs, jurisdiction, acts_as, state, version, requested_by, requested_at, decided_at
       )
SELECT gen_random_uuid(), agreement_id, rule_packs, jurisdiction, acts_as, 'applied', version, changed_by, changed_at, changed_at
  FROM agreement_rules;
