-- 0028_import_of_deals.sql (postgres; twin: migrations/sqlite/0028_import_of_deals.sql)
-- Rows of a run may be deals or products: which record each of them made, found or changed.
-- Phase: expand. New columns and an index; the release before this one leaves them alone.

-- '' for rows about customers and persons, which have columns of their own.
ALTER TABLE import_row ADD COLUMN record_kind TEXT NOT NULL DEFAULT '' CHECK (record_kind IN ('', 'opportunity', 'product'));

ALTER TABLE import_row ADD COLUMN record_id UUID;

ALTER TABLE import_row ADD COLUMN made_record BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX import_row_record ON import_row (record_id, import_id, made_record) WHERE record_id IS NOT NULL;
