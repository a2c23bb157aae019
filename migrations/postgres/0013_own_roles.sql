-- 0013_own_roles.sql (postgres; twin: migrations/sqlite/0013_own_roles.sql)
-- Roles that an organisation makes itself. A user holds one by its id in user_role.role, where those that every
-- installation has stand by their codes.
-- Phase: expand. New tables; the release before this one lets nobody in who holds a role it does not know.

CREATE TABLE role (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

-- What a role allows: a row for each right that reaches any record.
CREATE TABLE role_right (
    role_id UUID NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    object TEXT NOT NULL,
    action TEXT NOT NULL,
    reach TEXT NOT NULL,
    PRIMARY KEY (role_id, object, action)
);
