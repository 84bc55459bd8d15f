// KarooExpress – Apache-2.0

import KarooCommerce
package import KarooDatabase

/// Where money is, or to whom it is owed. What we have is positive, what we owe negative, so that all of it is nothing.
enum Account: Hashable {
    /// What a provider holds for us.
    case provider(String)
    /// What a seller is to get.
    case seller(Seller.ID)
    /// What the marketplace earned by sales.
    case commission
    /// What the marketplace gave away.
    case discounts

    var name: String {
        switch self {
        case .provider(let name): "provider:\(name)"
        case .seller(let id): "seller:\(id)"
        case .commission: "platform:commission"
        case .discounts: "platform:discounts"
        }
    }
}

extension SellerOrder {
    /// How the money of the order divides.
    func entries(paidTo provider: String) -> [(account: Account, minorUnits: Int64)] {
        let given = discount - sellerDiscount + shippingDiscount - sellerShippingDiscount
        let share = total + given - commission
        return [
            (.provider(provider), total.minorUnits), (.discounts, given.minorUnits), (.commission, -commission.minorUnits),
            (.seller(seller), -share.minorUnits),
        ].filter { $0.minorUnits != 0 }
    }
}

extension Transaction {
    func postSale(of order: SellerOrder, paidBy attempt: PaymentAttempt) throws {
        try post("sale", order, order.entries(paidTo: attempt.provider))
    }

    /// Nothing is taken out of the books: the same amounts stand against it.
    func reverseSale(of order: SellerOrder, in group: OrderGroup) throws {
        let entries = order.entries(paidTo: try attempt(group.attempt).provider)
        try post("refund", order, entries.map { ($0.account, -$0.minorUnits) })
    }

    private func post(_ kind: String, _ order: SellerOrder, _ entries: [(account: Account, minorUnits: Int64)]) throws {
        let journal = Identifier<Account>.new("jou", at: now)
        try execute(
            "INSERT INTO journals (id, kind, reference, currency, at) VALUES (\(journal), \(kind), \(order.id), \(order.total.currency.code), \(now))")
        for entry in entries {
            try execute("INSERT INTO entries (journal, account, amount) VALUES (\(journal), \(entry.account.name), \(entry.minorUnits))")
        }
    }
}

/// What an account comes to in one currency.
package struct AccountBalance: Hashable, Sendable {
    package let account: String
    package let currency: String
    package let minorUnits: Int64
}

