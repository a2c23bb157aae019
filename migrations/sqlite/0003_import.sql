-- 0003_import.sql (sqlite; twin: migrations/postgres/0003_import.sql)
-- Runs of imports and what became of each row.
-- Phase: expand. New tables; nothing reads them before.

-- One run of an import. options is JSON: mapping, encoding, delimiter, sheet. counts as in ImportCounts.
CREATE TABLE import_job (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploaded', 'running', 'done', 'failed', 'undone')),
    on_duplicate TEXT NOT NULL CHECK (on_duplicate IN ('skip', 'fill_empty', 'overwrite', 'create')),
    options TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    total_rows INTEGER NOT NULL DEFAULT 0,
    done_rows INTEGER NOT NULL DEFAULT 0,
    created_rows INTEGER NOT NULL DEFAULT 0,
    updated_rows INTEGER NOT NULL DEFAULT 0,
    unchanged_rows INTEGER NOT NULL DEFAULT 0,
    warned_rows INTEGER NOT NULL DEFAULT 0,
    refused_rows INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER
) STRICT;

CREATE INDEX import_job_state ON import_job (state, number);

-- What became of each row: the records it made or changed, what they were before, and what was not taken.
CREATE TABLE import_row (
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
    PRIMARY KEY (import_id, row)
) STRICT;

CREATE INDEX import_row_result ON import_row (import_id, result, row);
