-- 0008_search_words.sql (sqlite; twin: migrations/postgres/0008_search_words.sql)
-- The words of each index, by record: they tell whether longer words begin like a typed one.
-- Phase: expand. New views of what is there only; PostgreSQL gets better statistics of its words instead.

CREATE VIRTUAL TABLE account_search_word USING fts5vocab(account_search, 'instance');
CREATE VIRTUAL TABLE person_search_word USING fts5vocab(person_search, 'instance');

PRAGMA user_version = 8;
