-- 0005_import_records.sql (postgres; twin: migrations/sqlite/0005_import_records.sql)
-- Which rows of a run named a record: for later rows of the same file, when it leaves the bin for good, and when a run
-- is taken back.
-- Phase: expand. New indexes only.

CREATE INDEX import_row_account ON import_row (account_id, import_id, made_account) WHERE account_id IS NOT NULL;
CREATE INDEX import_row_person ON import_row (person_id, import_id, made_person) WHERE person_id IS NOT NULL;
