-- 0030_dashboards.sql (sqlite; twin: migrations/postgres/0030_dashboards.sql)
-- What dashboards count lies in indexes in the order of time: what closed, what began, who came, what was done.
-- Phase: expand. Indexes alone; the release before this one does not use them.

CREATE INDEX opportunity_closed ON opportunity (closed_at, state, owner_id, pipeline_id, currency, value_minor, created_at) WHERE deleted_at IS NULL AND state <> 'open';

CREATE INDEX opportunity_began ON opportunity (created_at, pipeline_id, owner_id, state, id) WHERE deleted_at IS NULL;

CREATE INDEX opportunity_currency ON opportunity (currency, owner_id) WHERE deleted_at IS NULL;

CREATE INDEX account_came ON account (created_at, is_individual, owner_id) WHERE deleted_at IS NULL;

CREATE INDEX activity_done ON activity (at, kind, subject_kind, subject_id, owner_id, created_by) WHERE deleted_at IS NULL AND NOT is_open;

PRAGMA user_version = 30;
