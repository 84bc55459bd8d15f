// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// What one party asks of another by the law, or gives back, as it was when it was issued.
package struct Invoice: Hashable, Sendable {
    package typealias ID = Identifier<Invoice>

    package enum Kind: String, CaseIterable, Sendable { case invoice, creditNote }

    /// Whoever issues or gets it.
    package struct Party: Hashable, Sendable {
        package let name: String
        package let lines: [String]
        /// ISO 3166-1 alpha-2; nil when it is not known.
        package let country: String?
        package let vatID: String?
        package let register: String?

        package init(name: String, lines: [String], country: String?, vatID: String?, register: String? = nil) {
            self.name = name
            self.lines = lines
            self.country = country
            self.vatID = vatID
            self.register = register
        }
    }

    /// Of what it is.
    package struct Line: Hashable, Sendable {
        package let title: String
        package let options: String?
        package let sku: String?
        package let quantity: Int64
        package let unitPrice: Money
        package let discount: Money
        package let taxPartsPerMillion: Int64
        /// Quantity × price − discount.
        package let amount: Money
    }

    /// All that is taxed at one rate.
    package struct Rate: Hashable, Sendable {
        package let partsPerMillion: Int64
        package let net: Money
        package let tax: Money
    }

    package let id: ID
    /// Unique for its issuer: the series and the running number.
    package let number: String
    package let kind: Kind
    /// The number of the invoice that a credit note corrects; nil for invoices.
    package let corrects: String?
    /// `orders.id`; nil when it is of no order.
    package let order: String?
    /// By which the buyer knows the order; nil when it is of no order.
    package let orderNumber: String?
    package let payout: Payout.ID?
    /// Nil for the fees of the marketplace.
    package let market: Market.ID?
    package let language: String
    package let issuedAt: Instant
    package let issuer: Party
    package let recipient: Party
    /// True when the amounts of lines and delivery include the tax.
    package let taxInclusive: Bool
    package let lines: [Line]
    package let shipping: Money?
    /// The tax that is in the amounts and was not charged; nil when there is none.
    package let relief: Money?
    /// Why no tax was charged, as `reverseCharge`; nil when it was.
    package let exemption: String?
    package let rates: [Rate]
    package let net: Money
    package let tax: Money
    package let total: Money

    static func number(series: String, _ number: Int64) -> String {
        let digits = String(number)
        return (series == feeSeries ? "F" : series) + "-" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    /// No seller has this id, because it has a slash.
    static let feeSeries = "marketplace/fees"
}

extension Invoice.Rate {
    /// What of these rates has gone back when so much of their sum has, each rounded; at the whole sum it is all of them. Whatever the
    /// steps were, what they come to is the same.
    static func given(back minorUnits: Int64, of rates: [Invoice.Rate]) -> [Invoice.Rate] {
        let sums = rates.map { $0.net.minorUnits + $0.tax.minorUnits }
        let total = sums.reduce(0, +)
        guard total > 0 else { return rates.map { Invoice.Rate(partsPerMillion: $0.partsPerMillion, net: .zero($0.net.currency), tax: .zero($0.net.currency)) } }
        var (before, givenBefore): (Int64, Int64) = (0, 0)
        return zip(rates, sums).map { rate, sum in
            before += sum
            let givenSoFar = Rounding.scaled(before, by: minorUnits, over: total) ?? 0
            let given = givenSoFar - givenBefore
            givenBefore = givenSoFar
            let tax = sum == 0 ? 0 : Rounding.scaled(rate.tax.minorUnits, by: given, over: sum) ?? 0
            let currency = rate.net.currency
            return Invoice.Rate(
                partsPerMillion: rate.partsPerMillion, net: Money(minorUnits: given - tax, currency: currency), tax: Money(minorUnits: tax, currency: currency))
        }
    }

    static func - (left: Invoice.Rate, right: Invoice.Rate) -> Invoice.Rate {
        Invoice.Rate(partsPerMillion: left.partsPerMillion, net: left.net - right.net, tax: left.tax - right.tax)
    }
}

extension Invoice.Party {
    init(_ seller: SellerTerms) {
        self.init(
            name: seller.trader.name ?? seller.name, lines: seller.trader.address, country: seller.country, vatID: seller.trader.vatID,
            register: seller.trader.register)
    }

    init(_ site: LetterTerms.Operator) {
        self.init(name: site.legalName ?? site.name, lines: site.address, country: site.country, vatID: site.vatID)
    }

    init(_ address: PostalAddress, vatID: String?) {
        let place = [address.postalCode, address.city].compactMap { $0 }.joined(separator: " ")
        self.init(
            name: address.name, lines: address.lines + [place] + [address.region].compactMap { $0 }, country: address.country, vatID: vatID)
    }
}

// MARK: - As JSON

extension Invoice {
    /// What the row keeps beside its columns.
    var content: String {
        var writer = JSONWriter()
        writer.object { writer in writeContent(to: &writer) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func writeContent(to writer: inout JSONWriter) {
        writer.member("language", language)
        if let market { writer.member("market", market.text) }
        if let orderNumber { writer.member("orderNumber", orderNumber) }
        if let corrects { writer.member("corrects", corrects) }
        writer.name("issuer")
        issuer.write(to: &writer)
        writer.name("recipient")
        recipient.write(to: &writer)
        writer.member("taxInclusive", taxInclusive)
        writer.name("lines")
        writer.array { writer in for line in lines { line.write(to: &writer) } }
        if let shipping { writer.member("shipping", shipping.minorUnits) }
        if let relief { writer.member("relief", relief.minorUnits) }
        if let exemption { writer.member("exemption", exemption) }
        writer.name("rates")
        writer.array { writer in
            for rate in rates {
                writer.object { writer in
                    writer.member("partsPerMillion", rate.partsPerMillion)
                    writer.member("net", rate.net.minorUnits)
                    writer.member("tax", rate.tax.minorUnits)
                }
            }
        }
    }

    /// The whole invoice for programs, amounts in minor units.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("number", number)
            writer.member("kind", kind.rawValue)
            writer.member("issuedAt", issuedAt.description)
            writer.member("currency", total.currency.code)
            writer.member("net", net.minorUnits)
            writer.member("tax", tax.minorUnits)
            writer.member("total", total.minorUnits)
            if let order { writer.member("order", order) }
            if let payout { writer.member("payout", payout.text) }
            writeContent(to: &writer)
        }
    }

    init(_ row: Row) throws {
        guard let currency = Currency(try row.text("currency")), let kind = Kind(rawValue: try row.text("kind")) else {
            throw DatabaseError.unexpected("an invoice has no currency or no kind")
        }
        func money(_ column: String) throws -> Money { Money(minorUnits: try row.integer(column), currency: currency) }
        var fields = try JSON(parsing: Array(row.text("content").utf8)).fields()
        guard let issuer = fields.take("issuer"), let recipient = fields.take("recipient") else { throw JSONError("an invoice is of nobody") }
        var (lines, rates): ([Line], [Rate]) = ([], [])
        for json in try fields.array("lines") { lines.append(try Line(json, currency)) }
        for json in try fields.array("rates") {
            var rate = try json.fields()
            rates.append(
                Rate(
                    partsPerMillion: try rate.integer("partsPerMillion"), net: Money(minorUnits: try rate.integer("net"), currency: currency),
                    tax: Money(minorUnits: try rate.integer("tax"), currency: currency)))
            try rate.end()
        }
        self.init(
            id: ID(try row.text("id")), number: Invoice.number(series: try row.text("series"), try row.integer("number")), kind: kind,
            corrects: try fields.optionalString("corrects"), order: try row.optionalText("order_id"), orderNumber: try fields.optionalString("orderNumber"),
            payout: try row.optionalText("payout").map { Payout.ID($0) }, market: try fields.optionalString("market").map { Market.ID($0) },
            language: try fields.string("language"), issuedAt: Instant(millisecondsSinceEpoch: try row.integer("issued_at")), issuer: try Party(issuer),
            recipient: try Party(recipient), taxInclusive: try fields.bool("taxInclusive"), lines: lines,
            shipping: try fields.optionalInteger("shipping").map { Money(minorUnits: $0, currency: currency) },
            relief: try fields.optionalInteger("relief").map { Money(minorUnits: $0, currency: currency) },
            exemption: try fields.optionalString("exemption"), rates: rates, net: try money("net"),
            tax: try money("tax"), total: try money("total"))
        try fields.end()
    }
}

extension Invoice.Party {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("lines", lines)
            if let country { writer.member("country", country) }
            if let vatID { writer.member("vatID", vatID) }
            if let register { writer.member("register", register) }
        }
    }

    init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            name: try fields.string("name"), lines: try fields.strings("lines"), country: try fields.optionalString("country"),
            vatID: try fields.optionalString("vatID"), register: try fields.optionalString("register"))
        try fields.end()
    }
}

extension Invoice.Line {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("title", title)
            if let options { writer.member("options", options) }
            if let sku { writer.member("sku", sku) }
            writer.member("quantity", quantity)
            writer.member("unitPrice", unitPrice.minorUnits)
            writer.member("discount", discount.minorUnits)
            writer.member("taxPartsPerMillion", taxPartsPerMillion)
            writer.member("amount", amount.minorUnits)
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            title: try fields.string("title"), options: try fields.optionalString("options"), sku: try fields.optionalString("sku"),
            quantity: try fields.integer("quantity"), unitPrice: Money(minorUnits: try fields.integer("unitPrice"), currency: currency),
            discount: Money(minorUnits: try fields.integer("discount"), currency: currency), taxPartsPerMillion: try fields.integer("taxPartsPerMillion"),
            amount: Money(minorUnits: try fields.integer("amount"), currency: currency))
        try fields.end()
    }
}
