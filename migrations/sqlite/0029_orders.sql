-- 0029_orders.sql (sqlite; twin: migrations/postgres/0029_orders.sql)
-- Orders: what customers bought, line by line, from a deal, by hand or from a file.
-- Phase: expand. New tables; the release before this one leaves them alone.

-- number is what people use (O-12). total_minor is always the sum of the lines, and in the currency of the order; an order that
-- was called off counts in no total of its customer.
CREATE TABLE sales_order (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    opportunity_id BLOB REFERENCES opportunity (id) ON DELETE SET NULL,
    ordered_on TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('confirmed', 'delivering', 'delivered', 'cancelled')),
    currency TEXT NOT NULL,
    total_minor INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    source_system TEXT,
    external_id TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB
) STRICT;

-- The list of all orders, of those that are as far, of a customer and of a deal, each newest first from an index.
CREATE INDEX sales_order_list ON sales_order (ordered_on, number) WHERE deleted_at IS NULL;

CREATE INDEX sales_order_list_status ON sales_order (status, ordered_on, number) WHERE deleted_at IS NULL;

CREATE INDEX sales_order_account ON sales_order (account_id, ordered_on, number);

CREATE INDEX sales_order_opportunity ON sales_order (opportunity_id, ordered_on, number) WHERE opportunity_id IS NOT NULL;

-- What a customer's orders come to, from the index alone.
CREATE INDEX sales_order_totals ON sales_order (account_id, currency, ordered_on, total_minor, status, deleted_at) WHERE deleted_at IS NULL AND status <> 'cancelled';

CREATE INDEX sales_order_bin ON sales_order (deleted_at, number) WHERE deleted_at IS NOT NULL;

CREATE UNIQUE INDEX sales_order_external ON sales_order (source_system, external_id) WHERE external_id IS NOT NULL;

-- name is what it was sold as; '' where a file did not say. amount_minor is what the line comes to: a file gives that, and no
-- price of a piece has to come out of it.
CREATE TABLE order_line (
    id BLOB PRIMARY KEY NOT NULL,
    order_id BLOB NOT NULL REFERENCES sales_order (id) ON DELETE CASCADE,
    product_id BLOB REFERENCES product (id),
    name TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount_minor INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE INDEX order_line_order ON order_line (order_id, position);

CREATE INDEX order_line_product ON order_line (product_id) WHERE product_id IS NOT NULL;

-- Whoever holds a role made here that shows deals sees orders too; of which customers, the role says.
INSERT INTO role_right (role_id, object, action, reach)
SELECT role_id, 'order', 'view', 'all' FROM role_right WHERE object = 'opportunity' AND action = 'view';

PRAGMA user_version = 29;
