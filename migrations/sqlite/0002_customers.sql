-- 0002_customers.sql (sqlite; twin: migrations/postgres/0002_customers.sql)
-- Customers, contact persons, how to reach them, what happened with them, and what they are found by.
-- Phase: expand. New tables; nothing reads them before.

-- Customers: companies and individuals. number is what people use (C-1042). 0 in last_contact_at and value_minor means never / not known.
-- name_back is name_core read backwards: names that differ in their first half are found by their second.
CREATE TABLE account (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('company', 'individual', 'partner', 'competitor')),
    is_individual INTEGER NOT NULL GENERATED ALWAYS AS (kind = 'individual') VIRTUAL,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_back TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    short_name TEXT NOT NULL DEFAULT '',
    credit_code TEXT NOT NULL DEFAULT '',
    industry TEXT NOT NULL DEFAULT '',
    employees INTEGER,
    website TEXT NOT NULL DEFAULT '',
    founded_year INTEGER,
    annual_revenue_minor INTEGER,
    value_minor INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL CHECK (status IN ('potential', 'active', 'loyal', 'at_risk', 'churned')),
    level TEXT CHECK (level IN ('vip', 'high', 'medium', 'low')),
    source TEXT NOT NULL DEFAULT '',
    birthday TEXT,
    birthday_month INTEGER,
    job_title TEXT NOT NULL DEFAULT '',
    last_contact_at INTEGER NOT NULL DEFAULT 0,
    remark TEXT NOT NULL DEFAULT '',
    parent_id BLOB REFERENCES account (id),
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

-- One index for every order of a list, and for every filter in every order.
CREATE INDEX account_list_name ON account (is_individual, name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX account_list_contact ON account (is_individual, last_contact_at, number) WHERE deleted_at IS NULL;

CREATE INDEX account_list_value ON account (is_individual, value_minor, number) WHERE deleted_at IS NULL;

CREATE INDEX account_list_created ON account (is_individual, number) WHERE deleted_at IS NULL;

CREATE INDEX account_owner_name ON account (owner_id, is_individual, name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX account_owner_contact ON account (owner_id, is_individual, last_contact_at, number) WHERE deleted_at IS NULL;

CREATE INDEX account_owner_value ON account (owner_id, is_individual, value_minor, number) WHERE deleted_at IS NULL;

CREATE INDEX account_owner_created ON account (owner_id, is_individual, number, level) WHERE deleted_at IS NULL;

CREATE INDEX account_vip_name ON account (is_individual, name_sort, number) WHERE deleted_at IS NULL AND level = 'vip';

CREATE INDEX account_vip_contact ON account (is_individual, last_contact_at, number) WHERE deleted_at IS NULL AND level = 'vip';

CREATE INDEX account_vip_value ON account (is_individual, value_minor, number) WHERE deleted_at IS NULL AND level = 'vip';

CREATE INDEX account_vip_created ON account (is_individual, number) WHERE deleted_at IS NULL AND level = 'vip';

CREATE INDEX account_birthday_name ON account (birthday_month, is_individual, name_sort, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX account_birthday_contact ON account (birthday_month, is_individual, last_contact_at, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX account_birthday_value ON account (birthday_month, is_individual, value_minor, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX account_birthday_created ON account (birthday_month, is_individual, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX account_name_fold ON account (is_individual, name_fold, number) WHERE deleted_at IS NULL;

CREATE INDEX account_name_core ON account (name_core, number);

CREATE INDEX account_name_back ON account (name_back, number);

CREATE INDEX account_credit_code ON account (credit_code) WHERE credit_code <> '';

CREATE INDEX account_parent ON account (parent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX account_bin ON account (deleted_at, number) WHERE deleted_at IS NOT NULL;

CREATE UNIQUE INDEX account_external ON account (source_system, external_id) WHERE external_id IS NOT NULL;

-- Contact persons. number is what people use (P-7).
CREATE TABLE person (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    department TEXT NOT NULL DEFAULT '',
    gender TEXT CHECK (gender IN ('female', 'male', 'other')),
    birthday TEXT,
    birthday_month INTEGER,
    birthday_calendar TEXT NOT NULL DEFAULT 'solar' CHECK (birthday_calendar IN ('solar', 'lunar')),
    last_contact_at INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
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

CREATE INDEX person_name ON person (name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX person_contact ON person (last_contact_at, number) WHERE deleted_at IS NULL;

CREATE INDEX person_created ON person (number) WHERE deleted_at IS NULL;

CREATE INDEX person_owner_name ON person (owner_id, name_sort, number) WHERE deleted_at IS NULL;

CREATE INDEX person_owner_contact ON person (owner_id, last_contact_at, number) WHERE deleted_at IS NULL;

CREATE INDEX person_owner_created ON person (owner_id, number) WHERE deleted_at IS NULL;

CREATE INDEX person_birthday_name ON person (birthday_month, name_sort, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX person_birthday_contact ON person (birthday_month, last_contact_at, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX person_birthday_created ON person (birthday_month, number) WHERE deleted_at IS NULL AND birthday_month IS NOT NULL;

CREATE INDEX person_name_fold ON person (name_fold, number) WHERE deleted_at IS NULL;

CREATE INDEX person_name_core ON person (name_core, number);

CREATE INDEX person_bin ON person (deleted_at, number) WHERE deleted_at IS NOT NULL;

CREATE UNIQUE INDEX person_external ON person (source_system, external_id) WHERE external_id IS NOT NULL;

-- Who works where, and as what.
CREATE TABLE account_person (
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT CHECK (role IN ('decider', 'user', 'payer')),
    is_primary INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, person_id)
) STRICT;

CREATE INDEX account_person_person ON account_person (person_id);

-- Phones, e-mails, messengers: as typed and as compared. owner_id is an account or a person.
CREATE TABLE contact_point (
    id BLOB PRIMARY KEY NOT NULL,
    owner_id BLOB NOT NULL,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('account', 'person')),
    kind TEXT NOT NULL CHECK (kind IN ('mobile', 'phone', 'email', 'wechat', 'wecom', 'other')),
    value_raw TEXT NOT NULL,
    value_norm TEXT NOT NULL,
    is_primary INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX contact_point_owner ON contact_point (owner_id, position);

CREATE INDEX contact_point_value ON contact_point (value_norm) WHERE value_norm <> '';

-- Postal addresses of a customer.
CREATE TABLE address (
    id BLOB PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    country TEXT NOT NULL,
    province TEXT NOT NULL,
    city TEXT NOT NULL,
    district TEXT NOT NULL,
    street TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX address_account ON address (account_id, position);

-- Tags by name, each once however it is written.
CREATE TABLE tag (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL UNIQUE
) STRICT;

-- Which customer carries which tag.
CREATE TABLE tagging (
    tag_id BLOB NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, account_id)
) STRICT;

CREATE INDEX tagging_account ON tagging (account_id);

-- What happened with a customer or a person. subject_id is the record whose timeline shows it.
CREATE TABLE activity (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('note')),
    subject_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'person')),
    body TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,
    edited_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

CREATE INDEX activity_subject ON activity (subject_id, at, id) WHERE deleted_at IS NULL;

-- What customers are found by: prepared tokens, no copy of the text; rowid is account.number. The first
-- letter of a token is its group, so prefixes of three to five are two to four typed letters.
CREATE VIRTUAL TABLE account_search USING fts5(
    document,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

-- What persons are found by; rowid is person.number.
CREATE VIRTUAL TABLE person_search USING fts5(
    document,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);
