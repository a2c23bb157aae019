-- 0004_housekeeping.sql (postgres; twin: migrations/sqlite/0004_housekeeping.sql)
-- Who asked for an import to be taken back, and what makes leaving data leave whole and fast.
-- Phase: expand. New columns have defaults; releases before this one do not read them.

-- undo_by is who asked for the run to be taken back. file_removed says that the uploaded file is gone, values_removed that what its rows kept of cells is.
ALTER TABLE import_job ADD COLUMN undo_by UUID;

ALTER TABLE import_job ADD COLUMN file_removed BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE import_job ADD COLUMN values_removed BOOLEAN NOT NULL DEFAULT FALSE;

-- Notes that were taken off, for the day they leave for good.
CREATE INDEX activity_bin ON activity (deleted_at) WHERE deleted_at IS NOT NULL;

-- Look-alikes are searched among customers that are not in the bin, inside the index.
DROP INDEX account_name_core;

CREATE INDEX account_name_core ON account (name_core, number) WHERE deleted_at IS NULL;

DROP INDEX account_name_back;

CREATE INDEX account_name_back ON account (name_back, number) WHERE deleted_at IS NULL;
