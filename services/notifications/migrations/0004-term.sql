-- Days after delivery within which a letter asks for payment, of the step that planned it: its text says them.
ALTER TABLE messages ADD COLUMN term_days integer CHECK (term_days BETWEEN 0 AND 3650);
