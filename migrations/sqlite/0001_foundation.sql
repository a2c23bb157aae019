-- 0001_foundation.sql (sqlite; twin: migrations/postgres/0001_foundation.sql)
-- Who uses the installation, and what is remembered of what they did: organisation, users, sessions, throttling, trail.
-- Phase: expand. New tables; nothing reads them before.

-- One row: the organisation that runs this installation.
CREATE TABLE organisation (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    lang TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    region TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
) STRICT;

-- Settings of the installation itself, by name; the value is JSON.
CREATE TABLE setting (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- People who sign in. email is as typed, email_norm is what is compared.
CREATE TABLE "user" (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    email_norm TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'staff')),
    lang TEXT,
    theme TEXT NOT NULL DEFAULT 'auto',
    density TEXT NOT NULL DEFAULT 'default',
    disabled INTEGER NOT NULL DEFAULT 0,
    last_seen_at INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- What proves who somebody is; today an argon2id hash in PHC form.
CREATE TABLE credential (
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('password')),
    secret TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT;

-- Signed-in browsers. token_hash is SHA-256 of the cookie's secret, which is stored nowhere.
CREATE TABLE session (
    id BLOB PRIMARY KEY NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;

CREATE INDEX session_of_user ON session (user_id, last_seen_at);

CREATE INDEX session_expiry ON session (expires_at);

-- Failed sign-ins by account and by address, shared by every node.
CREATE TABLE sign_in_throttle (
    subject TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_throttle_age ON sign_in_throttle (updated_at);

-- One attempt to write, by the client's name for it: sent twice, done once. answer is JSON, kept 24 hours.
CREATE TABLE operation (
    user_id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, operation_id)
) STRICT;

CREATE INDEX operation_age ON operation (created_at);

-- The trail: who did what to which record, from what to what. fields is a JSON list of {field, before, after}.
CREATE TABLE audit_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    origin TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id BLOB NOT NULL,
    event TEXT NOT NULL,
    version INTEGER NOT NULL,
    fields TEXT NOT NULL
) STRICT;

CREATE INDEX audit_log_object ON audit_log (object_id, number);
