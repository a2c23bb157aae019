-- 0036_dashboards_after_a_change.sql (postgres; twin: migrations/sqlite/0036_dashboards_after_a_change.sql)
-- What dashboards count is counted from indexes alone, each kind by itself: what was done by whom, what came of which kind,
-- how long deals stood where.
-- Phase: expand. Indexes alone; the release before this one does not miss those that went.

CREATE INDEX activity_done_by ON activity ((COALESCE(owner_id, created_by)), kind, at) INCLUDE (owner_id, created_by) WHERE deleted_at IS NULL AND NOT is_open;

DROP INDEX feedback_case_came;

CREATE INDEX feedback_case_came ON feedback_case (kind, created_at, owner_id) WHERE deleted_at IS NULL;

DROP INDEX account_came;

CREATE INDEX account_came ON account (is_individual, created_at, owner_id) WHERE deleted_at IS NULL;

DROP INDEX stage_change_opportunity;

CREATE INDEX stage_change_opportunity ON stage_change (opportunity_id, entered_at, id, stage_id, left_at);
