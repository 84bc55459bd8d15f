-- How an attempt is paid, and what the provider calls it.
ALTER TABLE payment_attempts ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_attempts ADD COLUMN provider_reference TEXT;
ALTER TABLE payment_attempts ADD COLUMN client_secret TEXT;
-- Where the order came before the money: since when it is promised, from when on somebody has to see to it (NULL: only people can
-- tell), and when it had come or was given up.
ALTER TABLE payment_attempts ADD COLUMN promised_at BIGINT;
ALTER TABLE payment_attempts ADD COLUMN promise_due_at BIGINT;
ALTER TABLE payment_attempts ADD COLUMN promise_ended_at BIGINT;
CREATE UNIQUE INDEX attempts_by_reference ON payment_attempts (provider, provider_reference) WHERE provider_reference IS NOT NULL;
CREATE INDEX open_promises ON payment_attempts (promise_due_at) WHERE promised_at IS NOT NULL AND promise_ended_at IS NULL;

-- Disputes are events too.
CREATE TABLE next_payment_events (
    id TEXT PRIMARY KEY NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    kind TEXT NOT NULL CHECK (kind IN (
        'authorized', 'captured', 'voided', 'refunded', 'declined', 'disputed', 'disputeWon', 'disputeLost')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    provider_reference TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (attempt, kind, provider_reference)
);
INSERT INTO next_payment_events (id, attempt, kind, amount, provider_reference, at)
    SELECT id, attempt, kind, amount, provider_reference, at FROM payment_events;
DROP TABLE payment_events;
ALTER TABLE next_payment_events RENAME TO payment_events;
CREATE INDEX payment_events_by_reference ON payment_events (provider_reference);

-- Journals of any kind; what takes a sale back stands under its refund, or under its order where no money had come.
CREATE TABLE next_journals (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (kind, reference)
);
INSERT INTO next_journals (id, kind, reference, currency, at)
    SELECT j.id, CASE WHEN j.kind = 'refund' AND r.id IS NULL THEN 'void' ELSE j.kind END, COALESCE(r.id, j.reference), j.currency, j.at
    FROM journals j LEFT JOIN refunds r ON j.kind = 'refund' AND r.order_id = j.reference;
CREATE TABLE next_entries (
    journal TEXT NOT NULL REFERENCES next_journals (id),
    account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (journal, account)
);
INSERT INTO next_entries (journal, account, amount) SELECT journal, account, amount FROM entries;
DROP TABLE entries;
DROP TABLE journals;
ALTER TABLE next_journals RENAME TO journals;
ALTER TABLE next_entries RENAME TO entries;
CREATE INDEX entries_of_account ON entries (account);

-- An order may have several refunds, which together are no more than it came to.
CREATE TABLE next_refunds (
    id TEXT PRIMARY KEY NOT NULL,
    attempt TEXT NOT NULL REFERENCES payment_attempts (id),
    order_id TEXT REFERENCES orders (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('requested', 'succeeded', 'failed')),
    provider_reference TEXT,
    -- By which whoever asked for it would ask again.
    request_key TEXT,
    created_at BIGINT NOT NULL
);
INSERT INTO next_refunds (id, attempt, order_id, amount, reason, status, created_at)
    SELECT id, attempt, order_id, amount, reason, status, created_at FROM refunds;
DROP TABLE refunds;
ALTER TABLE next_refunds RENAME TO refunds;
CREATE INDEX open_refunds ON refunds (created_at) WHERE status = 'requested';
CREATE INDEX refunds_of_attempt ON refunds (attempt);
CREATE UNIQUE INDEX refunds_of_order ON refunds (order_id, request_key);

-- What providers told of themselves, once each. What became of a payment is then asked, so only what the message is about is kept.
CREATE TABLE provider_events (
    provider TEXT NOT NULL,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    charge TEXT,
    reference TEXT,
    dispute TEXT,
    amount BIGINT,
    currency TEXT,
    received_at BIGINT NOT NULL,
    processed_at BIGINT,
    -- What somebody should look at; NULL when all is well.
    alarm TEXT,
    PRIMARY KEY (provider, event)
);
CREATE INDEX waiting_provider_events ON provider_events (received_at) WHERE processed_at IS NULL;
