// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

extension Reading where Self: ~Copyable {
    /// Reckons anew what the marketplace kept of an order, by the rules as they were, and holds it against what is kept of it.
    func commissionFaults(of order: SellerOrder, rules: [CommissionRule.ID: CommissionRule]) -> [String] {
        let zero = Money.zero(order.total.currency)
        var faults: [String] = []
        if order.lines.reduce(zero, { $0 + ($1.fee?.amount ?? zero) }) != order.commission
            || order.lines.reduce(zero, { $0 + ($1.fee?.tax ?? zero) }) != order.commissionTax
        {
            faults.append("\(order.id): the commissions of its lines do not add up")
        }
        for line in order.lines {
            guard let fee = line.fee else { continue }
            let rule = fee.rule == CommissionRule.standardID ? CommissionRule.standard(partsPerMillion: order.commissionPartsPerMillion) : rules[fee.rule]
            if rule?.fee(on: order.sellerPrice(of: line)) != fee { faults.append("\(order.id): the commission of \(line.sku) is not what its rule says") }
        }
        if !order.remittedTax.isZero, order.remittedTax != order.tax { faults.append("\(order.id): the tax that is handed on is not its tax") }
        return faults
    }

    /// Holds what was issued for an order against what it comes to and what went back.
    func invoiceFaults(of order: SellerOrder, isPaid: Bool, refunded: Int64) throws -> [String] {
        var faults: [String] = []
        let issued = try rows("SELECT * FROM invoices WHERE order_id = \(order.id)").map { try Invoice($0) }
        let (invoices, notes) = (issued.filter { $0.kind == .invoice }, issued.filter { $0.kind == .creditNote })
        guard invoices.count == (isPaid && !order.total.isZero ? 1 : 0) else { return ["\(order.id): there are \(invoices.count) invoices for it"] }
        if let invoice = invoices.first, invoice.total != order.total || invoice.tax != order.tax {
            faults.append("\(invoice.id): it is of another sum or another tax than its order")
        }
        if !invoices.isEmpty, notes.reduce(0, { $0 + $1.total.minorUnits }) != refunded { faults.append("\(order.id): its credit notes are not what went back") }
        for invoice in issued {
            let zero = Money.zero(invoice.total.currency)
            if (invoice.rates.reduce(zero) { $0 + $1.net }, invoice.rates.reduce(zero) { $0 + $1.tax }) != (invoice.net, invoice.tax) {
                faults.append("\(invoice.id): its rates do not add up to its sums")
            }
        }
        if let invoice = invoices.first, !notes.isEmpty {
            let expected = Invoice.Rate.given(back: refunded, of: invoice.rates)
            let found = invoice.rates.indices.map { place in notes.reduce(Int64(0)) { $0 + ($1.rates.indices.contains(place) ? $1.rates[place].tax.minorUnits : 0) } }
            if expected.map(\.tax.minorUnits) != found { faults.append("\(order.id): the tax of its credit notes is not that of what went back") }
        }
        return faults
    }

    /// Every rule that ever held.
    func allCommissionRules() throws -> [CommissionRule.ID: CommissionRule] {
        try commissionRules(thatHold: false).reduce(into: [:]) { $0[$1.id] = $1 }
    }
}

extension SellerOrder {
    /// As when the fee was agreed: see `Quote.sellerPrice(of:)`.
    fileprivate func sellerPrice(of line: Line) -> Money { line.unitPrice * line.quantity - line.sellerDiscount }
}

