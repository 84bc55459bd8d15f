// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// Money that is ours because a seller sold something, or that went back: a line of the seller's balance.
package struct Earning: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case sale, refund
        /// A sale that was taken back before any money had come.
        case void
        /// What people decided.
        case adjustment
        /// A payout that did not arrive.
        case returned
        /// What a bank cannot pay, because it is less than its smallest unit, goes from one payout into the next.
        case carry
    }

    package let id: String
    package let kind: Kind
    package let seller: Seller.ID
    /// Below zero for what went back.
    package let amount: Money
    /// Of which order; nil when it is of none.
    package let order: String?
    /// From when on it can be paid out.
    package let availableAt: Instant
    package let createdAt: Instant
    /// Nil while it is not paid out.
    package let payout: Payout.ID?
    /// What the marketplace kept of it, and the tax on that; what it kept before and gave back is below zero.
    package let commission: Money
    package let commissionTax: Money
}

/// What a seller has coming, in one currency.
package struct SellerBalance: Hashable, Sendable {
    package let seller: Seller.ID
    /// That can be paid out now; below zero when more went back.
    package let available: Money
    /// Whose time has not come.
    package let waiting: Money
    /// Whose money has not come.
    package let promised: Money
    /// On its way to the seller.
    package let processing: Money
    /// In all time.
    package let paid: Money
}

extension Checkout {
    /// Of one seller, or of all, by seller and currency.
    package func sellerBalances(of seller: Seller.ID? = nil) async throws -> [SellerBalance] {
        try await database.read { try $0.sellerBalances(of: seller) }
    }

    /// Everything that made up a seller's balance between two moments, the oldest first; nil: without a bound.
    package func statement(of seller: Seller.ID, from: Instant? = nil, until: Instant? = nil) async throws -> [Earning] {
        try await database.read { snapshot in
            try snapshot.earnings(
                """
                WHERE e.seller = \(seller) AND e.created_at >= \(from?.millisecondsSinceEpoch ?? 0)
                    AND e.created_at < \(until?.millisecondsSinceEpoch ?? Int64.max)
                """)
        }
    }

    /// Gives a seller something, or takes it, because somebody decided so. Throws `invalid` for nothing.
    package func adjustBalance(of seller: Seller.ID, by amount: Money, reason: String, actor: String) async throws {
        guard !amount.isZero, abs(amount.minorUnits) < Quote.maximumMinorUnits, !reason.isEmpty else { throw CheckoutError(.invalid, field: "amount") }
        try await database.write { tx in
            let id = Identifier<Earning>.new("adj", at: tx.now)
            let journal = try tx.post(
                .adjustment, id.text, amount.currency, [(.seller(seller), -amount.minorUnits), (.adjustments, amount.minorUnits)])
            try tx.noteEarning(.adjustment, journal, seller, amount, order: nil)
            try tx.audit(actor, "balance.adjust", entity: "\(seller) \(id) \(reason.prefix(200))")
        }
    }
}

extension Transaction {
    /// Keeps what a journal gave a seller. The money of a sale waits as the seller's terms say; everything else counts at once.
    func noteEarning(_ kind: Earning.Kind, _ journal: Identifier<Account>?, _ seller: Seller.ID, _ amount: Money, order: SellerOrder.ID?) throws {
        guard !amount.isZero else { return }
        let day: Int64 = kind == .sale ? 86_400_000 : 0
        try execute(
            """
            INSERT INTO earnings (id, kind, journal, seller, currency, amount, order_id, available_at, created_at)
            SELECT \(Identifier<Earning>.new("ear", at: now)), \(kind.rawValue), \(journal?.text), \(seller), \(amount.currency.code), \(amount.minorUnits),
                \(order?.text), \(now) + t.hold_days * \(day), \(now)
            FROM payout_terms t WHERE t.seller IN ('', \(seller)) ORDER BY t.seller DESC LIMIT 1
            """)
    }
}

