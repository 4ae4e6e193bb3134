CREATE SEQUENCE case_numbers;

-- One debtor under one agreement. Instants are of the business clock.
CREATE TABLE cases (
  case_id       uuid PRIMARY KEY,
  case_number   bigint      NOT NULL DEFAULT nextval('case_numbers'),
  agreement_id  text        NOT NULL REFERENCES agreements,
  debtor_id     uuid        NOT NULL,
  customer_no   text        NOT NULL,
  branch        text,
  time_zone     text        NOT NULL,
  language      text        NOT NULL,
  status        text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  stage         text        NOT NULL DEFAULT 'reminder',
  level         text        NOT NULL DEFAULT 'normal',
  assignee      text,
  close_reason  text,
  opened_at     timestamptz NOT NULL,
  closed_at     timestamptz,
  changed_at    timestamptz NOT NULL,
  -- Oldest unpaid due date of its open accounts: bucket and priority are read from it, never written daily.
  anchor        date,
  case_seq      integer     NOT NULL DEFAULT 0,
  void_before   integer     NOT NULL DEFAULT 0,
  version       integer     NOT NULL DEFAULT 1,
  reopened      integer     NOT NULL DEFAULT 0,
  decision_no   integer     NOT NULL DEFAULT 0,
  continues     uuid[]      NOT NULL DEFAULT '{}'
) WITH (fillfactor = 80);

-- What makes "one open case per debtor and agreement" true whatever arrives in parallel.
CREATE UNIQUE INDEX cases_one_open ON cases (agreement_id, debtor_id) WHERE status = 'open';
CREATE INDEX cases_by_customer ON cases (customer_no);
CREATE INDEX cases_by_anchor ON cases (agreement_id, anchor, case_id) WHERE status = 'open';
CREATE INDEX cases_open_by_stage ON cases (stage) WHERE status = 'open';

-- One loan as the bank names it; its row is the lock that serialises everything known about it.
CREATE TABLE loans (
  agreement_id  text    NOT NULL,
  loan_id       text    NOT NULL,
  -- The newest statement that was applied.
  sequence      integer,
  as_of         date,
  content_hash  bytea,
  PRIMARY KEY (agreement_id, loan_id)
) WITH (fillfactor = 80);

-- What the bank told about a loan, by value date and by when it was learned; never changed, never deleted.
CREATE TABLE loan_facts (
  fact_no       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agreement_id  text        NOT NULL,
  loan_id       text        NOT NULL,
  kind          text        NOT NULL CHECK (kind IN ('statement', 'payment', 'reversal', 'recall')),
  fact_id       text        NOT NULL,
  sequence      integer,
  value_date    date        NOT NULL,
  known_at      timestamptz NOT NULL,
  -- False: kept as history, since something newer had been applied before it came.
  applied       boolean     NOT NULL DEFAULT true,
  data          jsonb       NOT NULL
);
CREATE INDEX loan_facts_by_loan ON loan_facts (agreement_id, loan_id, fact_no);

-- How a payment was spread; a backdated or reversed one spreads others anew and every version stays.
CREATE TABLE allocations (
  agreement_id  text        NOT NULL,
  loan_id       text        NOT NULL,
  payment_id    text        NOT NULL,
  version       integer     NOT NULL,
  known_at      timestamptz NOT NULL,
  order_id      text,
  days_past_due integer     NOT NULL,
  parts         jsonb       NOT NULL,
  excess        bigint      NOT NULL,
  PRIMARY KEY (agreement_id, loan_id, payment_id, version)
);

-- One overdue episode of one loan.
CREATE TABLE accounts (
  account_id      uuid PRIMARY KEY,
  case_id         uuid        NOT NULL REFERENCES cases,
  agreement_id    text        NOT NULL,
  loan_id         text        NOT NULL,
  episode         integer     NOT NULL,
  status          text        NOT NULL DEFAULT 'open',
  close_reason    text,
  stage           text        NOT NULL DEFAULT 'reminder',
  product         text        NOT NULL,
  currency        char(3)     NOT NULL,
  principal       bigint      NOT NULL,
  interest        bigint      NOT NULL,
  fees            bigint      NOT NULL,
  credit          bigint      NOT NULL DEFAULT 0,
  -- [{due, amount}], oldest first, those to come included: what is overdue follows from the date.
  unpaid          jsonb       NOT NULL,
  earliest_unpaid date,
  -- Due date with which the bank handed it over, and the last one that was overdue in this episode.
  due_date        date        NOT NULL,
  last_due        date        NOT NULL,
  policy_id       text        NOT NULL,
  policy_version  integer     NOT NULL,
  joined_at       timestamptz NOT NULL,
  left_at         timestamptz,
  class           text        NOT NULL,
  last_payment    jsonb,
  attributes      jsonb       NOT NULL DEFAULT '{}',
  version         integer     NOT NULL DEFAULT 1,
  UNIQUE (agreement_id, loan_id, episode)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX accounts_one_open ON accounts (agreement_id, loan_id) WHERE status <> 'closed';
CREATE INDEX accounts_by_case ON accounts (case_id);
CREATE INDEX accounts_by_loan ON accounts (loan_id);

-- Who is part of a case. Names, numbers and values live in `contacts`; here are ids only.
CREATE TABLE case_persons (
  case_id    uuid   NOT NULL REFERENCES cases,
  person_id  uuid   NOT NULL,
  role       text   NOT NULL,
  accounts   uuid[] NOT NULL,
  PRIMARY KEY (case_id, person_id, role)
);
CREATE INDEX case_persons_by_person ON case_persons (person_id);

-- Projection of `contacts.records.v1`, begun by the loan message itself: points are [{id, kind, reserved, valid, optedOut, version}].
CREATE TABLE persons (
  agreement_id  text  NOT NULL,
  person_id     uuid  NOT NULL,
  time_zone     text  NOT NULL,
  language      text  NOT NULL,
  points        jsonb NOT NULL,
  PRIMARY KEY (agreement_id, person_id)
);
