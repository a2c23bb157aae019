-- 0010_structure.sql (sqlite; twin: migrations/postgres/0010_structure.sql)
-- How the organisation is divided: a tree of departments, and teams across them. Rights may reach so far.
-- Phase: expand. New tables and a column that may be empty.

CREATE TABLE department (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    parent_id BLOB REFERENCES department (id)
) STRICT;

CREATE INDEX department_parent ON department (parent_id);

-- Everybody belongs to one department at most.
ALTER TABLE "user" ADD COLUMN department_id BLOB REFERENCES department (id);

CREATE INDEX user_department ON "user" (department_id) WHERE department_id IS NOT NULL;

CREATE TABLE team (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE team_member (
    team_id BLOB NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
) STRICT;

CREATE INDEX team_member_user ON team_member (user_id);

-- One row, counted up by every change of the above: whoever kept what was read knows when to read again, and changes
-- wait for each other here.
CREATE TABLE structure (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO structure (id, version) VALUES (1, 1);

PRAGMA user_version = 10;
