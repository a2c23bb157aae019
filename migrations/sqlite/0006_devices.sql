-- 0006_devices.sql (sqlite; twin: migrations/postgres/0006_devices.sql)
-- Browsers that somebody has signed in with before, so that a stranger's wrong guesses cannot lock them out.
-- Phase: expand. A new table; nothing reads it before.

-- token_hash is SHA-256 of the secret in the browser's cookie, which is stored nowhere. A shared tablet has a line for each user.
CREATE TABLE device (
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash, user_id)
) STRICT;

CREATE INDEX device_of_user ON device (user_id, last_seen_at);

CREATE INDEX device_age ON device (last_seen_at);

-- For whoever looks at the file with another tool: the number of the newest step.
PRAGMA user_version = 6;
