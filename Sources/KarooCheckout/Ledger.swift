// KarooExpress – Apache-2.0

import KarooCommerce
package import KarooDatabase

/// Where money is, or to whom it is owed. What we have is positive, what we owe negative, so that all of it is nothing.
enum Account: Hashable {
    /// What a provider holds for us.
    case provider(String)
    /// What buyers have promised to pay by way of a provider.
    case receivable(String)
    /// What banks took back for buyers, as long as it is not decided for us.
    case disputes
    /// What a seller is to get.
    case seller(Seller.ID)
    /// What the marketplace earned by sales.
    case commission
    /// What the marketplace gave away.
    case discounts
    /// The tax on its commission, which the marketplace hands on.
    case commissionTax
    /// The tax of sales that the marketplace hands on in place of their sellers.
    case salesTax
    /// What is on its way to sellers.
    case payouts
    /// Whence sellers are paid.
    case bank
    /// What people gave sellers, or took.
    case adjustments

    var name: String {
        switch self {
        case .provider(let name): "provider:\(name)"
        case .receivable(let name): "receivable:\(name)"
        case .disputes: "platform:disputes"
        case .seller(let id): "seller:\(id)"
        case .commission: "platform:commission"
        case .discounts: "platform:discounts"
        case .commissionTax: "tax:commission"
        case .salesTax: "tax:sales"
        case .payouts: "platform:payouts"
        case .bank: "platform:bank"
        case .adjustments: "platform:adjustments"
        }
    }
}

/// Why a journal was written. A sale, its payment where that came later, and its void stand under the order; a refund under its
/// own id, a dispute under the provider's.
enum JournalKind: String {
    case sale, payment, refund, void, dispute, disputeWon
    case payout, payoutPaid, payoutFailed, payoutReturned, adjustment
}

typealias Entries = [(account: Account, minorUnits: Int64)]

extension PaymentAttempt {
    /// Where the money of a sale is looked for when the order comes about.
    fileprivate var saleAccount: Account { isPromised ? .receivable(provider) : .provider(provider) }
}

extension SellerOrder {
    /// How the money of the order divides.
    fileprivate func entries(in account: Account) -> Entries {
        let given = discount - sellerDiscount + shippingDiscount - sellerShippingDiscount
        let share = total + given - commission - commissionTax - remittedTax
        return [
            (account, total.minorUnits), (.discounts, given.minorUnits), (.commission, -commission.minorUnits),
            (.commissionTax, -commissionTax.minorUnits), (.salesTax, -remittedTax.minorUnits), (.seller(seller), -share.minorUnits),
        ].filter { $0.minorUnits != 0 }
    }

    /// What every account gives up when so much of the total has gone back: its part, rounded; the seller bears what rounding
    /// leaves. At the whole total it is all of the sale.
    fileprivate func entries(takenBack minorUnits: Int64, from account: Account) -> Entries {
        guard minorUnits > 0, !total.isZero else { return [] }
        let parts = entries(in: account).filter { $0.account != .seller(seller) }.map { entry in
            (account: entry.account, minorUnits: -(Rounding.scaled(entry.minorUnits, by: minorUnits, over: total.minorUnits) ?? 0))
        }
        return parts + [(.seller(seller), -parts.reduce(0) { $0 + $1.minorUnits })]
    }

    fileprivate func entries(takenBackFrom before: Int64, to after: Int64, from account: Account) -> Entries {
        let earlier = entries(takenBack: before, from: account)
        return entries(takenBack: after, from: account).map { entry in
            (entry.account, entry.minorUnits - (earlier.first { $0.account == entry.account }?.minorUnits ?? 0))
        }.filter { $0.minorUnits != 0 }
    }
}

extension Transaction {
    /// The seller has earned it when the money came first; what is promised is earned when it comes.
    func postSale(of order: SellerOrder, paidBy attempt: PaymentAttempt) throws {
        let entries = order.entries(in: attempt.saleAccount)
        let journal = try post(.sale, order.id.text, order.total.currency, entries)
        if !attempt.isPromised { try noteEarning(.sale, journal, of: order, entries) }
    }

    /// The promised money of an order is ours.
    func postPayment(of order: SellerOrder, paidBy attempt: PaymentAttempt) throws {
        let entries: Entries = [(.provider(attempt.provider), order.total.minorUnits), (.receivable(attempt.provider), -order.total.minorUnits)]
        try post(.payment, order.id.text, order.total.currency, entries.filter { $0.minorUnits != 0 })
        guard let sale = try row("SELECT id FROM journals WHERE kind = \(JournalKind.sale.rawValue) AND reference = \(order.id)")?.text("id") else { return }
        try noteEarning(.sale, Identifier(sale), of: order, order.entries(in: attempt.saleAccount))
    }

