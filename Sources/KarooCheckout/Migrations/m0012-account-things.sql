-- What an account keeps from one visit to the next.
ALTER TABLE cart_lines ADD COLUMN saved BIGINT NOT NULL DEFAULT 0 CHECK (saved IN (0, 1));

CREATE TABLE user_addresses (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    is_default BIGINT NOT NULL CHECK (is_default IN (0, 1)),
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX user_addresses_of_user ON user_addresses (user_id);
CREATE UNIQUE INDEX one_default_address ON user_addresses (user_id) WHERE is_default = 1;

CREATE TABLE wishes (
    user_id TEXT NOT NULL REFERENCES users (id),
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    image TEXT,
    position BIGINT NOT NULL,
    PRIMARY KEY (user_id, url)
);

-- What somebody agreed to, and when; the newest of a kind holds.
CREATE TABLE consents (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('marketing')),
    is_given BIGINT NOT NULL CHECK (is_given IN (0, 1)),
    at BIGINT NOT NULL
);
CREATE INDEX consents_of_user ON consents (user_id);

-- Orders of guests are found by the form of the address that compares equal; what is personal of an erased account's goes by then.
ALTER TABLE order_groups ADD COLUMN email_key TEXT;
ALTER TABLE order_groups ADD COLUMN erase_at BIGINT;
CREATE INDEX order_groups_by_email_key ON order_groups (email_key) WHERE user_id IS NULL;
CREATE INDEX order_groups_to_erase ON order_groups (erase_at) WHERE erase_at IS NOT NULL;
