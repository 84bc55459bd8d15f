-- The newest offer book that was taken: an older one is refused, after a restart too.
CREATE TABLE offer_heads (
    sequence BIGINT PRIMARY KEY NOT NULL,
    digest TEXT NOT NULL,
    built_at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- How much there is of an offer. Every change stands in stock_movements, whose sums these columns are.
CREATE TABLE stock (
    offer TEXT PRIMARY KEY NOT NULL,
    on_hand BIGINT NOT NULL,
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    backorder_limit BIGINT NOT NULL CHECK (backorder_limit >= 0),
    CHECK (on_hand - reserved >= -backorder_limit)
);

CREATE TABLE stock_movements (
    id TEXT PRIMARY KEY NOT NULL,
    offer TEXT NOT NULL REFERENCES stock (offer),
    kind TEXT NOT NULL CHECK (kind IN ('seed', 'adjust', 'reserve', 'release', 'sale', 'return')),
    on_hand_change BIGINT NOT NULL,
    reserved_change BIGINT NOT NULL,
    reference TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX stock_movements_of_offer ON stock_movements (offer);
