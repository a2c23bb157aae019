-- 0009_user_roles.sql (postgres; twin: migrations/sqlite/0009_user_roles.sql)
-- What somebody is to the organisation: one or several roles, whose rights add up.
-- Phase: expand. "user".role stays for the release before this one, which knows two roles: it goes on saying
-- admin or staff, and is not read any more.

CREATE TABLE user_role (
    user_id UUID NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
);

INSERT INTO user_role (user_id, role) SELECT id, role FROM "user";
