-- 0034_search_of_deals_and_cases.sql (sqlite; twin: migrations/postgres/0034_search_of_deals_and_cases.sql)
-- What deals and cases are found by: the beginning of their name or subject, and its words, as customers are.
-- Phase: expand. What is there is indexed at the next start; a deal or case that the release before this one makes or renames
-- beside it is found by its number, and by its words once it is renamed again.

-- Folded: names that begin with what is typed come first.
ALTER TABLE opportunity ADD COLUMN name_fold TEXT NOT NULL DEFAULT '';

CREATE INDEX opportunity_name_fold ON opportunity (name_fold, number) WHERE deleted_at IS NULL;

ALTER TABLE feedback_case ADD COLUMN subject_fold TEXT NOT NULL DEFAULT '';

CREATE INDEX feedback_case_subject_fold ON feedback_case (subject_fold, number) WHERE deleted_at IS NULL;

-- Prepared tokens, no copy of the text; rowid is opportunity.number. Shaped as the indexes of customers and persons.
CREATE VIRTUAL TABLE opportunity_search USING fts5(
    names,
    phones,
    messages,
    codes,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

-- The same for cases; rowid is feedback_case.number.
CREATE VIRTUAL TABLE case_search USING fts5(
    names,
    phones,
    messages,
    codes,
    content = '',
    contentless_delete = 1,
    prefix = '3 4 5',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

CREATE VIRTUAL TABLE opportunity_search_word USING fts5vocab(opportunity_search, 'instance');

CREATE VIRTUAL TABLE case_search_word USING fts5vocab(case_search, 'instance');

PRAGMA user_version = 34;
