-- 0021_view_as_role.sql (sqlite; twin: migrations/postgres/0021_view_as_role.sql)
-- Administrators look at everything as somebody who holds one role and nothing else.
-- Phase: expand. A new column; the release before this one takes such a session for one that looks as itself, and ends that.

-- Which role a session looks as, as in user_role; viewed_user_id is its own user then.
ALTER TABLE session ADD COLUMN viewed_role TEXT;

PRAGMA user_version = 21;
