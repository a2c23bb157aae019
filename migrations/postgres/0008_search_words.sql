-- 0008_search_words.sql (postgres; twin: migrations/sqlite/0008_search_words.sql)
-- The planner keeps three thousand frequent words of each index instead of one: a search looks up the rare ones.
-- Phase: expand. Statistics only; SQLite gets tables of its words instead.

ALTER TABLE account_search ALTER COLUMN document SET STATISTICS 300;
ALTER TABLE person_search ALTER COLUMN document SET STATISTICS 300;
