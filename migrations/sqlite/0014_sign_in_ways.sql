-- 0014_sign_in_ways.sql (sqlite; twin: migrations/postgres/0014_sign_in_ways.sql)
-- Signing in by the account of another system (OpenID Connect).
-- Phase: expand. New tables, and columns with a value for rows of the release before this one.

-- The other system: one row or none. What Rapport proves itself with there is sealed by the key in the data folder.
CREATE TABLE sign_in_provider (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    switched_on INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    button_zh TEXT NOT NULL,
    button_en TEXT NOT NULL,
    checks_second_step INTEGER NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Whose account there is whose here. The subject never changes and is given to nobody else; e-mail addresses are.
CREATE TABLE provider_link (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;

CREATE UNIQUE INDEX provider_link_of_user ON provider_link (user_id, issuer);

-- Ways to the other system that came back. state_hash is SHA-256; each comes back once.
CREATE TABLE provider_return (
    state_hash BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX provider_return_age ON provider_return (expires_at);

-- How somebody signed in: password, provider, or provider_vouched for one that checked a second step.
ALTER TABLE session ADD COLUMN way TEXT NOT NULL DEFAULT 'password';

-- The account there of a sign-in that waits for its code; empty after a password.
ALTER TABLE pending_sign_in ADD COLUMN issuer TEXT NOT NULL DEFAULT '';

ALTER TABLE pending_sign_in ADD COLUMN subject TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 14;
