-- 0007_at_risk.sql (postgres; twin: migrations/sqlite/0007_at_risk.sql)
-- Customers at risk, in each order a list can have.
-- Phase: expand. New indexes only.

CREATE INDEX account_at_risk_name ON account (is_individual, name_sort, number) WHERE deleted_at IS NULL AND status = 'at_risk';
CREATE INDEX account_at_risk_contact ON account (is_individual, last_contact_at, number) WHERE deleted_at IS NULL AND status = 'at_risk';
CREATE INDEX account_at_risk_value ON account (is_individual, value_minor, number) WHERE deleted_at IS NULL AND status = 'at_risk';
CREATE INDEX account_at_risk_created ON account (is_individual, number) WHERE deleted_at IS NULL AND status = 'at_risk';
