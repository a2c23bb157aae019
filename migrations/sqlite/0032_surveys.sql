-- 0032_surveys.sql (sqlite; twin: migrations/postgres/0032_surveys.sql)
-- Surveys: what customers are asked, by an open link or by one of their own, and what they answered.
-- Phase: expand. New tables; the release before this one leaves them alone.

-- number is what people use (S-3). token is the open link: it is printed and passed on, and so no secret. closes_at is the end of
-- the day closes_on where the organisation's clocks are. opens_case: a bad answer becomes a case of whoever serves the customer.
CREATE TABLE survey (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('nps', 'csat', 'ces', 'form', 'feedback')),
    status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'open', 'closed')),
    title_en TEXT NOT NULL DEFAULT '',
    title_zh TEXT NOT NULL DEFAULT '',
    intro_en TEXT NOT NULL DEFAULT '',
    intro_zh TEXT NOT NULL DEFAULT '',
    closes_on TEXT,
    closes_at INTEGER,
    opens_case INTEGER NOT NULL DEFAULT 1,
    token TEXT NOT NULL UNIQUE,
    owner_id BLOB,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

CREATE INDEX survey_bin ON survey (deleted_at, number) WHERE deleted_at IS NOT NULL;

-- options_en and options_zh hold an option a line, as many lines in each that is not empty.
CREATE TABLE survey_question (
    id BLOB PRIMARY KEY NOT NULL,
    survey_id BLOB NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('nps', 'csat', 'ces', 'single', 'multi', 'text', 'topic', 'subject', 'contact')),
    title_en TEXT NOT NULL DEFAULT '',
    title_zh TEXT NOT NULL DEFAULT '',
    required INTEGER NOT NULL,
    options_en TEXT NOT NULL DEFAULT '',
    options_zh TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL
) STRICT;

CREATE INDEX survey_question_survey ON survey_question (survey_id, position);

-- A link of one customer. The token itself stands in the link and nowhere else.
CREATE TABLE survey_send (
    id BLOB PRIMARY KEY NOT NULL,
    survey_id BLOB NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    answered_at INTEGER
) STRICT;

CREATE INDEX survey_send_survey ON survey_send (survey_id, created_at);

CREATE INDEX survey_send_account ON survey_send (account_id);

-- operation_id is the browser's name for one attempt: sent twice, it counts once. owner_id was in charge of the customer then.
-- reason says why an answer waits to be looked at. It leaves with its customer.
CREATE TABLE survey_response (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    survey_id BLOB NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
    send_id BLOB UNIQUE REFERENCES survey_send (id) ON DELETE SET NULL,
    operation_id BLOB NOT NULL UNIQUE,
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    owner_id BLOB,
    lang TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('link', 'code', 'personal')),
    state TEXT NOT NULL CHECK (state IN ('accepted', 'quarantined', 'rejected')),
    reason TEXT NOT NULL DEFAULT '',
    submitted_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by BLOB
) STRICT;

CREATE INDEX survey_response_list ON survey_response (survey_id, state, submitted_at, number);

CREATE INDEX survey_response_when ON survey_response (submitted_at) WHERE state = 'accepted';

CREATE INDEX survey_response_account ON survey_response (account_id, submitted_at) WHERE account_id IS NOT NULL;

-- score for scales, options for choices (places from 0, with commas), text for the rest.
CREATE TABLE survey_answer (
    id BLOB PRIMARY KEY NOT NULL,
    response_id BLOB NOT NULL REFERENCES survey_response (id) ON DELETE CASCADE,
    question_id BLOB NOT NULL REFERENCES survey_question (id) ON DELETE CASCADE,
    score INTEGER,
    options TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX survey_answer_response ON survey_answer (response_id, question_id);

CREATE INDEX survey_answer_question ON survey_answer (question_id, score);

-- Whoever holds a role made here that shows customers sees what they were asked; the answers of which customers, the role says.
INSERT INTO role_right (role_id, object, action, reach)
SELECT role_id, 'survey', 'view', 'all' FROM role_right WHERE object = 'account' AND action = 'view';

PRAGMA user_version = 32;
