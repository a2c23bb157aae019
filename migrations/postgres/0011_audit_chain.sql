-- 0011_audit_chain.sql (postgres; twin: migrations/sqlite/0011_audit_chain.sql)
-- The trail becomes a chain: gapless numbers, and on each line a seal that the next one's is made from.
-- Phase: contract. A release before this one can no longer write lines, and so nothing else.

-- What was written before; the first start moves it into the chain, piece by piece, and leaves this empty.
ALTER TABLE audit_log RENAME TO audit_found;

ALTER INDEX audit_log_pkey RENAME TO audit_found_pkey;

DROP INDEX audit_log_object;

-- personal_digest is of what is personal: salt, fields, address, agent. These can be erased, the digest stays.
-- erases names the lines (such as 3,7-9) whose personal part this one erased; erased_by is the line that did so.
CREATE TABLE audit_log (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id UUID NOT NULL,
    on_behalf_of UUID,
    origin TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id UUID NOT NULL,
    event TEXT NOT NULL,
    version BIGINT NOT NULL,
    erases TEXT NOT NULL,
    personal_digest BYTEA NOT NULL,
    seal BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    fields TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    erased_by BIGINT
);

CREATE INDEX audit_log_object ON audit_log (object_id, number);

CREATE INDEX audit_log_at ON audit_log (at, number);

CREATE INDEX audit_log_user ON audit_log (user_id, at, number);

CREATE INDEX audit_log_event ON audit_log (event, at, number);

CREATE INDEX audit_log_kind ON audit_log (object, at, number);

CREATE INDEX audit_log_origin ON audit_log (origin, at, number);

-- The last line. Whoever writes lines holds this row until the end; key_check is made from the key, so that no
-- line is sealed with another one.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL,
    seal BYTEA NOT NULL,
    key_check BYTEA NOT NULL
);

INSERT INTO audit_head (id, number, seal, key_check)
VALUES (1, 0, decode(repeat('00', 32), 'hex'), ''::bytea);

CREATE FUNCTION audit_lines_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lines of the audit log stay as they are';
END
$$;

CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_lines_stay();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_lines_stay();

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
FOR EACH ROW WHEN (NOT (
    OLD.number = NEW.number AND OLD.at = NEW.at AND OLD.user_id = NEW.user_id
    AND OLD.on_behalf_of IS NOT DISTINCT FROM NEW.on_behalf_of AND OLD.origin = NEW.origin AND OLD.object = NEW.object
    AND OLD.object_id = NEW.object_id AND OLD.event = NEW.event AND OLD.version = NEW.version
    AND OLD.erases = NEW.erases AND OLD.personal_digest = NEW.personal_digest AND OLD.seal = NEW.seal
    AND NEW.salt = ''::bytea AND NEW.fields = '[]' AND NEW.address = '' AND NEW.agent = ''
    AND OLD.erased_by IS NULL AND NEW.erased_by IS NOT NULL
)) EXECUTE FUNCTION audit_lines_stay();

CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
FOR EACH ROW EXECUTE FUNCTION audit_lines_stay();

CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_lines_stay();
