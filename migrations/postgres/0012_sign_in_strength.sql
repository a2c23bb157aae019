-- 0012_sign_in_strength.sql (postgres; twin: migrations/sqlite/0012_sign_in_strength.sql)
-- Links that work once, second steps, and when somebody last proved who they are.
-- Phase: expand. New tables, and columns with a value for rows of the release before this one.

-- Counted up whenever what somebody signs in with changes: links and half-done sign-ins of before are void then.
ALTER TABLE "user" ADD COLUMN credential_version BIGINT NOT NULL DEFAULT 0;

-- A session of before has proved nothing lately: 0.
ALTER TABLE session ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;

-- Invitations and links to set a password anew. secret_hash is SHA-256 of the secret in the link, which is stored nowhere.
CREATE TABLE one_time_link (
    secret_hash BYTEA PRIMARY KEY NOT NULL,
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('invite', 'reset')),
    credential_version BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX one_time_link_of_user ON one_time_link (user_id);

CREATE INDEX one_time_link_age ON one_time_link (expires_at);

-- The key of somebody's code generator, sealed by the key in the data folder. on_since is 0 until the first code came.
-- last_step is the newest interval of 30 seconds whose code was taken: none is taken twice.
CREATE TABLE second_step (
    user_id UUID PRIMARY KEY NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    sealed_key BYTEA NOT NULL,
    on_since BIGINT NOT NULL DEFAULT 0,
    last_step BIGINT NOT NULL DEFAULT 0,
    made_at BIGINT NOT NULL
);

-- What gets somebody in without the code generator. code_hash is SHA-256; the codes have 80 random bits.
CREATE TABLE recovery_code (
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, code_hash)
);

-- Sign-ins whose password fitted and whose code is still to come. No session: it opens nothing.
CREATE TABLE pending_sign_in (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    credential_version BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX pending_sign_in_age ON pending_sign_in (expires_at);

-- Roles that nobody may use without a second step.
CREATE TABLE second_step_role (
    role TEXT PRIMARY KEY NOT NULL
);
