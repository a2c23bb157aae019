-- 0024_cookies_renewed.sql (postgres; twin: migrations/sqlite/0024_cookies_renewed.sql)
-- A session gets another cookie when whoever is signed in proves who they are or changes the password. The one before
-- is good for requests that are on their way, and for nothing that takes such a proof.
-- Phase: expand. New columns only.

ALTER TABLE session ADD COLUMN former_hash BYTEA;

ALTER TABLE session ADD COLUMN former_until BIGINT NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX session_former ON session (former_hash) WHERE former_hash IS NOT NULL;
