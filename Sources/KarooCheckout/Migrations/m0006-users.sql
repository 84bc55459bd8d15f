-- Who may log in. What is personal goes when the account is erased; the row stays, because others refer to it.
CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT,
    email_key TEXT UNIQUE,
    name TEXT,
    language TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled', 'erased')),
    password TEXT,
    created_at BIGINT NOT NULL,
    CHECK (status = 'erased' OR (email IS NOT NULL AND email_key IS NOT NULL))
);

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('seller', 'support', 'admin')),
    seller TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, role, seller),
    CHECK ((role = 'seller') = (seller <> ''))
);
CREATE INDEX user_roles_of_seller ON user_roles (seller) WHERE role = 'seller';

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('cookie', 'bearer')),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Every privileged act. The table only grows, and each row's hash holds the one before it.
CREATE TABLE audit_log (
    seq BIGINT PRIMARY KEY NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    at BIGINT NOT NULL
);

ALTER TABLE carts ADD COLUMN user_id TEXT REFERENCES users (id);
CREATE UNIQUE INDEX one_open_cart_of_user ON carts (user_id, market) WHERE user_id IS NOT NULL AND status IN ('open', 'completing');

ALTER TABLE order_groups ADD COLUMN user_id TEXT REFERENCES users (id);
CREATE INDEX order_groups_of_user ON order_groups (user_id, placed_at) WHERE user_id IS NOT NULL;
CREATE INDEX order_groups_by_email ON order_groups (email);
