-- Who bears a coupon's discount, how often one buyer may use it, and whether it was ended before its time.
ALTER TABLE coupons ADD COLUMN name TEXT;
ALTER TABLE coupons ADD COLUMN seller_parts_per_million BIGINT NOT NULL DEFAULT 0 CHECK (seller_parts_per_million BETWEEN 0 AND 1000000);
UPDATE coupons SET seller_parts_per_million = 1000000 WHERE seller IS NOT NULL;
ALTER TABLE coupons ADD COLUMN buyer_limit BIGINT CHECK (buyer_limit > 0);
ALTER TABLE coupons ADD COLUMN ended_at BIGINT;

-- Who buys, as a code of the address or the account: enough to count by, and nothing to read.
ALTER TABLE carts ADD COLUMN buyer TEXT;
ALTER TABLE carts ADD COLUMN tax_id TEXT;
ALTER TABLE coupon_uses ADD COLUMN buyer TEXT;
CREATE INDEX coupon_uses_of_buyer ON coupon_uses (code, buyer);

-- What makes something cheaper without a code. `rule` is JSON; the columns are what is asked for.
CREATE TABLE promotions (
    id TEXT PRIMARY KEY NOT NULL,
    names TEXT NOT NULL,
    rule TEXT NOT NULL,
    seller TEXT,
    valid_from BIGINT,
    valid_until BIGINT,
    unit_limit BIGINT CHECK (unit_limit > 0),
    used_units BIGINT NOT NULL CHECK (used_units >= 0),
    -- The offer of whose stock the units that are left are set aside; NULL when none are.
    set_aside TEXT REFERENCES stock (offer),
    ended_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK (unit_limit IS NULL OR used_units <= unit_limit),
    CHECK (set_aside IS NULL OR unit_limit IS NOT NULL)
);
CREATE INDEX promotions_in_use ON promotions (created_at) WHERE ended_at IS NULL;

-- Reserved when a payment begins, redeemed with its order, or released.
CREATE TABLE promotion_uses (
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    promotion TEXT NOT NULL REFERENCES promotions (id),
    units BIGINT NOT NULL CHECK (units >= 0),
    status TEXT NOT NULL CHECK (status IN ('reserved', 'redeemed', 'released')),
    PRIMARY KEY (attempt, promotion)
);
CREATE INDEX promotion_uses_of_promotion ON promotion_uses (promotion);

-- Kept for a promotion, and sold by no other.
ALTER TABLE stock ADD COLUMN set_aside BIGINT NOT NULL DEFAULT 0 CHECK (set_aside >= 0);

-- How the buyer wants the goods of a seller.
CREATE TABLE cart_shipping (
    cart TEXT NOT NULL REFERENCES carts (id),
    seller TEXT NOT NULL,
    method TEXT NOT NULL,
    point TEXT,
    PRIMARY KEY (cart, seller)
);

ALTER TABLE order_groups ADD COLUMN tax_id TEXT;
ALTER TABLE orders ADD COLUMN shipping_discount BIGINT NOT NULL DEFAULT 0 CHECK (shipping_discount >= 0);
ALTER TABLE orders ADD COLUMN seller_shipping_discount BIGINT NOT NULL DEFAULT 0 CHECK (seller_shipping_discount >= 0);
ALTER TABLE orders ADD COLUMN relief BIGINT NOT NULL DEFAULT 0 CHECK (relief >= 0);
ALTER TABLE orders ADD COLUMN exemption TEXT;
ALTER TABLE orders ADD COLUMN method TEXT NOT NULL DEFAULT 'standard';
ALTER TABLE orders ADD COLUMN pickup_point TEXT;
ALTER TABLE orders ADD COLUMN earliest_day TEXT;
ALTER TABLE orders ADD COLUMN latest_day TEXT;
ALTER TABLE order_lines ADD COLUMN seller_discount BIGINT NOT NULL DEFAULT 0 CHECK (seller_discount >= 0);
ALTER TABLE order_lines ADD COLUMN relief BIGINT NOT NULL DEFAULT 0 CHECK (relief >= 0);

-- What came off an order: of the line of an offer, or of the delivery, where offer is NULL.
CREATE TABLE discount_allocations (
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    source TEXT NOT NULL,
    lane TEXT NOT NULL,
    name TEXT NOT NULL,
    offer TEXT,
    amount BIGINT NOT NULL CHECK (amount > 0),
    seller_amount BIGINT NOT NULL CHECK (seller_amount BETWEEN 0 AND amount),
    units BIGINT NOT NULL CHECK (units >= 0),
    PRIMARY KEY (order_id, position)
);

-- The taxes of an order: of the line of an offer, or of the delivery, where offer is NULL. `net` is what was taxed, without the tax.
CREATE TABLE tax_lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    offer TEXT,
    name TEXT,
    parts_per_million BIGINT NOT NULL CHECK (parts_per_million BETWEEN 0 AND 1000000),
    net BIGINT NOT NULL CHECK (net >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    PRIMARY KEY (order_id, position)
);
