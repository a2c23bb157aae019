-- 0015_shares.sql (postgres; twin: migrations/sqlite/0015_shares.sql)
-- Single records shared with a user or a team beyond what their rights reach. until_at is the moment the share ends, the
-- first of the day after until_day where the organisation is.
-- Phase: expand. A new table and a column with a default.

CREATE TABLE record_share (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID REFERENCES account (id) ON DELETE CASCADE,
    person_id UUID REFERENCES person (id) ON DELETE CASCADE,
    user_id UUID REFERENCES "user" (id) ON DELETE CASCADE,
    team_id UUID REFERENCES team (id) ON DELETE CASCADE,
    level TEXT NOT NULL CHECK (level IN ('see', 'change')),
    until_at BIGINT,
    until_day TEXT,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL,
    CHECK ((account_id IS NULL) <> (person_id IS NULL)),
    CHECK ((user_id IS NULL) <> (team_id IS NULL)),
    CHECK ((until_at IS NULL) = (until_day IS NULL))
);

CREATE INDEX record_share_account ON record_share (account_id) WHERE account_id IS NOT NULL;

CREATE INDEX record_share_person ON record_share (person_id) WHERE person_id IS NOT NULL;

CREATE INDEX record_share_user ON record_share (user_id) WHERE user_id IS NOT NULL;

CREATE INDEX record_share_team ON record_share (team_id) WHERE team_id IS NOT NULL;

-- Counted up by every change of the above; nought as long as nothing was ever shared.
ALTER TABLE structure ADD COLUMN shares BIGINT NOT NULL DEFAULT 0;
