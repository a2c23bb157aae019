-- 0019_failed_sign_ins.sql (sqlite; twin: migrations/postgres/0019_failed_sign_ins.sql)
-- Everybody is told of failed sign-ins as oneself, and readers of the log of what colleagues took out.
-- Phase: expand.

CREATE INDEX audit_log_failed ON audit_log (object_id, at) WHERE event = 'sign_in_failed';

CREATE INDEX audit_log_taken_out ON audit_log (event, at) WHERE event IN ('exported', 'purged') AND origin <> 'system';

PRAGMA user_version = 19;
