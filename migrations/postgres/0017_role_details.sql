-- 0017_role_details.sql (postgres; twin: migrations/sqlite/0017_role_details.sql)
-- What a role sees of the details of a customer or person, and an index of words that keeps names, phones, messages and
-- codes apart (by weight), so that nobody finds a record by what they do not see.
-- Phase: contract. The indexes are filled anew at the next start; the release before this one cannot run beside.

-- A row for each detail that is not both seen and changed.
CREATE TABLE role_detail (
    role_id UUID NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    access TEXT NOT NULL,
    PRIMARY KEY (role_id, object, detail)
);

-- Whoever reveals a detail by this role says why.
ALTER TABLE role ADD COLUMN asks_reason BOOLEAN NOT NULL DEFAULT FALSE;
