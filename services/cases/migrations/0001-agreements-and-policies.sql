CREATE TABLE agreements (
  agreement_id            text PRIMARY KEY,
  client                  text        NOT NULL,
  creditor_name           text        NOT NULL,
  products                text[]      NOT NULL,
  currency                char(3)     NOT NULL,
  time_zone               text        NOT NULL,
  calendar                text        NOT NULL,
  ledger                  text        NOT NULL CHECK (ledger IN ('bank', 'arrears')),
  valid_from              date        NOT NULL,
  valid_to                date,
  cut_off                 text        NOT NULL DEFAULT '00:00',
  finality_business_days  integer     NOT NULL DEFAULT 2,
  rule_packs              text[]      NOT NULL DEFAULT '{}',
  country                 char(2),
  created_at              timestamptz NOT NULL,
  created_by              text        NOT NULL,
  -- Real time: events parked for want of the agreement are let through in the minute after.
  inserted_at             timestamptz NOT NULL DEFAULT now()
);

-- A version is immutable: the same version with another content is refused by the loader.
CREATE TABLE policies (
  policy_id       text        NOT NULL,
  version         integer     NOT NULL,
  title           text        NOT NULL,
  status          text        NOT NULL,
  effective_from  date        NOT NULL,
  content_hash    text        NOT NULL,
  content         jsonb       NOT NULL,
  loaded_at       timestamptz NOT NULL,
  PRIMARY KEY (policy_id, version)
);
