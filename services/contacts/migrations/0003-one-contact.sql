-- A permit is bound to one contact: a message, a dial or a visit. The last two have no template.
ALTER TABLE permits RENAME COLUMN message_id TO contact_id;
ALTER INDEX permits_by_message RENAME TO permits_by_contact;
ALTER TABLE permits ALTER COLUMN template_id DROP NOT NULL;
ALTER TABLE permits ALTER COLUMN template_version DROP NOT NULL;
ALTER TABLE permit_denials RENAME COLUMN message_id TO contact_id;
