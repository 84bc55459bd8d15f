-- Double entry: the entries of a journal add up to nothing. Both tables only grow.
CREATE TABLE journals (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (kind, reference)
);

CREATE TABLE entries (
    journal TEXT NOT NULL REFERENCES journals (id),
    account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (journal, account)
);
CREATE INDEX entries_of_account ON entries (account);

-- What goes back to a buyer: decided first, done by the provider, then kept with its event.
CREATE TABLE refunds (
    id TEXT PRIMARY KEY NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    order_id TEXT UNIQUE REFERENCES orders (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL CHECK (reason IN ('cancelled', 'unordered')),
    status TEXT NOT NULL CHECK (status IN ('requested', 'succeeded', 'failed')),
    created_at BIGINT NOT NULL
);
CREATE INDEX open_refunds ON refunds (created_at) WHERE status = 'requested';
