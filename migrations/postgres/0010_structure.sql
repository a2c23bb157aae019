-- 0010_structure.sql (postgres; twin: migrations/sqlite/0010_structure.sql)
-- How the organisation is divided: a tree of departments, and teams across them. Rights may reach so far.
-- Phase: expand. New tables and a column that may be empty.

CREATE TABLE department (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    parent_id UUID REFERENCES department (id)
);

CREATE INDEX department_parent ON department (parent_id);

-- Everybody belongs to one department at most.
ALTER TABLE "user" ADD COLUMN department_id UUID REFERENCES department (id);

CREATE INDEX user_department ON "user" (department_id) WHERE department_id IS NOT NULL;

CREATE TABLE team (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE team_member (
    team_id UUID NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
);

CREATE INDEX team_member_user ON team_member (user_id);

-- One row, counted up by every change of the above: whoever kept what was read knows when to read again, and changes
-- wait for each other here.
CREATE TABLE structure (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    version BIGINT NOT NULL
);

INSERT INTO structure (id, version) VALUES (1, 1);
