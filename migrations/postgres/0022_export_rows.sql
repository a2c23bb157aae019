-- 0022_export_rows.sql (postgres; twin: migrations/sqlite/0022_export_rows.sql)
-- How many rows one export may take out at most.
-- Phase: expand.

ALTER TABLE organisation ADD COLUMN export_rows BIGINT NOT NULL DEFAULT 50000;
