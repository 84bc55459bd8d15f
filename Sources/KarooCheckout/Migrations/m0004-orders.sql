-- What one cart became, with one order for each seller.
CREATE TABLE order_groups (
    id TEXT PRIMARY KEY NOT NULL,
    cart TEXT NOT NULL UNIQUE REFERENCES carts (id),
    attempt TEXT NOT NULL UNIQUE REFERENCES payment_attempts (id),
    market TEXT NOT NULL,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    email TEXT NOT NULL,
    country TEXT NOT NULL,
    address TEXT NOT NULL,
    coupon TEXT,
    tax_inclusive BIGINT NOT NULL CHECK (tax_inclusive IN (0, 1)),
    total BIGINT NOT NULL CHECK (total >= 0),
    placed_at BIGINT NOT NULL
);

CREATE TABLE orders (
    id TEXT PRIMARY KEY NOT NULL,
    order_group TEXT NOT NULL REFERENCES order_groups (id),
    position BIGINT NOT NULL,
    seller TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('placed', 'inProgress', 'completed', 'cancelled')),
    goods BIGINT NOT NULL CHECK (goods >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    seller_discount BIGINT NOT NULL CHECK (seller_discount BETWEEN 0 AND discount),
    shipping BIGINT NOT NULL CHECK (shipping >= 0),
    shipping_tax BIGINT NOT NULL CHECK (shipping_tax >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    commission_parts_per_million BIGINT NOT NULL CHECK (commission_parts_per_million BETWEEN 0 AND 1000000),
    commission BIGINT NOT NULL CHECK (commission >= 0),
    earliest_days BIGINT NOT NULL,
    latest_days BIGINT NOT NULL,
    UNIQUE (order_group, seller),
    UNIQUE (order_group, position)
);

CREATE TABLE order_lines (
    id TEXT PRIMARY KEY NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    offer TEXT NOT NULL,
    sku TEXT NOT NULL,
    product TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    unit_price BIGINT NOT NULL CHECK (unit_price >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    tax_parts_per_million BIGINT NOT NULL,
    tax BIGINT NOT NULL CHECK (tax >= 0),
    UNIQUE (order_id, position)
);