    /// Nothing is taken out of the books: the same amounts stand against it.
    func voidSale(of order: SellerOrder, paidBy attempt: PaymentAttempt) throws {
        let isPaid = try isPaid(order, of: attempt)
        let entries = order.entries(in: isPaid ? .provider(attempt.provider) : attempt.saleAccount).map { ($0.account, -$0.minorUnits) }
        let journal = try post(.void, order.id.text, order.total.currency, entries)
        if isPaid { try noteEarning(.void, journal, of: order, entries) }
    }

    /// Of an order's total, so much more has gone back than before.
    func postRefund(_ refund: Refund.ID, of order: SellerOrder, from before: Int64, to after: Int64, paidBy attempt: PaymentAttempt) throws {
        let entries = order.entries(takenBackFrom: before, to: after, from: .provider(attempt.provider))
        let journal = try post(.refund, refund.text, order.total.currency, entries)
        try noteEarning(.refund, journal, of: order, entries)
        try issueCreditNote(for: order, refund: refund.text, from: before, to: after)
    }

    private func noteEarning(_ kind: Earning.Kind, _ journal: Identifier<Account>, of order: SellerOrder, _ entries: Entries) throws {
        let owed = entries.first { $0.account == .seller(order.seller) }?.minorUnits ?? 0
        try noteEarning(kind, journal, order.seller, Money(minorUnits: -owed, currency: order.total.currency), order: order.id)
    }

    /// A bank took money back, or gave it back to us; nothing for a dispute whose journal stands already.
    func postDispute(_ reference: String, of attempt: PaymentAttempt, _ amount: Money, isWon: Bool) throws {
        let kind: JournalKind = isWon ? .disputeWon : .dispute
        guard try row("SELECT id FROM journals WHERE kind = \(kind.rawValue) AND reference = \(reference)") == nil else { return }
        let taken = isWon ? -amount.minorUnits : amount.minorUnits
        try post(kind, reference, amount.currency, [(.disputes, taken), (.provider(attempt.provider), -taken)])
    }

    @discardableResult
    func post(_ kind: JournalKind, _ reference: String, _ currency: Currency, _ entries: Entries) throws -> Identifier<Account> {
        let journal = Identifier<Account>.new("jou", at: now)
        try execute(
            "INSERT INTO journals (id, kind, reference, currency, at) VALUES (\(journal), \(kind.rawValue), \(reference), \(currency.code), \(now))")
        let rows = entries.map { entry -> [any SQLBindable] in [journal, entry.account.name, entry.minorUnits] }
        if !rows.isEmpty { try execute("INSERT INTO entries (journal, account, amount) VALUES \(rows: rows)") }
        return journal
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
            for rule in BookRule.all + BookRule.ofBooks {
                for row in try snapshot.rows(rule.broken) { faults.append("\(try row.text("id")): \(rule.sentence)") }
            }
            let groups = try snapshot.rows("SELECT id FROM order_groups ORDER BY id").map { OrderGroup.ID(try $0.text("id")) }
            let rules = try snapshot.allCommissionRules()
            for id in groups { faults += try snapshot.faults(of: snapshot.group(id), rules) }
            return faults
        }
    }
}

