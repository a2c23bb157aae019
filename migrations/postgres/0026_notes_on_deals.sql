-- 0026_notes_on_deals.sql (postgres; twin: migrations/sqlite/0026_notes_on_deals.sql)
-- Notes may be about a deal, too.
-- Phase: expand. The release before this one goes on with it.

ALTER TABLE activity DROP CONSTRAINT activity_subject_kind_check;

ALTER TABLE activity ADD CONSTRAINT activity_subject_kind_check
    CHECK (subject_kind IN ('account', 'person', 'opportunity'));
