-- The exchange rates of a day, as they were taken: for estimates, and never for what is charged.
CREATE TABLE rate_days (
    day TEXT PRIMARY KEY NOT NULL,
    base TEXT NOT NULL,
    source TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);

-- How much one unit of the base is, as an exact decimal.
CREATE TABLE exchange_rates (
    day TEXT NOT NULL REFERENCES rate_days (day),
    currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (day, currency)
);

-- What a buyer was told that a purchase is in another currency, held until the purchase.
CREATE TABLE currency_quotes (
    attempt TEXT PRIMARY KEY NOT NULL REFERENCES payment_attempts (id),
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    base TEXT NOT NULL,
    from_rate TEXT NOT NULL,
    to_rate TEXT NOT NULL,
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
