-- 0025_opportunities.sql (sqlite; twin: migrations/postgres/0025_opportunities.sql)
-- Deals: the pipelines they go through, where they stand and stood, what is on offer. A first pipeline is there.
-- Phase: expand. New tables; the release before this one does not know the rights that roles made here get for them.

-- What people here call a pipeline, in one language at least.
CREATE TABLE pipeline (
    id BLOB PRIMARY KEY NOT NULL,
    name_en TEXT NOT NULL DEFAULT '',
    name_zh TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL
) STRICT;

-- probability is in percent; max_days is 0 for a stage without an end; required holds codes of fields with commas between.
CREATE TABLE stage (
    id BLOB PRIMARY KEY NOT NULL,
    pipeline_id BLOB NOT NULL REFERENCES pipeline (id) ON DELETE CASCADE,
    name_en TEXT NOT NULL DEFAULT '',
    name_zh TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
    position INTEGER NOT NULL,
    probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
    max_days INTEGER NOT NULL DEFAULT 0,
    required TEXT NOT NULL DEFAULT '',
    archived INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX stage_pipeline ON stage (pipeline_id, position);

-- What is sold. number only orders lists; people use the code.
CREATE TABLE product (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    code TEXT NOT NULL,
    code_fold TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    price_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL
) STRICT;

CREATE INDEX product_list ON product (archived, name_sort, number);

-- Deals. number is what people use (D-5). 0 in value_minor means not known, '' in expected_close and next_step_on no day, 0
-- in closed_at not closed. state and pipeline_id are those of the stage, kept here for the indexes.
CREATE TABLE opportunity (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    account_id BLOB REFERENCES account (id) ON DELETE SET NULL,
    person_id BLOB REFERENCES person (id) ON DELETE SET NULL,
    pipeline_id BLOB NOT NULL REFERENCES pipeline (id),
    stage_id BLOB NOT NULL REFERENCES stage (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
    position INTEGER NOT NULL,
    stage_since INTEGER NOT NULL,
    value_minor INTEGER NOT NULL DEFAULT 0,
    currency TEXT NOT NULL,
    expected_close TEXT NOT NULL DEFAULT '',
    next_step TEXT NOT NULL DEFAULT '',
    next_step_on TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    closed_at INTEGER NOT NULL DEFAULT 0,
    close_reason TEXT NOT NULL DEFAULT '',
    close_note TEXT NOT NULL DEFAULT '',
    owner_id BLOB,
    source_system TEXT,
    external_id TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

-- One index for every order of a list, for all and for those of an owner.
CREATE INDEX opportunity_list_updated ON opportunity (state, updated_at, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_list_close ON opportunity (state, expected_close, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_list_value ON opportunity (state, value_minor, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_list_name ON opportunity (state, name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_list_created ON opportunity (state, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_list_closed ON opportunity (state, closed_at, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_updated ON opportunity (owner_id, state, updated_at, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_close ON opportunity (owner_id, state, expected_close, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_value ON opportunity (owner_id, state, value_minor, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_name ON opportunity (owner_id, state, name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_created ON opportunity (owner_id, state, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_owner_closed ON opportunity (owner_id, state, closed_at, number) WHERE deleted_at IS NULL;

-- A column of the board in its order, and the figures above all columns, from the indexes alone.
CREATE INDEX opportunity_board ON opportunity (stage_id, position, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_board_owner ON opportunity (owner_id, stage_id, position, number) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_sums ON opportunity (pipeline_id, stage_id, currency, owner_id, value_minor, state, deleted_at) WHERE deleted_at IS NULL AND state = 'open';

CREATE INDEX opportunity_account ON opportunity (account_id, number) WHERE account_id IS NOT NULL;

CREATE INDEX opportunity_person ON opportunity (person_id, number) WHERE person_id IS NOT NULL;

CREATE INDEX opportunity_bin ON opportunity (deleted_at, number) WHERE deleted_at IS NOT NULL;

CREATE UNIQUE INDEX opportunity_external ON opportunity (source_system, external_id) WHERE external_id IS NOT NULL;

-- Each stay of a deal in a stage; 0 in left_at while it stands there.
CREATE TABLE stage_change (
    id BLOB PRIMARY KEY NOT NULL,
    opportunity_id BLOB NOT NULL REFERENCES opportunity (id) ON DELETE CASCADE,
    stage_id BLOB NOT NULL REFERENCES stage (id),
    from_stage_id BLOB REFERENCES stage (id),
    entered_at INTEGER NOT NULL,
    left_at INTEGER NOT NULL DEFAULT 0,
    changed_by BLOB NOT NULL
) STRICT;

CREATE INDEX stage_change_opportunity ON stage_change (opportunity_id, entered_at, id);

CREATE INDEX stage_change_stage ON stage_change (stage_id, entered_at);

-- What is on offer; price_minor is in the currency of the deal.
CREATE TABLE opportunity_product (
    id BLOB PRIMARY KEY NOT NULL,
    opportunity_id BLOB NOT NULL REFERENCES opportunity (id) ON DELETE CASCADE,
    product_id BLOB NOT NULL REFERENCES product (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    price_minor INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE INDEX opportunity_product_opportunity ON opportunity_product (opportunity_id, position);

CREATE INDEX opportunity_product_product ON opportunity_product (product_id);

INSERT INTO pipeline (id, name_en, name_zh, position, created_at, created_by, updated_at, updated_by)
VALUES (X'01900000000070008000000000000010', 'Sales', '销售', 0, 0, X'00000000000000000000000000000000', 0, X'00000000000000000000000000000000');

INSERT INTO stage (id, pipeline_id, name_en, name_zh, kind, position, probability, max_days, required) VALUES
    (X'01900000000070008000000000000011', X'01900000000070008000000000000010', 'New', '初步接触', 'open', 0, 10, 14, ''),
    (X'01900000000070008000000000000012', X'01900000000070008000000000000010', 'Qualified', '需求确认', 'open', 1, 30, 21, 'account'),
    (X'01900000000070008000000000000013', X'01900000000070008000000000000010', 'Proposal', '方案报价', 'open', 2, 50, 21, 'account,value,expected_close'),
    (X'01900000000070008000000000000014', X'01900000000070008000000000000010', 'Negotiation', '商务谈判', 'open', 3, 70, 21, 'account,value,expected_close,next_step'),
    (X'01900000000070008000000000000015', X'01900000000070008000000000000010', 'Won', '赢单', 'won', 4, 100, 0, 'value'),
    (X'01900000000070008000000000000016', X'01900000000070008000000000000010', 'Lost', '输单', 'lost', 5, 0, 0, '');

-- Whoever holds a role made here sees, as with every other role, what stages and products are called.
INSERT INTO role_right (role_id, object, action, reach) SELECT id, 'pipeline', 'view', 'all' FROM role;

INSERT INTO role_right (role_id, object, action, reach) SELECT id, 'product', 'view', 'all' FROM role;

PRAGMA user_version = 25;
