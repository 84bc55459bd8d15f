-- Letters that are to be sent: written in the transaction whose event they tell, sent afterwards, at least once.
-- Whom it went to and what it said are taken out of the row once it has left.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT,
    language TEXT,
    reference TEXT NOT NULL,
    content TEXT,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'sent', 'dead')),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    problem TEXT,
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((status = 'sent') = (recipient IS NULL))
);
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE status = 'waiting';
CREATE INDEX outbox_dead ON outbox (created_at) WHERE status = 'dead';
