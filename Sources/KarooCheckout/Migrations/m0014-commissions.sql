-- What the marketplace keeps of sales. A rule is never changed: it ends, and another one holds from then on.
CREATE TABLE commission_rules (
    id TEXT PRIMARY KEY NOT NULL,
    position BIGINT NOT NULL,
    seller TEXT,
    category TEXT,
    plan TEXT,
    market TEXT,
    parts_per_million BIGINT NOT NULL CHECK (parts_per_million BETWEEN 0 AND 1000000),
    tax_parts_per_million BIGINT NOT NULL CHECK (tax_parts_per_million BETWEEN 0 AND 1000000),
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX commission_rules_in_order ON commission_rules (position) WHERE ended_at IS NULL;

CREATE TABLE commission_amounts (
    rule TEXT NOT NULL REFERENCES commission_rules (id),
    currency TEXT NOT NULL,
    fixed BIGINT NOT NULL CHECK (fixed >= 0),
    minimum BIGINT CHECK (minimum >= 0),
    maximum BIGINT CHECK (maximum >= 0),
    PRIMARY KEY (rule, currency),
    CHECK (minimum IS NULL OR maximum IS NULL OR minimum <= maximum)
);

-- What each line was charged, by which rule, as the rule was then; and how much of an order's tax the marketplace hands on itself.
ALTER TABLE order_lines ADD COLUMN commission_rule TEXT;
ALTER TABLE order_lines ADD COLUMN commission_parts_per_million BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN commission_fixed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN commission BIGINT NOT NULL DEFAULT 0 CHECK (commission >= 0);
ALTER TABLE order_lines ADD COLUMN commission_tax_parts_per_million BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN commission_tax BIGINT NOT NULL DEFAULT 0 CHECK (commission_tax >= 0);
ALTER TABLE orders ADD COLUMN commission_tax BIGINT NOT NULL DEFAULT 0 CHECK (commission_tax >= 0);
ALTER TABLE orders ADD COLUMN remitted_tax BIGINT NOT NULL DEFAULT 0 CHECK (remitted_tax >= 0);

-- Orders from before there were rules: what was kept of the order is that of its lines, the first having what is left by the others.
UPDATE order_lines SET commission_rule = 'standard',
    commission_parts_per_million = (SELECT o.commission_parts_per_million FROM orders o WHERE o.id = order_lines.order_id),
    commission = (SELECT o.commission FROM orders o WHERE o.id = order_lines.order_id)
    WHERE position = 0;
