CREATE TABLE payouts (
    id TEXT PRIMARY KEY NOT NULL,
    seller TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    status TEXT NOT NULL CHECK (status IN ('processing', 'paid', 'failed', 'returned')),
    reference TEXT,
    problem TEXT,
    created_at BIGINT NOT NULL,
    paid_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX payouts_of_seller ON payouts (seller, created_at);

-- What each journal gave a seller of money that is ours, or took; what is paid out names its payout. Rows are only added; a row
-- gets its payout once.
CREATE TABLE earnings (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund', 'void', 'adjustment', 'returned', 'carry')),
    journal TEXT REFERENCES journals (id),
    seller TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    order_id TEXT REFERENCES orders (id),
    available_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    payout TEXT REFERENCES payouts (id),
    CHECK ((journal IS NULL) = (kind = 'carry'))
);
CREATE UNIQUE INDEX earnings_of_journal ON earnings (journal) WHERE journal IS NOT NULL;
CREATE INDEX open_earnings ON earnings (seller, currency, available_at) WHERE payout IS NULL;
CREATE INDEX earnings_of_payout ON earnings (payout) WHERE payout IS NOT NULL;

-- How often a seller is paid, and how long the money of a sale waits; the seller '' is everybody without terms of their own.
CREATE TABLE payout_terms (
    seller TEXT PRIMARY KEY NOT NULL,
    interval_days BIGINT NOT NULL CHECK (interval_days BETWEEN 0 AND 366),
    hold_days BIGINT NOT NULL CHECK (hold_days BETWEEN 0 AND 366)
);
INSERT INTO payout_terms (seller, interval_days, hold_days) VALUES ('', 7, 14);

CREATE TABLE payout_minimums (
    seller TEXT NOT NULL,
    currency TEXT NOT NULL,
    minimum BIGINT NOT NULL CHECK (minimum >= 0),
    PRIMARY KEY (seller, currency)
);

-- While one is open, nothing of the seller, or of the order, is paid out.
CREATE TABLE payout_holds (
    id TEXT PRIMARY KEY NOT NULL,
    seller TEXT,
    order_id TEXT REFERENCES orders (id),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK ((seller IS NULL) <> (order_id IS NULL))
);
CREATE INDEX open_payout_holds ON payout_holds (seller, order_id) WHERE ended_at IS NULL;

-- From how few on the seller is told; NULL: never.
ALTER TABLE stock ADD COLUMN low_threshold BIGINT CHECK (low_threshold >= 0);
