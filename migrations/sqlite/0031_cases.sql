-- 0031_cases.sql (sqlite; twin: migrations/postgres/0031_cases.sql)
-- Feedback: what customers ask, suggest and complain about, with the thread of each case and the times by which it is due.
-- Phase: expand. New tables; the release before this one leaves them alone.

-- number is what people use (F-88). Instants are milliseconds; 0 means never. due_at is what is due next, first answer or
-- solution, and 253402300799999 while nothing is: the case waits for the customer or is done. paused_since is when the clock
-- stopped, paused_for how long it stood before, in milliseconds of business hours.
CREATE TABLE feedback_case (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('complaint', 'question', 'suggestion')),
    subject TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    priority TEXT NOT NULL CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
    status TEXT NOT NULL CHECK (status IN ('new', 'triaged', 'in_progress', 'waiting', 'resolved', 'closed')),
    is_open INTEGER NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'email', 'chat', 'visit', 'form', 'survey', 'other')),
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    person_id BLOB REFERENCES person (id) ON DELETE SET NULL,
    contact TEXT NOT NULL DEFAULT '',
    cause TEXT NOT NULL DEFAULT '',
    solution TEXT NOT NULL DEFAULT '',
    owner_id BLOB REFERENCES "user" (id),
    source_system TEXT,
    external_id TEXT,
    first_due_at INTEGER NOT NULL,
    first_answered_at INTEGER NOT NULL DEFAULT 0,
    solve_due_at INTEGER NOT NULL,
    solved_at INTEGER NOT NULL DEFAULT 0,
    paused_since INTEGER NOT NULL DEFAULT 0,
    paused_for INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    told_overdue INTEGER NOT NULL DEFAULT 0,
    last_message_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

-- The inbox: what is open, by what is due next; that of one owner; and all cases, newest first.
CREATE INDEX feedback_case_inbox ON feedback_case (due_at, number) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX feedback_case_owner ON feedback_case (owner_id, due_at, number) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX feedback_case_open ON feedback_case (number) WHERE is_open AND deleted_at IS NULL;

CREATE INDEX feedback_case_done ON feedback_case (number) WHERE NOT is_open AND deleted_at IS NULL;

CREATE INDEX feedback_case_account ON feedback_case (account_id, number) WHERE account_id IS NOT NULL;

CREATE INDEX feedback_case_person ON feedback_case (person_id, number) WHERE person_id IS NOT NULL;

-- What files bring is found again by the id it has there.
CREATE UNIQUE INDEX feedback_case_external ON feedback_case (source_system, external_id) WHERE external_id IS NOT NULL;

CREATE INDEX feedback_case_bin ON feedback_case (deleted_at, number) WHERE deleted_at IS NOT NULL;

-- Figures: those that came in and those that were solved, by time.
CREATE INDEX feedback_case_came ON feedback_case (created_at, kind, owner_id) WHERE deleted_at IS NULL;

CREATE INDEX feedback_case_solved ON feedback_case (solved_at, owner_id, first_answered_at, first_due_at, paused_since, solve_due_at)
    WHERE NOT is_open AND deleted_at IS NULL;

-- What is overdue and was told to nobody yet.
CREATE INDEX feedback_case_overdue ON feedback_case (due_at) WHERE is_open AND NOT told_overdue AND deleted_at IS NULL;

-- kind says who reads it: the customer's words, an answer to the customer, or a note among colleagues.
CREATE TABLE case_message (
    id BLOB PRIMARY KEY NOT NULL,
    case_id BLOB NOT NULL REFERENCES feedback_case (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'answer', 'note')),
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    created_by BLOB NOT NULL
) STRICT;

CREATE INDEX case_message_thread ON case_message (case_id, at, id);

-- Whoever holds a role made here that shows customers sees their cases as far, and writes into them where it writes notes.
INSERT INTO role_right (role_id, object, action, reach)
SELECT role_id, 'case', 'view', reach FROM role_right WHERE object = 'account' AND action = 'view';

-- Whoever is in charge of a case hears of it: SQLite has no other way to another check than another table.
CREATE TABLE notification_of_cases (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('due', 'given', 'done', 'in_charge', 'overdue')),
    subject_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person', 'opportunity', 'case')),
    activity_id BLOB REFERENCES activity (id) ON DELETE CASCADE,
    by_id BLOB,
    at INTEGER NOT NULL,
    read_at INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO notification_of_cases (id, user_id, kind, subject_id, subject_kind, activity_id, by_id, at, read_at)
SELECT id, user_id, kind, subject_id, subject_kind, activity_id, by_id, at, read_at FROM notification;

DROP TABLE notification;

ALTER TABLE notification_of_cases RENAME TO notification;

CREATE INDEX notification_user ON notification (user_id, at, id);

CREATE INDEX notification_unread ON notification (user_id) WHERE read_at = 0;

CREATE INDEX notification_activity ON notification (activity_id) WHERE activity_id IS NOT NULL;

CREATE INDEX notification_subject ON notification (subject_id);

CREATE INDEX notification_old ON notification (at);

PRAGMA user_version = 31;
