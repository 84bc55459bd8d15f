// KarooExpress – Apache-2.0

package import KarooCommerce
package import KarooDatabase

extension Checkout {
    /// An invoice. Throws `notFound`.
    package func invoice(_ id: Invoice.ID) async throws -> Invoice {
        try await database.read { snapshot in
            guard let row = try snapshot.row("SELECT * FROM invoices WHERE id = \(id)") else { throw CheckoutError(.notFound) }
            return try Invoice(row)
        }
    }

    /// The invoice of an order's group. Throws `notFound` for one that is another's.
    package func invoice(_ id: Invoice.ID, of group: OrderGroup.ID) async throws -> Invoice {
        guard let invoice = try await invoices(of: group).first(where: { $0.id == id }) else { throw CheckoutError(.notFound) }
        return invoice
    }

    /// Everything that was issued for an order's group, in its order.
    package func invoices(of group: OrderGroup.ID) async throws -> [Invoice] {
        try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT i.* FROM invoices i JOIN orders o ON o.id = i.order_id WHERE o.order_group = \(group) ORDER BY i.issued_at, i.series, i.number
                """
            ).map { try Invoice($0) }
        }
    }

    /// Everything of one series, or of all, before an invoice, the newest first; a seller's series has the seller's id.
    package func invoices(series: String? = nil, limit: Int64 = 100) async throws -> [Invoice] {
        try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT * FROM invoices WHERE series = COALESCE(\(series), series) ORDER BY issued_at DESC, series, number DESC LIMIT \(limit)
                """
            ).map { try Invoice($0) }
        }
    }

    /// Issues the invoices for what the marketplace kept of the sales in payouts that have none yet, and says how many those are.
    @discardableResult
    package func issueFeeInvoices() async throws -> Int {
        guard let terms = try? offers.current().book.terms, terms.letters != nil else { return 0 }
        let open = try await database.read { snapshot in
            try snapshot.rows(
                "SELECT p.id FROM payouts p WHERE NOT EXISTS (SELECT 1 FROM invoices i WHERE i.payout = p.id) ORDER BY p.created_at, p.id LIMIT 500"
            ).map { Payout.ID(try $0.text("id")) }
        }
        var count = 0
        for id in open {
            if try await database.write({ tx in try tx.issueFeeInvoice(for: id, terms) }) { count += 1 }
        }
        return count
    }
}

extension Transaction {
    /// Issues the invoices of orders whose money is ours: one each, of its seller to the buyer. What cost nothing needs none.
    func issueInvoices(for orders: [SellerOrder], of group: OrderGroup.Summary, _ quote: Quote, _ agreement: Agreement) throws {
        let drafts = orders.filter { !$0.total.isZero }.map { order in
            InvoiceDraft(
                series: order.seller.text, kind: .invoice, corrects: nil, order: order.id, refund: nil, payout: nil, orderNumber: group.number, market: group.market,
                language: group.language, issuer: agreement.issuers[order.seller] ?? Invoice.Party(name: order.seller.text, lines: [], country: nil, vatID: nil),
                recipient: Invoice.Party(group.address, vatID: group.taxID), taxInclusive: group.taxInclusive, lines: order.lines.map(Invoice.Line.init),
                shipping: order.shipping, relief: order.relief, exemption: order.exemption?.rawValue, rates: quote.invoiceRates(of: order.seller), currency: order.total.currency)
        }
        try issue(drafts)
    }

    /// Issues the credit note for money of an order that goes back: of so much of its total, so much more than before.
    func issueCreditNote(for order: SellerOrder, refund: String, from before: Int64, to after: Int64) throws {
        guard let row = try row("SELECT * FROM invoices WHERE order_id = \(order.id) AND kind = 'invoice'") else { return }
        let invoice = try Invoice(row)
        let (earlier, now) = (Invoice.Rate.given(back: before, of: invoice.rates), Invoice.Rate.given(back: after, of: invoice.rates))
        try issue([
            InvoiceDraft(
                series: order.seller.text, kind: .creditNote, corrects: invoice, order: order.id, refund: refund, payout: nil, orderNumber: invoice.orderNumber,
                market: invoice.market, language: invoice.language, issuer: invoice.issuer, recipient: invoice.recipient, taxInclusive: invoice.taxInclusive,
                lines: [], shipping: nil, relief: nil, exemption: invoice.exemption, rates: zip(now, earlier).map { $0 - $1 }, currency: order.total.currency)
        ])
    }

