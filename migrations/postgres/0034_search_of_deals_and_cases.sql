-- 0034_search_of_deals_and_cases.sql (postgres; twin: migrations/sqlite/0034_search_of_deals_and_cases.sql)
-- What deals and cases are found by: the beginning of their name or subject, and its words, as customers are.
-- Phase: expand. What is there is indexed at the next start; a deal or case that the release before this one makes or renames
-- beside it is found by its number, and by its words once it is renamed again.

-- Folded: names that begin with what is typed come first.
ALTER TABLE opportunity ADD COLUMN name_fold TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX opportunity_name_fold ON opportunity (name_fold, number) WHERE deleted_at IS NULL;

ALTER TABLE feedback_case ADD COLUMN subject_fold TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX feedback_case_subject_fold ON feedback_case (subject_fold, number) WHERE deleted_at IS NULL;

-- Prepared tokens, no copy of the text; number is opportunity.number. Shaped as the indexes of customers and persons.
CREATE TABLE opportunity_search (
    number BIGINT PRIMARY KEY,
    document TSVECTOR NOT NULL
);

CREATE INDEX opportunity_search_document ON opportunity_search USING gin (document) WITH (gin_pending_list_limit = 256);

-- The same for cases; number is feedback_case.number.
CREATE TABLE case_search (
    number BIGINT PRIMARY KEY,
    document TSVECTOR NOT NULL
);

CREATE INDEX case_search_document ON case_search USING gin (document) WITH (gin_pending_list_limit = 256);

ALTER TABLE opportunity_search ALTER COLUMN document SET STATISTICS 300;

ALTER TABLE case_search ALTER COLUMN document SET STATISTICS 300;
