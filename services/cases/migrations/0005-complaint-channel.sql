-- Where a debtor may complain, as the agreement's messages name it. Agreements from before have none until one is added.
ALTER TABLE agreements ADD COLUMN complaint_channel text;
