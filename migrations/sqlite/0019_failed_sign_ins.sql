-- 0019_failed_sign_ins.sql (sqlite; twin: migrations/postgres/0019_failed_sign_ins.sql)
-- Everybody is told of failed sign-ins as oneself.
-- Phase: expand.

CREATE INDEX audit_log_failed ON audit_log (object_id, at) WHERE event = 'sign_in_failed';

PRAGMA user_version = 19;