extension Reading where Self: ~Copyable {
    /// Earnings with what was kept of them, the oldest first.
    fileprivate func earnings(_ condition: SQL) throws -> [Earning] {
        let select: SQL = """
            SELECT e.id, e.kind, e.seller, e.currency, e.amount, e.order_id, e.available_at, e.created_at, e.payout,
                CAST(COALESCE((SELECT SUM(n.amount) FROM entries n WHERE n.journal = e.journal AND n.account = 'platform:commission'), 0) AS BIGINT) AS fee,
                CAST(COALESCE((SELECT SUM(n.amount) FROM entries n WHERE n.journal = e.journal AND n.account = 'tax:commission'), 0) AS BIGINT) AS fee_tax
            FROM earnings e
            """
        return try rows(select + " " + condition + " ORDER BY e.created_at, e.id").map { row in
            guard let currency = Currency(try row.text("currency")), let kind = Earning.Kind(rawValue: try row.text("kind")) else {
                throw DatabaseError.unexpected("an earning has no currency")
            }
            func money(_ column: String, sign: Int64 = 1) throws -> Money { Money(minorUnits: sign * (try row.integer(column)), currency: currency) }
            return Earning(
                id: try row.text("id"), kind: kind, seller: Seller.ID(try row.text("seller")), amount: try money("amount"),
                order: try row.optionalText("order_id"), availableAt: Instant(millisecondsSinceEpoch: try row.integer("available_at")),
                createdAt: Instant(millisecondsSinceEpoch: try row.integer("created_at")), payout: try row.optionalText("payout").map { Payout.ID($0) },
                commission: try money("fee", sign: -1), commissionTax: try money("fee_tax", sign: -1))
        }
    }

    func earnings(of payout: Payout.ID) throws -> [Earning] { try earnings(" WHERE e.payout = \(payout)") }

    fileprivate func sellerBalances(of seller: Seller.ID?) throws -> [SellerBalance] {
        var sums: [BalanceKey: [String: Int64]] = [:]
        let questions: [(name: String, sql: SQL)] = [
            (
                "available",
                """
                SELECT seller, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM earnings
                WHERE payout IS NULL AND available_at <= \(now) GROUP BY seller, currency
                """
            ),
            (
                "waiting",
                """
                SELECT seller, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM earnings
                WHERE payout IS NULL AND available_at > \(now) GROUP BY seller, currency
                """
            ),
            (
                "processing",
                "SELECT seller, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM payouts WHERE status = 'processing' GROUP BY seller, currency"
            ),
            ("paid", "SELECT seller, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM payouts WHERE status = 'paid' GROUP BY seller, currency"),
            (
                "promised",
                """
                SELECT o.seller, j.currency, CAST(-SUM(e.amount) AS BIGINT) AS amount FROM orders o
                    JOIN journals j ON j.reference = o.id JOIN entries e ON e.journal = j.id AND e.account = 'seller:' || o.seller
                WHERE NOT EXISTS (SELECT 1 FROM earnings n WHERE n.order_id = o.id) GROUP BY o.seller, j.currency
                """
            ),
        ]
        for question in questions {
            for row in try rows(question.sql) {
                let key = BalanceKey(seller: try row.text("seller"), currency: try row.text("currency"))
                guard seller.map({ $0.text == key.seller }) ?? true else { continue }
                sums[key, default: [:]][question.name] = try row.integer("amount")
            }
        }
        return sums.sorted { ($0.key.seller, $0.key.currency) < ($1.key.seller, $1.key.currency) }.compactMap { key, sums in
            guard let currency = Currency(key.currency) else { return nil }
            func money(_ name: String) -> Money { Money(minorUnits: sums[name] ?? 0, currency: currency) }
            return SellerBalance(
                seller: Seller.ID(key.seller), available: money("available"), waiting: money("waiting"), promised: money("promised"),
                processing: money("processing"), paid: money("paid"))
        }
    }
}

private struct BalanceKey: Hashable {
    let seller: String
    let currency: String
}
