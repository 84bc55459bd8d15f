// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// What is agreed of a quote besides its prices when a payment begins: what each line is called in the buyer's language, what the
/// marketplace keeps of it, and who issues the invoices. Like the quote, it is frozen then.
struct Agreement: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        /// `Offer.id`.
        let offer: String
        /// Nil when nobody said what it is called.
        let title: String?
        /// What was chosen of it; nil when there was nothing to choose.
        let options: String?
        let taxCategory: String
        /// Of one; nil when it was not given.
        let grams: Int64?
        /// What the marketplace keeps of the line; nil in an agreement from before there were rules.
        let fee: CommissionFee?
    }

    let lines: [Line]
    /// True where the marketplace hands the tax on itself.
    let remitsTax: Bool
    let issuers: [Seller.ID: Invoice.Party]

    /// Nothing, as for payments that began before there were agreements.
    static let nothing = Agreement(lines: [], remitsTax: false, issuers: [:])

    init(lines: [Line], remitsTax: Bool, issuers: [Seller.ID: Invoice.Party]) {
        self.lines = lines
        self.remitsTax = remitsTax
        self.issuers = issuers
    }

    /// What the book and the rules say now of the lines of a quote.
    ///
    /// - parameter standard: what holds where no rule fits.
    init(_ quote: Quote, _ book: OfferBook, in market: Market.ID, language: String, rules: [CommissionRule], standard: CommissionRule) {
        lines = quote.lines.compactMap { line in
            guard let offer = book.offer(line.offer) else { return nil }
            let text = offer.text(in: language)
            let subject = CommissionRule.Subject(
                seller: line.seller, plan: book.terms.seller(line.seller)?.plan, categories: offer.categories, market: market)
            let rule = rules.first { $0.fits(subject) } ?? standard
            return Line(
                offer: offer.id, title: text?.title, options: text?.options, taxCategory: offer.taxCategory, grams: offer.weightGrams,
                fee: rule.fee(on: quote.sellerPrice(of: line)))
        }
        remitsTax = book.terms.market(market)?.remitsTax ?? false
        issuers = quote.parcels.reduce(into: [:]) { issuers, parcel in issuers[parcel.seller] = book.terms.seller(parcel.seller).map { Invoice.Party($0) } }
    }

    /// What was agreed of an offer; nil when nothing was.
    func line(of offer: String) -> Line? { lines.first { $0.offer == offer } }
}

extension Quote {
    /// What a line comes to for its seller: what the marketplace gives away is no loss of the seller's, and no loss of its own
    /// commission.
    func sellerPrice(of line: Line) -> Money { line.goods - line.sellerDiscount }
}

extension Transaction {
    func note(_ agreement: Agreement, of attempt: PaymentAttempt.ID) throws {
        try execute("INSERT INTO agreements (attempt, content) VALUES (\(attempt), \(agreement.json))")
    }
}

extension Reading where Self: ~Copyable {
    /// What was agreed when an attempt began; nothing when that was before there were agreements.
    func agreement(of attempt: PaymentAttempt.ID) throws -> Agreement {
        guard let row = try row("SELECT content FROM agreements WHERE attempt = \(attempt)") else { return .nothing }
        return try Agreement(parsing: row.text("content"))
    }
}

// MARK: - As JSON

extension Agreement {
    fileprivate var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("lines")
            writer.array { writer in for line in lines { line.write(to: &writer) } }
            if remitsTax { writer.member("remitsTax", true) }
            writer.name("issuers")
            writer.object { writer in
                for (seller, party) in issuers.sorted(by: { $0.key < $1.key }) {
                    writer.name(seller.text)
                    party.write(to: &writer)
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    fileprivate init(parsing text: String) throws(JSONError) {
        var fields = try JSON(parsing: Array(text.utf8)).fields()
        var lines: [Line] = []
        for json in try fields.array("lines") { lines.append(try Line(json)) }
        var issuers: [Seller.ID: Invoice.Party] = [:]
        if case .object(let members)? = fields.take("issuers") {
            for member in members { issuers[Seller.ID(member.name)] = try Invoice.Party(member.value) }
        }
        self.init(lines: lines, remitsTax: fields.take("remitsTax") == .bool(true), issuers: issuers)
        try fields.end()
    }
}

extension Agreement.Line {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("offer", offer)
            if let title { writer.member("title", title) }
            if let options { writer.member("options", options) }
            writer.member("tax", taxCategory)
            if let grams { writer.member("grams", grams) }
            guard let fee else { return }
            writer.name("fee")
            fee.write(to: &writer)
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        var fee: CommissionFee?
        if let json = fields.take("fee") { fee = try CommissionFee(json) }
        self.init(
            offer: try fields.string("offer"), title: try fields.optionalString("title"), options: try fields.optionalString("options"),
            taxCategory: try fields.string("tax"), grams: try fields.optionalInteger("grams"), fee: fee)
        try fields.end()
    }
}

extension CommissionFee {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rule", rule.text)
            writer.member("partsPerMillion", partsPerMillion)
            writer.member("fixed", fixed.minorUnits)
            writer.member("amount", amount.minorUnits)
            writer.member("taxPartsPerMillion", taxPartsPerMillion)
            writer.member("tax", tax.minorUnits)
            writer.member("currency", amount.currency.code)
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        guard let currency = Currency(try fields.string("currency")) else { throw JSONError("a fee has no currency") }
        self.init(
            rule: CommissionRule.ID(try fields.string("rule")), partsPerMillion: try fields.integer("partsPerMillion"),
            fixed: Money(minorUnits: try fields.integer("fixed"), currency: currency), amount: Money(minorUnits: try fields.integer("amount"), currency: currency),
            taxPartsPerMillion: try fields.integer("taxPartsPerMillion"), tax: Money(minorUnits: try fields.integer("tax"), currency: currency))
        try fields.end()
    }
}
