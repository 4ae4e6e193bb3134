-- Both are functions for their cached plans: planning over the days of the inbox costs more than running, for each event.

-- Takes a key for the rest of the transaction and tells whether a row is the one to be handled now: 'mine'; 'done', when
-- it was settled before; 'wait', when another process has the key, an earlier row is open, or the key rests.
-- The second statement has a snapshot of its own, so it sees what the last holder of the lock committed.
CREATE FUNCTION inbox_turn(of_consumer text, of_topic text, of_key text, of_id bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  first_open bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended(of_consumer || '|' || of_topic || '|' || of_key, 7301002)) THEN
    RETURN 'wait';
  END IF;
  PERFORM 1 FROM inbox_keys WHERE consumer = of_consumer AND topic = of_topic AND key = of_key AND retry_at > now();
  IF FOUND THEN
    RETURN 'wait';
  END IF;
  SELECT min(open.id) INTO first_open
    FROM (SELECT inbox.id
            FROM inbox
           WHERE consumer = of_consumer AND topic = of_topic AND key = of_key AND state = 'pending'
          OFFSET 0) AS open;
  RETURN CASE WHEN first_open = of_id THEN 'mine'
              WHEN first_open IS NULL OR first_open > of_id THEN 'done'
              ELSE 'wait' END;
END $$;

CREATE FUNCTION inbox_handled(of_day date, of_id bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE inbox SET state = 'handled', settled_at = now() WHERE day = of_day AND id = of_id;
END $$;
