-- The next step that the last decision promised, and when its time comes: what is late is found by it, nothing looks
-- through all cases.
ALTER TABLE cases ADD COLUMN due_step text, ADD COLUMN due_at timestamptz;
CREATE INDEX cases_due ON cases (due_at) WHERE status = 'open' AND due_at IS NOT NULL;
