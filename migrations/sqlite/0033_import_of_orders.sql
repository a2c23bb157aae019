-- 0033_import_of_orders.sql (sqlite; twin: migrations/postgres/0033_import_of_orders.sql)
-- Rows of a run may be lines of orders and cases, too.
-- Phase: expand. The table is made anew, because SQLite changes no check; the release before this one goes on with it.

CREATE TABLE import_row_about_more (
    import_id BLOB NOT NULL REFERENCES import_job (id) ON DELETE CASCADE,
    row INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('created', 'updated', 'unchanged', 'warning', 'refused')),
    account_id BLOB,
    person_id BLOB,
    made_account INTEGER NOT NULL DEFAULT 0,
    made_person INTEGER NOT NULL DEFAULT 0,
    account_version INTEGER NOT NULL DEFAULT 0,
    person_version INTEGER NOT NULL DEFAULT 0,
    before_image TEXT NOT NULL DEFAULT '',
    errors TEXT NOT NULL DEFAULT '',
    -- '' for rows about customers and persons, which have columns of their own.
    record_kind TEXT NOT NULL DEFAULT '' CHECK (record_kind IN ('', 'opportunity', 'order', 'case', 'product')),
    record_id BLOB,
    made_record INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (import_id, row)
) STRICT;

INSERT INTO import_row_about_more
SELECT import_id, row, result, account_id, person_id, made_account, made_person, account_version, person_version, before_image,
    errors, record_kind, record_id, made_record
FROM import_row;

DROP TABLE import_row;

ALTER TABLE import_row_about_more RENAME TO import_row;

CREATE INDEX import_row_result ON import_row (import_id, result, row);

CREATE INDEX import_row_account ON import_row (account_id, import_id, made_account) WHERE account_id IS NOT NULL;

CREATE INDEX import_row_person ON import_row (person_id, import_id, made_person) WHERE person_id IS NOT NULL;

CREATE INDEX import_row_record ON import_row (record_id, import_id, made_record) WHERE record_id IS NOT NULL;

PRAGMA user_version = 33;
