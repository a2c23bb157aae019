-- 0017_role_details.sql (sqlite; twin: migrations/postgres/0017_role_details.sql)
-- What a role sees of the details of a customer or person, and an index of words that keeps names, phones, messages and
-- codes apart, so that nobody finds a record by what they do not see.
-- Phase: contract. The indexes are made anew and filled at the next start; the release before this one cannot run beside.

-- A row for each detail that is not both seen and changed.
CREATE TABLE role_detail (
    role_id BLOB NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    access TEXT NOT NULL,
    PRIMARY KEY (role_id, object, detail)
) STRICT;

-- Whoever reveals a detail by this role says why.
ALTER TABLE role ADD COLUMN asks_reason INTEGER NOT NULL DEFAULT 0;

DROP TABLE account_search_word;
DROP TABLE person_search_word;
DROP TABLE account_search;
DROP TABLE person_search;

CREATE VIRTUAL TABLE account_search USING fts5(
    names,
    phones,
    messages,
    codes,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

CREATE VIRTUAL TABLE person_search USING fts5(
    names,
    phones,
    messages,
    codes,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

CREATE VIRTUAL TABLE account_search_word USING fts5vocab(account_search, 'instance');
CREATE VIRTUAL TABLE person_search_word USING fts5vocab(person_search, 'instance');

PRAGMA user_version = 17;
