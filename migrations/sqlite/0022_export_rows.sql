-- 0022_export_rows.sql (sqlite; twin: migrations/postgres/0022_export_rows.sql)
-- How many rows one export may take out at most.
-- Phase: expand.

ALTER TABLE organisation ADD COLUMN export_rows INTEGER NOT NULL DEFAULT 50000;

PRAGMA user_version = 22;