extension Reading where Self: ~Copyable {
    /// Holds an order's sums and its entries against its lines and the quote that was paid.
    fileprivate func faults(of group: OrderGroup, _ rules: [CommissionRule.ID: CommissionRule]) throws -> [String] {
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
            faults += try self.faults(ofEntriesOf: order, paidBy: attempt)
            faults += commissionFaults(of: order, rules: rules)
            faults += try invoiceFaults(of: order, isPaid: isPaid(order, of: attempt), refunded: refunded(of: order.id))
        }
        return faults
    }

    private func faults(ofEntriesOf order: SellerOrder, paidBy attempt: PaymentAttempt) throws -> [String] {
        var faults: [String] = []
        let isPaid = try isPaid(order, of: attempt)
        let refunded = try refunded(of: order.id)
        let isVoid = order.status == .cancelled && (!isPaid || order.total.isZero)
        func text(_ entries: Entries) -> Set<String> { Set(entries.filter { $0.minorUnits != 0 }.map { "\($0.account.name) \($0.minorUnits)" }) }
        let sale = order.entries(in: attempt.saleAccount)
        if try entries(of: .sale, order.id.text) != text(sale) { faults.append("\(order.id): its entries are not what the sale comes to") }
        if try entries(of: .void, order.id.text) != (isVoid ? text(sale.map { ($0.account, -$0.minorUnits) }) : []) {
            faults.append("\(order.id): its void is not what its state says")
        }
        if isPaid, attempt.isPromised {
            let payment: Entries = [(.provider(attempt.provider), order.total.minorUnits), (.receivable(attempt.provider), -order.total.minorUnits)]
            if try entries(of: .payment, order.id.text) != text(payment) { faults.append("\(order.id): its payment is not what it comes to") }
        }
        if try refundEntries(of: order.id) != text(order.entries(takenBack: refunded, from: .provider(attempt.provider))) {
            faults.append("\(order.id): its refunds are not divided as the sale was")
        }
        if refunded > order.total.minorUnits || (order.status == .cancelled && isPaid && refunded != order.total.minorUnits) {
            faults.append("\(order.id): what goes back is not what its state says")
        }
        if attempt.promiseEndedAt != nil, !isPaid, order.status != .cancelled {
            faults.append("\(order.id): it stands, and its money neither came nor is to come")
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

    private func entries(of kind: JournalKind, _ reference: String) throws -> Set<String> {
        Set(
            try rows(
                "SELECT e.account, e.amount FROM entries e JOIN journals j ON j.id = e.journal WHERE j.reference = \(reference) AND j.kind = \(kind.rawValue)"
            ).map { "\(try $0.text("account")) \(try $0.integer("amount"))" })
    }

    /// What all refunds of an order moved together.
    private func refundEntries(of order: SellerOrder.ID) throws -> Set<String> {
        Set(
            try rows(
                """
                SELECT e.account, CAST(SUM(e.amount) AS BIGINT) AS amount FROM entries e JOIN journals j ON j.id = e.journal
                WHERE j.kind = \(JournalKind.refund.rawValue) AND j.reference IN (SELECT r.id FROM refunds r WHERE r.order_id = \(order))
                GROUP BY e.account HAVING SUM(e.amount) <> 0
                """
            ).map { "\(try $0.text("account")) \(try $0.integer("amount"))" })
    }
}

/// Something that must hold for all rows, as the question for those for which it does not.
struct BookRule: Sendable {
    let sentence: String
    let broken: SQL

    static let all: [BookRule] = [
        BookRule(
            sentence: "the entries do not add up to nothing",
            broken: "SELECT journal AS id FROM entries GROUP BY journal HAVING SUM(amount) <> 0"),
        BookRule(
            sentence: "the attempt succeeded, and what was captured is not what it was for",
            broken: """
                SELECT a.id FROM payment_attempts a WHERE a.status = 'succeeded' AND a.promised_at IS NULL AND a.amount +
                    (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.attempt = a.id AND r.order_id IS NULL) <>
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured')
                """),
        BookRule(
            sentence: "the money was promised, and what was captured is neither what was posted nor goes back",
            broken: """
                SELECT a.id FROM payment_attempts a WHERE a.promised_at IS NOT NULL AND
                    (SELECT COALESCE(SUM(e.amount), 0) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured') <>
                    (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.attempt = a.id AND r.order_id IS NULL) +
                    (SELECT COALESCE(SUM(o.total), 0) FROM orders o JOIN order_groups g ON g.id = o.order_group
                        JOIN journals j ON j.reference = o.id AND j.kind = 'payment' WHERE g.attempt = a.id)
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
            sentence: "the order stands, and its money goes back as if it had been cancelled",
            broken: "SELECT o.id FROM orders o JOIN refunds r ON r.order_id = o.id WHERE r.reason = 'cancelled' AND o.status <> 'cancelled'"),
        BookRule(
            sentence: "what a bank took back, or gave back to us, does not stand in the books",
            broken: """
                SELECT e.id FROM payment_events e WHERE e.kind IN ('disputed', 'disputeWon') AND e.amount <>
                    (SELECT COALESCE(SUM(n.amount), 0) FROM journals j JOIN entries n ON n.journal = j.id
                        WHERE j.reference = e.provider_reference AND j.kind = (CASE e.kind WHEN 'disputed' THEN 'dispute' ELSE 'disputeWon' END)
                        AND n.account = (CASE e.kind WHEN 'disputed' THEN 'platform:disputes' ELSE 'provider:' || (SELECT a.provider FROM payment_attempts a WHERE a.id = e.attempt) END))
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
