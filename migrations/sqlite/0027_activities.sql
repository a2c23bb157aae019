-- 0027_activities.sql (sqlite; twin: migrations/postgres/0027_activities.sql)
-- Calls, visits, meetings and tasks beside notes, and what somebody is told of by the bell.
-- Phase: expand. The table is made anew, because SQLite changes no check; the release before this one goes on with it.

-- is_open says that it is planned and not done. Due is an instant, and the day and the minute after midnight that people set in
-- the zone of the organisation: 0, '' and -1 for some day, -1 in due_minute for a day without a time. 0 in remind_at means that
-- nobody is reminded, in done_at not done; '' in result, place, remind and title nothing. owner_id is who does it; notes have none.
CREATE TABLE activity_of_all_kinds (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('note', 'call', 'visit', 'meeting', 'task')),
    subject_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person', 'opportunity')),
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '',
    owner_id BLOB,
    is_open INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL DEFAULT 0,
    due_on TEXT NOT NULL DEFAULT '',
    due_minute INTEGER NOT NULL DEFAULT -1,
    remind TEXT NOT NULL DEFAULT '',
    remind_at INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER NOT NULL DEFAULT 0,
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

INSERT INTO activity_of_all_kinds (id, kind, subject_id, subject_kind, body, pinned, at, edited_at, version, created_at,
    created_by, updated_at, updated_by, deleted_at, deleted_by)
SELECT id, kind, subject_id, subject_kind, body, pinned, at, edited_at, version, created_at, created_by, updated_at,
    updated_by, deleted_at, deleted_by
FROM activity;

DROP TABLE activity;

ALTER TABLE activity_of_all_kinds RENAME TO activity;

CREATE INDEX activity_subject ON activity (subject_id, at, id) WHERE deleted_at IS NULL;

CREATE INDEX activity_bin ON activity (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE INDEX activity_open_owner ON activity (owner_id, due_at, id) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX activity_open_subject ON activity (subject_id, due_at, id) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX activity_remind ON activity (remind_at) WHERE is_open AND deleted_at IS NULL AND remind_at > 0;

CREATE INDEX activity_done_owner ON activity (owner_id, done_at) WHERE done_at > 0 AND deleted_at IS NULL;

-- What somebody is told of: ids only, so that what it says is read by their rights. NULL in by_id is the installation itself,
-- 0 in read_at not read yet.
CREATE TABLE notification (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('due', 'given', 'done', 'in_charge')),
    subject_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person', 'opportunity')),
    activity_id BLOB REFERENCES activity (id) ON DELETE CASCADE,
    by_id BLOB,
    at INTEGER NOT NULL,
    read_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX notification_user ON notification (user_id, at, id);

CREATE INDEX notification_unread ON notification (user_id) WHERE read_at = 0;

CREATE INDEX notification_activity ON notification (activity_id) WHERE activity_id IS NOT NULL;

CREATE INDEX notification_subject ON notification (subject_id);

CREATE INDEX notification_old ON notification (at);

PRAGMA user_version = 27;
