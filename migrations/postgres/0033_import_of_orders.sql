-- 0033_import_of_orders.sql (postgres; twin: migrations/sqlite/0033_import_of_orders.sql)
-- Rows of a run may be lines of orders and cases, too.
-- Phase: expand. A check takes one more word; the release before this one does not write it.

ALTER TABLE import_row DROP CONSTRAINT import_row_record_kind_check;

ALTER TABLE import_row ADD CONSTRAINT import_row_record_kind_check CHECK (record_kind IN ('', 'opportunity', 'order', 'case', 'product'));
