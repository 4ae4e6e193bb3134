-- Lifting a stop order needs a second person as well: until he agrees the order stays in force.
ALTER TABLE stop_orders
  ADD COLUMN lift_requested_by text,
  ADD COLUMN lift_requested_at timestamptz,
  ADD CONSTRAINT stop_orders_lift_asked CHECK (
    (lift_requested_by IS NULL) = (lift_requested_at IS NULL) AND (lift_requested_by IS NULL OR state IN ('in-force', 'lifted'))
  );