    /// False when the payout has its invoice, or when nothing was kept of it.
    fileprivate func issueFeeInvoice(for id: Payout.ID, _ terms: OfferTerms) throws -> Bool {
        guard try row("SELECT id FROM invoices WHERE payout = \(id)") == nil, let letters = terms.letters,
            let payout = try row("SELECT seller, currency FROM payouts WHERE id = \(id)"), let currency = Currency(try payout.text("currency")),
            let seller = terms.seller(Seller.ID(try payout.text("seller")))
        else { return false }
        let earnings = try earnings(of: id)
        let zero = Money.zero(currency)
        let (fee, tax) = (earnings.reduce(zero) { $0 + $1.commission }, earnings.reduce(zero) { $0 + $1.commissionTax })
        guard !fee.isZero || !tax.isZero else { return false }
        let isCredit = fee.isNegative
        let (net, owed) = isCredit ? (zero - fee, zero - tax) : (fee, tax)
        let rate = net.isZero ? 0 : Rounding.scaled(owed.minorUnits, by: 1_000_000, over: net.minorUnits) ?? 0
        let language = letters.words.first?.language.tag ?? "en"
        let title = letters.words(language)?.text("invoice.fees", ["payout": id.text]) ?? id.text
        try issue([
            InvoiceDraft(
                series: Invoice.feeSeries, kind: isCredit ? .creditNote : .invoice, corrects: nil, order: nil, refund: nil, payout: id, orderNumber: nil,
                market: nil, language: language, issuer: Invoice.Party(letters.site), recipient: Invoice.Party(seller), taxInclusive: false,
                lines: [
                    Invoice.Line(
                        title: title, options: nil, sku: nil, quantity: 1, unitPrice: net, discount: zero, taxPartsPerMillion: rate, amount: net)
                ],
                shipping: nil, relief: nil, exemption: nil, rates: [Invoice.Rate(partsPerMillion: rate, net: net, tax: owed)], currency: currency)
        ])
        return true
    }

    /// Takes the next number of each series, which appears once, and writes the invoices.
    private func issue(_ drafts: [InvoiceDraft]) throws {
        guard !drafts.isEmpty else { return }
        let series = drafts.map { [$0.series, Int64(1)] as [any SQLBindable] }
        let taken = try rows(
            """
            INSERT INTO invoice_series (series, last) VALUES \(rows: series)
            ON CONFLICT (series) DO UPDATE SET last = invoice_series.last + 1 RETURNING series, last
            """
        ).reduce(into: [String: Int64]()) { $0[try $1.text("series")] = try $1.integer("last") }
        let rows = try drafts.map { draft -> [any SQLBindable] in
            guard let number = taken[draft.series] else { throw DatabaseError.unexpected("the series \(draft.series) has no number") }
            let invoice = draft.invoice(id: Invoice.ID.new("inv", at: now), number: number, at: instant)
            return [
                invoice.id, draft.series, number, invoice.kind.rawValue, invoice.order.sql, draft.refund.sql, (invoice.payout?.text).sql,
                (draft.corrects?.id.text).sql, draft.currency.code, invoice.net.minorUnits, invoice.tax.minorUnits, invoice.total.minorUnits, invoice.content,
                now,
            ]
        }
        try execute(
            """
            INSERT INTO invoices (
                id, series, number, kind, order_id, refund, payout, corrects, currency, net, tax, total, content, issued_at)
            VALUES \(rows: rows)
            """)
    }
}

/// An invoice that has no number yet.
private struct InvoiceDraft {
    let series: String
    let kind: Invoice.Kind
    let corrects: Invoice?
    let order: SellerOrder.ID?
    let refund: String?
    let payout: Payout.ID?
    let orderNumber: String?
    let market: Market.ID?
    let language: String
    let issuer: Invoice.Party
    let recipient: Invoice.Party
    let taxInclusive: Bool
    let lines: [Invoice.Line]
    let shipping: Money?
    let relief: Money?
    let exemption: String?
    let rates: [Invoice.Rate]
    let currency: Currency

    func invoice(id: Invoice.ID, number: Int64, at instant: Instant) -> Invoice {
        let (net, tax) = (rates.reduce(Money.zero(currency)) { $0 + $1.net }, rates.reduce(Money.zero(currency)) { $0 + $1.tax })
        return Invoice(
            id: id, number: Invoice.number(series: series, number), kind: kind, corrects: corrects?.number, order: order?.text, orderNumber: orderNumber,
            payout: payout, market: market, language: language, issuedAt: instant, issuer: issuer, recipient: recipient, taxInclusive: taxInclusive,
            lines: lines, shipping: shipping, relief: relief.flatMap { $0.isZero ? nil : $0 }, exemption: exemption, rates: rates, net: net, tax: tax, total: net + tax)
    }
}

extension Invoice.Line {
    fileprivate init(_ line: SellerOrder.Line) {
        self.init(
            title: line.title ?? line.sku, options: line.options, sku: line.sku, quantity: line.quantity, unitPrice: line.unitPrice, discount: line.discount,
            taxPartsPerMillion: line.taxPartsPerMillion, amount: line.unitPrice * line.quantity - line.discount)
    }
}

extension Quote {
    /// What the goods and the delivery of a seller come to at each rate of tax; several taxes on one thing count as one rate. All of it
    /// together is what the buyer pays.
    func invoiceRates(of seller: Seller.ID) -> [Invoice.Rate] {
        let taxed = lines(of: seller).map(\.taxed) + (parcel(of: seller)?.taxed ?? [])
        var rates: [Invoice.Rate] = []
        for part in taxed where !part.price.isZero {
            let (net, tax, rate) = (part.net(isIncluded: taxInclusive), part.tax, part.partsPerMillion)
            if let place = rates.firstIndex(where: { $0.partsPerMillion == rate }) {
                rates[place] = Invoice.Rate(partsPerMillion: rate, net: rates[place].net + net, tax: rates[place].tax + tax)
            } else {
                rates.append(Invoice.Rate(partsPerMillion: rate, net: net, tax: tax))
            }
        }
        return rates
    }
}
