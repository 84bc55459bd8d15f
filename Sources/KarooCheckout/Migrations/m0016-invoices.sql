-- The last number of each series: a seller's own, and `marketplace` for its fees. A number is taken in the transaction that writes its
-- invoice, so none is missing and none stands twice.
CREATE TABLE invoice_series (
    series TEXT PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL CHECK (last >= 0)
);

-- `content` is the invoice as it was issued, as JSON; the columns are what is asked for. Rows are only added.
CREATE TABLE invoices (
    id TEXT PRIMARY KEY NOT NULL,
    series TEXT NOT NULL REFERENCES invoice_series (series),
    number BIGINT NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'creditNote')),
    order_id TEXT REFERENCES orders (id),
    refund TEXT REFERENCES refunds (id),
    payout TEXT REFERENCES payouts (id),
    -- The invoice that a credit note corrects.
    corrects TEXT REFERENCES invoices (id),
    currency TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    content TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    UNIQUE (series, number),
    CHECK (net + tax = total),
    CHECK ((kind = 'creditNote') = (corrects IS NOT NULL) OR payout IS NOT NULL),
    CHECK ((order_id IS NULL) <> (payout IS NULL))
);
CREATE UNIQUE INDEX one_invoice_of_an_order ON invoices (order_id) WHERE kind = 'invoice' AND order_id IS NOT NULL;
CREATE UNIQUE INDEX one_credit_note_of_a_refund ON invoices (refund) WHERE refund IS NOT NULL;
CREATE UNIQUE INDEX one_invoice_of_a_payout ON invoices (payout) WHERE payout IS NOT NULL;
CREATE INDEX credit_notes_of_an_invoice ON invoices (corrects) WHERE corrects IS NOT NULL;
