CREATE TABLE carts (
    id TEXT PRIMARY KEY NOT NULL,
    market TEXT NOT NULL,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'completing', 'completed', 'expired')),
    version BIGINT NOT NULL CHECK (version > 0),
    email TEXT,
    country TEXT,
    address TEXT,
    coupon TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX carts_by_expiry ON carts (expires_at) WHERE status = 'open';

CREATE TABLE cart_lines (
    id TEXT PRIMARY KEY NOT NULL,
    cart TEXT NOT NULL REFERENCES carts (id),
    offer TEXT NOT NULL,
    position BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    price_seen BIGINT NOT NULL,
    UNIQUE (cart, offer)
);

CREATE TABLE coupons (
    code TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('share', 'amount', 'freeShipping')),
    parts_per_million BIGINT CHECK (parts_per_million BETWEEN 1 AND 1000000),
    minor_units BIGINT CHECK (minor_units > 0),
    currency TEXT,
    seller TEXT,
    minimum BIGINT CHECK (minimum >= 0),
    minimum_currency TEXT,
    valid_from BIGINT,
    valid_until BIGINT,
    usage_limit BIGINT CHECK (usage_limit > 0),
    used BIGINT NOT NULL CHECK (used >= 0),
    created_at BIGINT NOT NULL,
    CHECK (usage_limit IS NULL OR used <= usage_limit)
);
