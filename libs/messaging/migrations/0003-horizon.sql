-- The oldest transaction of this database that may still commit something, in the caller's snapshot; rows of transactions
-- below it can't be joined by earlier ones any more. Transactions of other databases of the instance write no rows here
-- and don't count; one whose session can't be told is taken for ours.
CREATE FUNCTION outbox_horizon() RETURNS xid8 LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot())
      THEN pg_snapshot_xmax(pg_current_snapshot())
    ELSE (
      SELECT coalesce(min(running), pg_snapshot_xmax(pg_current_snapshot()))
        FROM pg_snapshot_xip(pg_current_snapshot()) AS running
       WHERE mod(running::text::numeric, 4294967296) NOT IN (
         SELECT lock.transactionid::text::numeric
           FROM pg_locks AS lock
           JOIN pg_stat_activity AS session ON session.pid = lock.pid
          WHERE lock.locktype = 'transactionid' AND lock.mode = 'ExclusiveLock' AND lock.granted
            AND session.datname <> current_database())
    )
  END
$$;