extension BookRule {
    /// What must hold of earnings, payouts, invoices and letters.
    static let ofBooks: [BookRule] = [
        BookRule(
            sentence: "what the seller earned by the journal is not what it gave the seller",
            broken: """
                SELECT e.id FROM earnings e WHERE e.journal IS NOT NULL AND (e.amount <>
                    (SELECT COALESCE(-SUM(n.amount), 0) FROM entries n WHERE n.journal = e.journal AND n.account = 'seller:' || e.seller)
                    OR e.currency <> (SELECT j.currency FROM journals j WHERE j.id = e.journal))
                """),
        BookRule(
            sentence: "the money of the sale is ours, and the seller has not earned it; or it is not, and the seller has",
            broken: """
                SELECT o.id FROM orders o JOIN order_groups g ON g.id = o.order_group JOIN payment_attempts a ON a.id = g.attempt
                    JOIN journals j ON j.kind = 'sale' AND j.reference = o.id
                    JOIN entries n ON n.journal = j.id AND n.account = 'seller:' || o.seller
                WHERE (a.promised_at IS NULL OR EXISTS (SELECT 1 FROM journals p WHERE p.kind = 'payment' AND p.reference = o.id)) <>
                    EXISTS (SELECT 1 FROM earnings e WHERE e.journal = j.id)
                """),
        BookRule(
            sentence: "the journal took from a seller, or gave, and stands in no balance",
            broken: """
                SELECT j.id FROM journals j JOIN entries n ON n.journal = j.id AND n.account >= 'seller:' AND n.account < 'seller;'
                WHERE j.kind IN ('refund', 'adjustment', 'payoutFailed', 'payoutReturned')
                    AND NOT EXISTS (SELECT 1 FROM earnings e WHERE e.journal = j.id)
                """),
        BookRule(
            sentence: "what is carried over does not come to nothing",
            broken: "SELECT seller AS id FROM earnings WHERE kind = 'carry' GROUP BY seller, currency HAVING SUM(amount) <> 0"),
        BookRule(
            sentence: "the payout is not the sum of what it is made of",
            broken: """
                SELECT p.id FROM payouts p WHERE p.amount <>
                    (SELECT COALESCE(SUM(e.amount), 0) FROM earnings e WHERE e.payout = p.id AND e.seller = p.seller AND e.currency = p.currency)
                    OR EXISTS (SELECT 1 FROM earnings e WHERE e.payout = p.id AND (e.seller <> p.seller OR e.currency <> p.currency))
                """),
        BookRule(
            sentence: "the payout stands otherwise in the books",
            broken: """
                SELECT p.id FROM payouts p WHERE
                    p.amount <> (SELECT COALESCE(SUM(n.amount), 0) FROM journals j JOIN entries n ON n.journal = j.id
                        WHERE j.kind = 'payout' AND j.reference = p.id AND n.account = 'seller:' || p.seller)
                    OR (CASE WHEN p.status IN ('paid', 'returned') THEN p.amount ELSE 0 END) <>
                    (SELECT COALESCE(-SUM(n.amount), 0) FROM journals j JOIN entries n ON n.journal = j.id
                        WHERE j.kind = 'payoutPaid' AND j.reference = p.id AND n.account = 'platform:bank')
                    OR (CASE WHEN p.status IN ('failed', 'returned') THEN p.amount ELSE 0 END) <>
                    (SELECT COALESCE(-SUM(n.amount), 0) FROM journals j JOIN entries n ON n.journal = j.id
                        WHERE j.kind IN ('payoutFailed', 'payoutReturned') AND j.reference = p.id AND n.account = 'seller:' || p.seller)
                    OR (p.status IN ('paid', 'returned')) <> (p.paid_at IS NOT NULL)
                """),
        BookRule(
            sentence: "a number of the series is missing, or stands twice",
            broken: """
                SELECT s.series AS id FROM invoice_series s WHERE s.last <> (SELECT COUNT(*) FROM invoices i WHERE i.series = s.series)
                    OR s.last <> (SELECT COALESCE(MAX(i.number), 0) FROM invoices i WHERE i.series = s.series)
                """),
        BookRule(
            sentence: "the invoice of the payout is not what was kept of its sales",
            broken: """
                SELECT i.id FROM invoices i WHERE i.payout IS NOT NULL AND
                    (CASE i.kind WHEN 'invoice' THEN i.net ELSE -i.net END) <>
                    (SELECT COALESCE(-SUM(n.amount), 0) FROM earnings e JOIN entries n ON n.journal = e.journal
                        WHERE e.payout = i.payout AND n.account = 'platform:commission')
                    OR i.payout IS NOT NULL AND (CASE i.kind WHEN 'invoice' THEN i.tax ELSE -i.tax END) <>
                    (SELECT COALESCE(-SUM(n.amount), 0) FROM earnings e JOIN entries n ON n.journal = e.journal
                        WHERE e.payout = i.payout AND n.account = 'tax:commission')
                """),
        BookRule(
            sentence: "nobody was told of the order",
            broken: """
                SELECT g.id FROM order_groups g WHERE NOT EXISTS (SELECT 1 FROM outbox m WHERE m.id = 'orderPlaced:' || g.id)
                UNION SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM outbox m WHERE m.id = 'sale:' || o.id)
                """),
    ]
}
