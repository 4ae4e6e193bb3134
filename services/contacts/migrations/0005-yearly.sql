-- Training and reviews are yearly: none lasts longer than a year from when it was entered, a day more for the zones between.
UPDATE collectors SET trained_until = LEAST(trained_until, (changed_at AT TIME ZONE 'UTC')::date + 367);
UPDATE agencies
   SET inspected_until = LEAST(inspected_until, (changed_at AT TIME ZONE 'UTC')::date + 367),
       evaluated_until = LEAST(evaluated_until, (changed_at AT TIME ZONE 'UTC')::date + 367);
ALTER TABLE collectors
  ADD CONSTRAINT collectors_trained_yearly CHECK (trained_until <= (changed_at AT TIME ZONE 'UTC')::date + 367);
ALTER TABLE agencies
  ADD CONSTRAINT agencies_reviewed_yearly CHECK (
    GREATEST(inspected_until, evaluated_until) <= (changed_at AT TIME ZONE 'UTC')::date + 367
  );
