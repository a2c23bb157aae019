-- 0013_own_roles.sql (sqlite; twin: migrations/postgres/0013_own_roles.sql)
-- Roles that an organisation makes itself. A user holds one by its id in user_role.role, where those that every
-- installation has stand by their codes.
-- Phase: expand. New tables; the release before this one lets nobody in who holds a role it does not know.

CREATE TABLE role (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
) STRICT;

-- What a role allows: a row for each right that reaches any record.
CREATE TABLE role_right (
    role_id BLOB NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    object TEXT NOT NULL,
    action TEXT NOT NULL,
    reach TEXT NOT NULL,
    PRIMARY KEY (role_id, object, action)
) STRICT;

PRAGMA user_version = 13;
