-- What is agreed of a quote's lines besides their prices when a payment begins, so that later changes of the catalogue move nothing.
CREATE TABLE agreements (
    attempt TEXT PRIMARY KEY NOT NULL REFERENCES payment_attempts (id),
    content TEXT NOT NULL
);

-- What a line was called, and what else was known of it, when it was bought.
ALTER TABLE order_lines ADD COLUMN title TEXT;
ALTER TABLE order_lines ADD COLUMN options TEXT;
ALTER TABLE order_lines ADD COLUMN tax_category TEXT;
ALTER TABLE order_lines ADD COLUMN grams BIGINT;
