-- Persons, their roles and contact points. What identifies a person is encrypted with a key a person and agreement;
-- beside it lies a keyed hash (blind index) for search and for counting by number.

CREATE TABLE persons (
  person_id     uuid        NOT NULL,
  agreement_id  text        NOT NULL,
  name          bytea,
  name_index    bytea,
  id_type       text,
  id_number     bytea,
  id_index      bytea,
  customer_no   text,
  language      text,
  time_zone     text,
  version       integer     NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, agreement_id)
);
CREATE INDEX persons_by_name ON persons (name_index) WHERE name_index IS NOT NULL;
CREATE INDEX persons_by_id   ON persons (id_index)   WHERE id_index IS NOT NULL;

-- Who is what for which loan. A row is replaced when a newer message of the bank names somebody else in that place.
CREATE TABLE person_roles (
  agreement_id  text    NOT NULL,
  loan_id       text    NOT NULL,
  role          text    NOT NULL CHECK (role IN ('debtor', 'jointGuarantor', 'generalGuarantor', 'relatedThird')),
  ordinal       integer NOT NULL,
  person_id     uuid    NOT NULL,
  relation      text,
  PRIMARY KEY (agreement_id, loan_id, role, ordinal)
);
CREATE INDEX person_roles_by_person ON person_roles (person_id);

CREATE TABLE contact_points (
  contact_point_id uuid        NOT NULL,
  agreement_id     text        NOT NULL,
  person_id        uuid        NOT NULL,
  kind             text        NOT NULL CHECK (kind IN ('mobile', 'landline', 'email', 'address')),
  value            bytea       NOT NULL,
  -- The same for the same number whoever has it: 16 bytes of a keyed hash.
  value_index      bytea       NOT NULL,
  source           text        NOT NULL,
  reserved         boolean     NOT NULL DEFAULT false,
  valid            text        NOT NULL DEFAULT 'unknown' CHECK (valid IN ('yes', 'no', 'unknown')),
  invalid_because  text,
  opted_out        text[]      NOT NULL DEFAULT '{}',
  version          integer     NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (contact_point_id, agreement_id)
);
CREATE INDEX contact_points_by_person ON contact_points (person_id);
CREATE INDEX contact_points_by_value  ON contact_points (value_index);

-- The newest message applied for a loan: a lower sequence is history.
CREATE TABLE loan_feeds (
  agreement_id  text    NOT NULL,
  loan_id       text    NOT NULL,
  sequence      bigint  NOT NULL,
  -- How the bank writes phone numbers without a country code.
  country       text    NOT NULL,
  PRIMARY KEY (agreement_id, loan_id)
);
