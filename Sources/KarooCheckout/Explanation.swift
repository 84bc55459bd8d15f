// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

extension Checkout {
    /// Where every amount of an order comes from, line by line, and which accounts it moved. Throws `notFound`.
    package func explanation(of id: OrderGroup.ID) async throws -> [String] {
        let group = try await order(id)
        let entries = try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT j.kind, j.reference, e.account, e.amount FROM journals j JOIN entries e ON e.journal = j.id
                WHERE j.reference IN (\(list: group.orders.map(\.id.text))) ORDER BY j.at, j.id, e.account
                """
            ).map { row in
                (kind: try row.text("kind"), order: try row.text("reference"), account: try row.text("account"), amount: try row.integer("amount"))
            }
        }
        var lines = ["\(group.id), placed \(group.placedAt), market \(group.market), prices \(group.taxInclusive ? "with" : "without") tax"]
        for order in group.orders {
            lines += order.explanation(taxInclusive: group.taxInclusive)
            for entry in entries where entry.order == order.id.text {
                lines.append("    \(entry.kind)  \(entry.account)  \(Money(minorUnits: entry.amount, currency: group.currency))")
            }
        }
        for invoice in try await invoices(of: id) { lines.append("\(invoice.kind.rawValue)  \(invoice.number)  \(invoice.total), tax \(invoice.tax)") }
        lines += try await movements(of: group)
        lines.append("total  \(group.total) = \(group.orders.map { "\($0.total)" }.joined(separator: " + "))")
        if let told = group.currencyQuote { lines.append("told  \(told.amount) at \(told.rate), \(told.source) of \(told.day)") }
        lines.append("paid  \(Money(minorUnits: group.balance.captured, currency: group.currency)) by \(group.attempt)")
        lines.append("refunded  \(Money(minorUnits: group.balance.refunded, currency: group.currency))")
        return lines
    }
}

extension Checkout {
    /// What providers told, what went back, and what was paid out.
    private func movements(of group: OrderGroup) async throws -> [String] {
        @Sendable func money(_ minorUnits: Int64) -> String { Money(minorUnits: minorUnits, currency: group.currency).description }
        return try await database.read { snapshot in
            let events = try snapshot.rows("SELECT kind, amount, provider_reference, at FROM payment_events WHERE attempt = \(group.attempt) ORDER BY at, id").map { row in
                "event  \(try row.text("kind"))  \(money(try row.integer("amount")))  \(Instant(millisecondsSinceEpoch: try row.integer("at")))  \(try row.text("provider_reference"))"
            }
            let refunds = try snapshot.rows("SELECT id, order_id, amount, reason, status FROM refunds WHERE attempt = \(group.attempt) ORDER BY created_at, id").map { row in
                "refund  \(try row.text("id"))  \(money(try row.integer("amount")))  \(try row.text("reason")), \(try row.text("status"))  \(try row.optionalText("order_id") ?? "")"
            }
            let earnings = try snapshot.rows(
                """
                SELECT e.kind, e.amount, e.seller, e.available_at, e.payout, p.status FROM earnings e LEFT JOIN payouts p ON p.id = e.payout
                WHERE e.order_id IN (\(list: group.orders.map(\.id.text))) ORDER BY e.created_at, e.id
                """
            ).map { row in
                let available = Instant(millisecondsSinceEpoch: try row.integer("available_at"))
                let payout = try row.optionalText("payout").map { "in \($0), \(try row.text("status"))" } ?? "available from \(available)"
                return "earned  \(try row.text("seller"))  \(try row.text("kind"))  \(money(try row.integer("amount")))  \(payout)"
            }
            return events + refunds + earnings
        }
    }
}

extension SellerOrder {
    fileprivate func explanation(taxInclusive: Bool) -> [String] {
        var text = ["  \(id), \(seller), \(status.rawValue)"]
        for line in lines {
            let reduced = line.discount.isZero ? "" : " − \(line.discount)"
            text.append(
                "    \(line.sku)  \(line.quantity) × \(line.unitPrice)\(reduced) = \(line.unitPrice * line.quantity - line.discount); \(taxed(line.tax, line.taxPartsPerMillion, taxInclusive))"
            )
            text += discounts.filter { $0.offer == line.offer }.map(explanation)
        }
        text.append("    delivery  \(delivery.method)  \(shipping); tax \(shippingTax)")
        text += discounts.filter { $0.offer == nil }.map(explanation)
        if let exemption { text.append("    no tax  \(exemption.rawValue), \(relief) taken out of the prices") }
        let added = (relief.isZero ? "" : " − \(relief)") + (taxInclusive ? "" : " + tax \(tax)")
        text.append("    total  \(goods) − \(discount) + \(shipping)\(added) = \(total)")
        for line in lines { if let fee = line.fee { text.append(explanation(of: fee, for: line)) } }
        let taxed = commissionTax.isZero ? "" : " + tax \(commissionTax)"
        text.append("    commission  \(commission)\(taxed)")
        if !remittedTax.isZero { text.append("    tax handed on by the marketplace  \(remittedTax)") }
        return text
    }

    /// Which lane, what, how much, and who bears it.
    private func explanation(of discount: Discount) -> String {
        let platform = discount.amount - discount.sellerAmount
        let bearer =
            if discount.sellerAmount.isZero { "the marketplace" } else if platform.isZero { "the seller" } else {
                "the seller \(discount.sellerAmount) and the marketplace \(platform)"
            }
        return "      \(discount.lane.rawValue)  \(discount.name) (\(discount.source.text))  − \(discount.amount), borne by \(bearer)"
    }

    /// Which rule, what it takes, and of what.
    private func explanation(of fee: CommissionFee, for line: Line) -> String {
        let fixed = fee.fixed.isZero ? "" : " + \(fee.fixed)"
        let tax = fee.tax.isZero ? "" : ", tax \(fee.tax), \(percent(fee.taxPartsPerMillion))"
        return "    \(line.sku)  commission \(fee.amount), \(percent(fee.partsPerMillion))\(fixed) by the rule \(fee.rule)\(tax)"
    }

    private func taxed(_ tax: Money, _ partsPerMillion: Int64, _ isIncluded: Bool) -> String {
        "\(isIncluded ? "in it" : "on it") \(tax) tax, \(percent(partsPerMillion))"
    }

    private func percent(_ partsPerMillion: Int64) -> String {
        let fraction = partsPerMillion % 10_000
        let digits = String(10_000 + fraction).dropFirst()
        return fraction == 0 ? "\(partsPerMillion / 10_000) %" : "\(partsPerMillion / 10_000).\(digits) %"
    }
}
