-- 0018_passkeys.sql (postgres; twin: migrations/sqlite/0018_passkeys.sql)
-- Passkeys: signing in by what a device keeps and its owner unlocks, instead of a password.
-- Phase: expand. New tables; the release before this one does not know them.

-- credential holds the public key and what the device said of itself when it was made; nothing in it is secret. host is the
-- name of the server it works for. counter is the newest one a use came with: it never goes back.
CREATE TABLE passkey (
    id UUID PRIMARY KEY NOT NULL,
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    credential_id BYTEA NOT NULL,
    credential TEXT NOT NULL,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    counter BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);

CREATE INDEX passkey_of_user ON passkey (user_id, made_at);

-- Challenges that wait for the answer of a browser. ticket_hash is SHA-256 of what the answer comes with; bound_to is the
-- session or the half-done sign-in that it is for, empty while nobody is signed in.
CREATE TABLE passkey_challenge (
    ticket_hash BYTEA PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('make', 'enter', 'second_step', 'confirm')),
    bound_to BYTEA NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX passkey_challenge_age ON passkey_challenge (expires_at);