extension Checkout {
    /// What every account comes to, by name and currency.
    package func balances() async throws -> [AccountBalance] {
        try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT e.account, j.currency, CAST(SUM(e.amount) AS BIGINT) AS amount FROM entries e JOIN journals j ON j.id = e.journal
                GROUP BY e.account, j.currency ORDER BY e.account, j.currency
                """
            ).map { AccountBalance(account: try $0.text("account"), currency: try $0.text("currency"), minorUnits: try $0.integer("amount")) }
        }
    }

    /// Reckons everything anew from what is only ever added, and says where the books disagree; empty when they do not.
    package func faults() async throws -> [String] { try await Checkout.faults(in: database) }

    /// The same, of any database with the server's schema, such as a copy.
    package static func faults(in database: any Database) async throws -> [String] {
        try await database.read { snapshot in
            var faults: [String] = []
            for rule in BookRule.all {
                for row in try snapshot.rows(rule.broken) { faults.append("\(try row.text("id")): \(rule.sentence)") }
            }
            let groups = try snapshot.rows("SELECT id FROM order_groups ORDER BY id").map { OrderGroup.ID(try $0.text("id")) }
            for id in groups { faults += try snapshot.faults(of: snapshot.group(id)) }
            return faults
        }
    }
}

extension Reading where Self: ~Copyable {
    /// Holds an order's sums and its entries against its lines and the quote that was paid.
    fileprivate func faults(of group: OrderGroup) throws -> [String] {
        let attempt = try attempt(group.attempt)
        var faults = attempt.quote.faults.map { "\(group.id): the quote does not hold: \($0)" }
        if let told = group.currencyQuote, !told.isReckoned { faults.append("\(group.id): the buyer was told another amount than the rates make") }
        if attempt.quote.total != group.total || attempt.amount != group.total {
            faults.append("\(group.id): it costs another sum than was quoted and charged")
        }
        if group.orders.reduce(Money.zero(group.currency), { $0 + $1.total }) != group.total {
            faults.append("\(group.id): its orders do not add up to its total")
        }
        for order in group.orders {
            let zero = Money.zero(group.currency)
            let goods = order.lines.reduce(zero) { $0 + $1.unitPrice * $1.quantity }
            let discount = order.lines.reduce(zero) { $0 + $1.discount }
            let tax = order.lines.reduce(order.shippingTax) { $0 + $1.tax }
            let total = goods - discount + order.shipping - order.relief + (group.taxInclusive ? zero : tax)
            if (goods, discount, tax) != (order.goods, order.discount, order.tax) || total != order.total {
                faults.append("\(order.id): its lines do not add up to its sums")
            }
            faults += try discountFaults(of: order, attempt.quote) + taxFaults(of: order)
            let expected = Set(order.entries(paidTo: attempt.provider).map { "\($0.account.name) \($0.minorUnits)" })
            let reversed = Set(order.entries(paidTo: attempt.provider).map { "\($0.account.name) \(-$0.minorUnits)" })
            if try entries(of: order.id, "sale") != expected { faults.append("\(order.id): its entries are not what the sale comes to") }
            if try entries(of: order.id, "refund") != (order.status == .cancelled ? reversed : []) {
                faults.append("\(order.id): its reversal is not what its state says")
            }
        }
        return faults
    }

    /// What each promotion and code took off is told line by line, in the order as in the quote.
    private func discountFaults(of order: SellerOrder, _ quote: Quote) throws -> [String] {
        let zero = Money.zero(order.total.currency)
        var faults: [String] = []
        for line in order.lines {
            let own = order.discounts.filter { $0.offer == line.offer }
            if own.reduce(zero, { $0 + $1.amount }) != line.discount || own.reduce(zero, { $0 + $1.sellerAmount }) != line.sellerDiscount {
                faults.append("\(order.id): the discounts of \(line.offer) do not add up")
            }
        }
        let delivery = order.discounts.filter { $0.offer == nil }
        if delivery.reduce(zero, { $0 + $1.amount }) != order.shippingDiscount
            || delivery.reduce(zero, { $0 + $1.sellerAmount }) != order.sellerShippingDiscount
            || order.lines.reduce(zero, { $0 + $1.sellerDiscount }) != order.sellerDiscount
        {
            faults.append("\(order.id): its discounts do not add up to its sums")
        }
        for discount in quote.discounts {
            let shares = discount.shares.filter { share in
                share.target == .delivery(order.seller) || order.lines.contains { share.target == .line(offer: $0.offer) }
            }
            let kept = order.discounts.filter { $0.source == discount.source }
            if shares.reduce(zero, { $0 + $1.amount }) != kept.reduce(zero, { $0 + $1.amount }) {
                faults.append("\(order.id): \(discount.source.text) is another than was quoted")
            }
        }
        return faults
    }

    private func taxFaults(of order: SellerOrder) throws -> [String] {
        let row = try row("SELECT CAST(COALESCE(SUM(tax), 0) AS BIGINT) AS tax FROM tax_lines WHERE order_id = \(order.id)")
        return try row?.integer("tax") == order.tax.minorUnits ? [] : ["\(order.id): its taxes do not add up to its tax"]
    }

    private func entries(of order: SellerOrder.ID, _ kind: String) throws -> Set<String> {
        Set(
            try rows(
                "SELECT e.account, e.amount FROM entries e JOIN journals j ON j.id = e.journal WHERE j.reference = \(order) AND j.kind = \(kind)"
            ).map { "\(try $0.text("account")) \(try $0.integer("amount"))" })
    }
}

/// Something that must hold for all rows, as the question for those for which it does not.
private struct BookRule: Sendable {
    let sentence: String
    let broken: SQL

    static let all: [BookRule] = [
        BookRule(
            sentence: "the entries do not add up to nothing",
            broken: "SELECT journal AS id FROM entries GROUP BY journal HAVING SUM(amount) <> 0"),
        BookRule(
            sentence: "the attempt succeeded, and what was captured is not what it was for",
            broken: """
                SELECT a.id FROM payment_attempts a WHERE a.status = 'succeeded' AND a.amount <>
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured')
                """),
        BookRule(
            sentence: "the attempt succeeded without an order, or has an order without having succeeded",
            broken: """
                SELECT a.id FROM payment_attempts a LEFT JOIN order_groups g ON g.attempt = a.id
                WHERE (a.status = 'succeeded') <> (g.id IS NOT NULL)
                """),
        BookRule(
            sentence: "money came in for which there is neither an order nor a refund",
            broken: """
                SELECT a.id FROM payment_attempts a WHERE a.status <> 'succeeded' AND
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured') <>
                    (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.attempt = a.id AND r.status <> 'failed')
                """),
        BookRule(
            sentence: "more went back than came in, or than was decided",
            broken: """
                SELECT a.id FROM payment_attempts a WHERE
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'refunded') <>
                    (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.attempt = a.id AND r.status = 'succeeded')
                    OR (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'refunded') >
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured')
                """),
        BookRule(
            sentence: "the provider refuses to give the money back; somebody has to look at it",
            broken: "SELECT id FROM refunds WHERE status = 'failed'"),
        BookRule(
            sentence: "the order was cancelled, and its money does not go back",
            broken: """
                SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id
                WHERE COALESCE(r.amount, 0) <> (CASE WHEN o.status = 'cancelled' THEN o.total ELSE 0 END)
                """),
        BookRule(
            sentence: "the stock is not the sum of its movements",
            broken: """
                SELECT s.offer AS id FROM stock s LEFT JOIN stock_movements m ON m.offer = s.offer
                GROUP BY s.offer, s.on_hand, s.reserved
                HAVING s.on_hand <> COALESCE(SUM(m.on_hand_change), 0) OR s.reserved <> COALESCE(SUM(m.reserved_change), 0)
                """),
        BookRule(
            sentence: "what is reserved is not what payments under way hold",
            broken: """
                SELECT s.offer AS id FROM stock s WHERE s.reserved <>
                    (SELECT COALESCE(SUM(r.quantity), 0) FROM reservations r WHERE r.offer = s.offer AND r.status = 'active')
                """),
        BookRule(
            sentence: "the reservation is not in the state of its attempt",
            broken: """
                SELECT r.id FROM reservations r JOIN payment_attempts a ON a.id = r.attempt WHERE r.status <>
                    (CASE a.status WHEN 'succeeded' THEN 'consumed' WHEN 'declined' THEN 'released' WHEN 'expired' THEN 'expired' ELSE 'active' END)
                """),
        BookRule(
            sentence: "the cart is not in the state of its payments",
            broken: """
                SELECT c.id FROM carts c WHERE
                    (c.status = 'completed') <> EXISTS (SELECT 1 FROM order_groups g WHERE g.cart = c.id)
                    OR (c.status = 'completing') <>
                    EXISTS (SELECT 1 FROM payment_attempts a WHERE a.cart = c.id AND a.status IN ('started', 'actionRequired'))
                """),
        BookRule(
            sentence: "the promotion was not used as often as it says",
            broken: """
                SELECT p.id FROM promotions p WHERE p.used_units <>
                    (SELECT COALESCE(SUM(u.units), 0) FROM promotion_uses u WHERE u.promotion = p.id AND u.status <> 'released')
                """),
        BookRule(
            sentence: "the use of the promotion is not in the state of its attempt",
            broken: """
                SELECT a.id FROM promotion_uses u JOIN payment_attempts a ON a.id = u.attempt
                WHERE (u.status = 'reserved') <> (a.status IN ('started', 'actionRequired'))
                    OR (u.status = 'redeemed' AND a.status <> 'succeeded')
                    OR (u.status = 'released' AND EXISTS (
                        SELECT 1 FROM order_groups g JOIN orders o ON o.order_group = g.id WHERE g.attempt = a.id AND o.status <> 'cancelled'))
                """),
        BookRule(
            sentence: "what is set aside is not what its promotions have left",
            broken: """
                SELECT s.offer AS id FROM stock s WHERE s.set_aside <>
                    (SELECT COALESCE(SUM(p.unit_limit - p.used_units), 0) FROM promotions p WHERE p.set_aside = s.offer AND p.ended_at IS NULL)
                """),
        BookRule(
            sentence: "the coupon was not used as often as it says",
            broken: """
                SELECT c.code AS id FROM coupons c WHERE c.used <>
                    (SELECT COUNT(*) FROM coupon_uses u WHERE u.code = c.code AND u.status <> 'released')
                """),
    ]
}
