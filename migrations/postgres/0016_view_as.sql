-- 0016_view_as.sql (postgres; twin: migrations/sqlite/0016_view_as.sql)
-- Administrators look at everything as another user sees it; and changing many records at once is a right of its own.
-- Phase: expand. New columns; roles made here get the new right as far as they could until now. The release before
-- this one passes over a right that it does not know.

-- Whom a session looks as, and since when: 0 for not at all.
ALTER TABLE session ADD COLUMN viewed_user_id UUID REFERENCES "user" (id);
ALTER TABLE session ADD COLUMN viewed_since BIGINT NOT NULL DEFAULT 0;

-- Many could be changed as far as one could be changed or deleted.
INSERT INTO role_right (role_id, object, action, reach)
SELECT role_id, object, 'bulk_edit',
    CASE MAX(CASE reach WHEN 'own' THEN 1 WHEN 'team' THEN 2 WHEN 'department' THEN 3 WHEN 'all' THEN 4 ELSE 0 END)
        WHEN 1 THEN 'own' WHEN 2 THEN 'team' WHEN 3 THEN 'department' ELSE 'all' END
FROM role_right
WHERE object IN ('account', 'person') AND action IN ('edit', 'delete')
GROUP BY role_id, object;
