-- 0011_audit_chain.sql (sqlite; twin: migrations/postgres/0011_audit_chain.sql)
-- The trail becomes a chain: gapless numbers, and on each line a seal that the next one's is made from.
-- Phase: contract. A release before this one can no longer write lines, and so nothing else.

-- What was written before; the first start moves it into the chain, piece by piece, and leaves this empty.
ALTER TABLE audit_log RENAME TO audit_found;

DROP INDEX audit_log_object;

-- personal_digest is of what is personal: salt, fields, address, agent. These can be erased, the digest stays.
-- erases names the lines (such as 3,7-9) whose personal part this one erased; erased_by is the line that did so.
CREATE TABLE audit_log (
    number INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    on_behalf_of BLOB,
    origin TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id BLOB NOT NULL,
    event TEXT NOT NULL,
    version INTEGER NOT NULL,
    erases TEXT NOT NULL,
    personal_digest BLOB NOT NULL,
    seal BLOB NOT NULL,
    salt BLOB NOT NULL,
    fields TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    erased_by INTEGER
) STRICT;

CREATE INDEX audit_log_object ON audit_log (object_id, number);

CREATE INDEX audit_log_at ON audit_log (at, number);

CREATE INDEX audit_log_user ON audit_log (user_id, at, number);

CREATE INDEX audit_log_event ON audit_log (event, at, number);

CREATE INDEX audit_log_kind ON audit_log (object, at, number);

CREATE INDEX audit_log_origin ON audit_log (origin, at, number);

-- The last line. Whoever writes lines holds this row until the end; key_check is made from the key, so that no
-- line is sealed with another one.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number INTEGER NOT NULL,
    seal BLOB NOT NULL,
    key_check BLOB NOT NULL
) STRICT;

INSERT INTO audit_head (id, number, seal, key_check) VALUES (1, 0, zeroblob(32), x'');

CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'lines of the audit log stay');
END;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
WHEN NOT (
    OLD.number = NEW.number AND OLD.at = NEW.at AND OLD.user_id = NEW.user_id
    AND OLD.on_behalf_of IS NEW.on_behalf_of AND OLD.origin = NEW.origin AND OLD.object = NEW.object
    AND OLD.object_id = NEW.object_id AND OLD.event = NEW.event AND OLD.version = NEW.version
    AND OLD.erases = NEW.erases AND OLD.personal_digest = NEW.personal_digest AND OLD.seal = NEW.seal
    AND NEW.salt = x'' AND NEW.fields = '[]' AND NEW.address = '' AND NEW.agent = ''
    AND OLD.erased_by IS NULL AND NEW.erased_by IS NOT NULL
)
BEGIN
    SELECT RAISE(ABORT, 'lines of the audit log stay as they are');
END;

CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the end of the audit log stays');
END;

PRAGMA user_version = 11;
