-- One attempt to pay for a cart, with the quote as it was frozen.
CREATE TABLE payment_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    cart TEXT NOT NULL REFERENCES carts (id),
    provider TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('started', 'actionRequired', 'succeeded', 'declined', 'expired')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    quote TEXT NOT NULL,
    action_url TEXT,
    decline_reason TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE UNIQUE INDEX one_attempt_at_a_time ON payment_attempts (cart) WHERE status IN ('started', 'actionRequired');
CREATE INDEX open_attempts ON payment_attempts (created_at) WHERE status IN ('started', 'actionRequired');

CREATE TABLE payment_events (
    id TEXT PRIMARY KEY NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    kind TEXT NOT NULL CHECK (kind IN ('authorized', 'captured', 'voided', 'refunded', 'declined')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    provider_reference TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (attempt, kind, provider_reference)
);

CREATE TABLE reservations (
    id TEXT PRIMARY KEY NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    offer TEXT NOT NULL REFERENCES stock (offer),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    status TEXT NOT NULL CHECK (status IN ('active', 'consumed', 'released', 'expired')),
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_active_reservation ON reservations (attempt, offer) WHERE status = 'active';
CREATE INDEX reservations_of_attempt ON reservations (attempt);

-- A use of a coupon: reserved when a payment begins, redeemed with its order, or released.
CREATE TABLE coupon_uses (
    attempt TEXT PRIMARY KEY NOT NULL REFERENCES payment_attempts (id),
    code TEXT NOT NULL REFERENCES coupons (code),
    status TEXT NOT NULL CHECK (status IN ('reserved', 'redeemed', 'released'))
);

CREATE TABLE idempotency_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
