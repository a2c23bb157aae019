-- 0027_activities.sql (postgres; twin: migrations/sqlite/0027_activities.sql)
-- Calls, visits, meetings and tasks beside notes, and what somebody is told of by the bell.
-- Phase: expand. The release before this one goes on with it.

ALTER TABLE activity DROP CONSTRAINT activity_kind_check;

ALTER TABLE activity ADD CONSTRAINT activity_kind_check CHECK (kind IN ('note', 'call', 'visit', 'meeting', 'task'));

-- is_open says that it is planned and not done. Due is an instant, and the day and the minute after midnight that people set in
-- the zone of the organisation: 0, '' and -1 for some day, -1 in due_minute for a day without a time. 0 in remind_at means that
-- nobody is reminded, in done_at not done; '' in result, place, remind and title nothing. owner_id is who does it; notes have none.
ALTER TABLE activity
    ADD COLUMN title TEXT NOT NULL DEFAULT '',
    ADD COLUMN place TEXT NOT NULL DEFAULT '',
    ADD COLUMN result TEXT NOT NULL DEFAULT '',
    ADD COLUMN owner_id UUID,
    ADD COLUMN is_open BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN due_on TEXT NOT NULL DEFAULT '',
    ADD COLUMN due_minute BIGINT NOT NULL DEFAULT -1,
    ADD COLUMN remind TEXT NOT NULL DEFAULT '',
    ADD COLUMN remind_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN done_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX activity_open_owner ON activity (owner_id, due_at, id) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX activity_open_subject ON activity (subject_id, due_at, id) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX activity_remind ON activity (remind_at) WHERE is_open AND deleted_at IS NULL AND remind_at > 0;

CREATE INDEX activity_done_owner ON activity (owner_id, done_at) WHERE done_at > 0 AND deleted_at IS NULL;

-- What somebody is told of: ids only, so that what it says is read by their rights. NULL in by_id is the installation itself,
-- 0 in read_at not read yet.
CREATE TABLE notification (
    id UUID PRIMARY KEY NOT NULL,
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('due', 'given', 'done', 'in_charge')),
    subject_id UUID NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person', 'opportunity')),
    activity_id UUID REFERENCES activity (id) ON DELETE CASCADE,
    by_id UUID,
    at BIGINT NOT NULL,
    read_at BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX notification_user ON notification (user_id, at, id);

CREATE INDEX notification_unread ON notification (user_id) WHERE read_at = 0;

CREATE INDEX notification_activity ON notification (activity_id) WHERE activity_id IS NOT NULL;

CREATE INDEX notification_subject ON notification (subject_id);

CREATE INDEX notification_old ON notification (at);
