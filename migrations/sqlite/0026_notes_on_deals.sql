-- 0026_notes_on_deals.sql (sqlite; twin: migrations/postgres/0026_notes_on_deals.sql)
-- Notes may be about a deal, too.
-- Phase: expand. The table is made anew, because SQLite changes no check; the release before this one goes on with it.

CREATE TABLE activity_about_more (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('note')),
    subject_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person', 'opportunity')),
    body TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,
    edited_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

INSERT INTO activity_about_more
SELECT id, kind, subject_id, subject_kind, body, pinned, at, edited_at, version, created_at, created_by, updated_at,
    updated_by, deleted_at, deleted_by
FROM activity;

DROP TABLE activity;

ALTER TABLE activity_about_more RENAME TO activity;

CREATE INDEX activity_subject ON activity (subject_id, at, id) WHERE deleted_at IS NULL;

CREATE INDEX activity_bin ON activity (deleted_at) WHERE deleted_at IS NOT NULL;

PRAGMA user_version = 26;
