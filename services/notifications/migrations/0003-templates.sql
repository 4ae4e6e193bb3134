-- Every version of every text that may reach a debtor. Its content never changes: another text is another version.
-- Versions that come with the product count from 1, the house's own from 1001, so that neither takes the other's number.
CREATE TABLE template_versions (
  template_id   text        NOT NULL,
  version       integer     NOT NULL CHECK (version > 0),
  channel       text        NOT NULL CHECK (channel IN ('sms', 'email', 'letter', 'voiceBot')),
  purpose       text        NOT NULL,
  content       jsonb       NOT NULL,
  content_hash  text        NOT NULL,
  source        text        NOT NULL CHECK (source IN ('shipped', 'house')),
  status        text        NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'retired')),
  -- Business date from which an approved version is used.
  live_from     date,
  -- What the check found that does not forbid the text, and by which lists of phrases it was made.
  findings      jsonb       NOT NULL DEFAULT '[]',
  phrases       text        NOT NULL,
  authored_by   text        NOT NULL,
  authored_at   timestamptz NOT NULL,
  submitted_by  text,
  submitted_at  timestamptz,
  approved_by   text,
  approved_at   timestamptz,
  retired_by    text,
  retired_at    timestamptz,
  retired_because text,
  PRIMARY KEY (template_id, version),
  CHECK (status <> 'approved' OR (approved_by IS NOT NULL AND live_from IS NOT NULL)),
  -- Four eyes: whoever wrote or submitted a text does not let it out.
  CHECK (approved_by IS NULL OR (approved_by <> authored_by AND approved_by IS DISTINCT FROM submitted_by))
);
CREATE INDEX template_versions_usable ON template_versions (template_id, version) WHERE status = 'approved';

CREATE FUNCTION template_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.template_id, NEW.version, NEW.channel, NEW.purpose, NEW.content, NEW.content_hash, NEW.authored_by)
     IS DISTINCT FROM
     (OLD.template_id, OLD.version, OLD.channel, OLD.purpose, OLD.content, OLD.content_hash, OLD.authored_by) THEN
    RAISE EXCEPTION 'a template version never changes its content';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER template_content_stays BEFORE UPDATE ON template_versions
  FOR EACH ROW EXECUTE FUNCTION template_content_stays();
