-- 0023_merges.sql (postgres; twin: migrations/sqlite/0023_merges.sql)
-- Records that became one with another: how they were before, for as long as they can be parted again, and for good
-- where their numbers and their ids in other systems lead.
-- Phase: expand. New tables only.

-- image holds what was moved and what stood on the record that stayed; empty once they cannot be parted any more.
-- depth is one more than that of every earlier merge that reached the same records and has not been taken back: of
-- several the deepest is taken back first.
CREATE TABLE merge_log (
    id UUID PRIMARY KEY NOT NULL,
    object TEXT NOT NULL CHECK (object IN ('account', 'person')),
    survivor_id UUID NOT NULL,
    image TEXT NOT NULL,
    depth BIGINT NOT NULL,
    merged_at BIGINT NOT NULL,
    merged_by UUID NOT NULL,
    split_at BIGINT,
    split_by UUID
);

CREATE INDEX merge_log_survivor ON merge_log (survivor_id, merged_at);

-- The records that a merge reached: those that became one (merged), and those whose jobs it moved.
CREATE TABLE merge_reach (
    record_id UUID NOT NULL,
    merge_id UUID NOT NULL REFERENCES merge_log (id),
    merged BOOLEAN NOT NULL,
    PRIMARY KEY (record_id, merge_id)
);

CREATE INDEX merge_reach_merge ON merge_reach (merge_id);

-- record_id went into survivor_id.
CREATE TABLE merged_record (
    record_id UUID PRIMARY KEY NOT NULL,
    object TEXT NOT NULL CHECK (object IN ('account', 'person')),
    number BIGINT NOT NULL,
    survivor_id UUID NOT NULL,
    merge_id UUID NOT NULL REFERENCES merge_log (id),
    source_system TEXT,
    external_id TEXT
);

CREATE UNIQUE INDEX merged_record_number ON merged_record (object, number);

CREATE INDEX merged_record_survivor ON merged_record (survivor_id);

CREATE INDEX merged_record_merge ON merged_record (merge_id);

CREATE INDEX merged_record_external ON merged_record (object, source_system, external_id) WHERE external_id IS NOT NULL;
