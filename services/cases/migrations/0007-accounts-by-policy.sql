-- Who is treated under a version: asked when live cases are moved to another.
CREATE INDEX accounts_by_policy ON accounts (policy_id, policy_version, case_id) WHERE status <> 'closed';
