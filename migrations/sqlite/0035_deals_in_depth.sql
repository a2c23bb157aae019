-- 0035_deals_in_depth.sql (sqlite; twin: migrations/postgres/0035_deals_in_depth.sql)
-- The people of a deal beside its main contact, who stays in opportunity.person_id.
-- Phase: expand. A new table; the release before this one leaves it alone.

-- role is what somebody is to the purchase, '' where nobody said. The main contact has a row only where somebody said
-- something of them.
CREATE TABLE opportunity_participant (
    opportunity_id BLOB NOT NULL REFERENCES opportunity (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (opportunity_id, person_id)
) STRICT;

CREATE INDEX opportunity_participant_person ON opportunity_participant (person_id, opportunity_id);

PRAGMA user_version = 35;
