-- A person's session. The browser holds a secret, the table its hash: who reads the table can not be anybody.
CREATE TABLE sessions (
  secret_hash    bytea       PRIMARY KEY,
  sub            text        NOT NULL,
  name           text        NOT NULL,
  key_id         text        NOT NULL,
  -- Access, refresh and id token.
  tokens         bytea       NOT NULL,
  -- Real time throughout: business time may run faster, people do not.
  token_ends_at  timestamptz NOT NULL,
  created_at     timestamptz NOT NULL,
  seen_at        timestamptz NOT NULL
);
CREATE INDEX sessions_by_age ON sessions (seen_at);

-- A login under way: from the redirect to the identity provider until the browser comes back.
CREATE TABLE logins (
  state_hash    bytea       PRIMARY KEY,
  -- Hash of what the browser that began it holds in a cookie: another browser can not end it.
  browser_hash  bytea       NOT NULL,
  key_id        text        NOT NULL,
  -- The PKCE verifier and the nonce.
  secrets       bytea       NOT NULL,
  return_to     text        NOT NULL,
  begun_at      timestamptz NOT NULL
);
CREATE INDEX logins_by_age ON logins (begun_at);

CREATE TABLE preferences (
  sub         text        PRIMARY KEY,
  language    text        NOT NULL CHECK (language IN ('zh', 'en')),
  theme       text        NOT NULL CHECK (theme IN ('system', 'light', 'dark')),
  -- Single-key shortcuts can be switched off (WCAG 2.1.4).
  keys        boolean     NOT NULL,
  changed_at  timestamptz NOT NULL
);
