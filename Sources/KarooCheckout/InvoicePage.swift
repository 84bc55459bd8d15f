// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooTemplate

/// An invoice to be read and printed: a page of its own that asks for nothing else.
package struct InvoicePage: Sendable {
    package let html: String
    /// What the page may do, for the header Content-Security-Policy: show its own style.
    package let policy: String
}

extension Offers.Edition {
    /// The invoice in the words of its language. Nil when the offer book has no template for it.
    package func page(of invoice: Invoice) -> InvoicePage? {
        guard let letters, let words = letters.words(invoice.language), let formats = LocaleFormats(words.language.tag) else { return nil }
        let writing = InvoiceWriting(invoice: invoice, words: words, formats: formats) { money in
            invoice.market.map { display(money, market: $0, language: words.language.tag) } ?? formats.money(money)
        }
        return letters.write(writing)
    }
}

/// One invoice while it is put into words.
struct InvoiceWriting {
    let invoice: Invoice
    let words: ServerWords
    let formats: LocaleFormats
    let display: (Money) -> String

    private func word(_ key: String, _ values: [String: String] = [:]) -> String { words.text("invoice.\(key)", values) ?? "" }

    private func percent(_ partsPerMillion: Int64) -> String {
        guard partsPerMillion % 10_000 != 0 else { return formats.percent(Int(partsPerMillion / 10_000)) }
        var (mantissa, scale) = (partsPerMillion, 4)
        while mantissa % 10 == 0 { (mantissa, scale) = (mantissa / 10, scale - 1) }
        return formats.unit(ExactDecimal(mantissa: mantissa, scale: scale).description, unit: "percent") ?? "\(partsPerMillion) ppm"
    }

    private var country: LocaleFormats {
        invoice.recipient.country.flatMap { LocaleFormats("\(words.language.tag)-\($0)") } ?? formats
    }

    private func lines(of party: Invoice.Party) -> [String] {
        [party.name] + party.lines + [party.country.map { formats.regionName($0) }].compactMap { $0 }
            + [party.vatID.map { word("vatID", ["number": $0]) }, party.register].compactMap { $0 }
    }

    fileprivate func slot(in frame: Frame) -> Slot {
        let schemas = InvoiceSchemas.shared
        func text(_ text: String) -> Slot { frame.text(text) }
        func record(_ schema: Schema, _ values: [(String, Slot)]) -> Slot {
            let record = frame.record(schema)
            for (name, value) in values { if let place = schema.index(of: name) { record[place] = value } }
            return record.slot
        }
        let date = invoice.issuedAt.dayInUTC.map { country.date($0, style: .long) } ?? invoice.issuedAt.description
        let all: [(String, String)] = [
            ("number", invoice.number), ("date", date), ("order", invoice.orderNumber ?? ""), ("corrects", invoice.corrects ?? ""),
        ]
        let details = all.filter { !$0.1.isEmpty }
        let sides: [(String, Invoice.Party)] = [("issuer", invoice.issuer), ("recipient", invoice.recipient)]
        let lines = frame.list(tableLines) { line in
            record(schemas.line, zip(InvoiceSchemas.lineNames, line).map { ($0, text($1)) })
        }
        let rates = frame.list(invoice.rates) { rate in
            record(
                schemas.rate,
                [
                    ("rate", text(percent(rate.partsPerMillion))), ("net", text(display(rate.net))), ("tax", text(display(rate.tax))),
                    ("gross", text(display(rate.net + rate.tax))),
                ])
        }
        var values: [(String, Slot)] = ["article", "quantity", "unitPrice", "discount", "rate", "amount", "net", "tax", "gross", "total"].map { name in
            (name, text(word(name)))
        }
        values.append(("language", text(words.language.tag)))
        values.append(("dir", text(formats.isRightToLeft ? "rtl" : "ltr")))
        values.append(("title", text(word(invoice.kind == .invoice ? "title" : "creditNote"))))
        values.append(("number", text(invoice.number)))
        let parties = frame.list(sides) { label, party in
            record(schemas.party, [("label", text(word(label))), ("lines", frame.list(self.lines(of: party)) { text($0) })])
        }
        values.append(("parties", parties))
        let rows = frame.list(details) { label, value in record(schemas.row, [("label", text(word(label))), ("value", text(value))]) }
        values.append(("details", rows))
        values.append(("hasLines", .flag(!invoice.lines.isEmpty)))
        values.append(("lines", lines))
        values.append(("rates", rates))
        values.append(("netSum", text(display(invoice.net))))
        values.append(("taxSum", text(display(invoice.tax))))
        values.append(("grossSum", text(display(invoice.total))))
        values.append(("note", text(invoice.exemption.map { word($0) } ?? word(invoice.taxInclusive ? "taxIncluded" : "taxAdded"))))
        return record(schemas.invoice, values)
    }

    /// The lines and, where there is one, the delivery, in the order of `InvoiceSchemas.lineNames`.
    private var tableLines: [[String]] {
        var all = invoice.lines.map { line in
            [
                line.title, line.options ?? "", line.sku ?? "", country.number(line.quantity), display(line.unitPrice),
                line.discount.isZero ? "" : display(line.discount), percent(line.taxPartsPerMillion), display(line.amount),
            ]
        }
        if let shipping = invoice.shipping { all.append([word("shipping"), "", "", "", "", "", "", display(shipping)]) }
        if let relief = invoice.relief { all.append([word("relief"), "", "", "", "", "", "", "−" + display(relief)]) }
        return all
    }
}

/// The names that the template of invoices knows.
private struct InvoiceSchemas: Sendable {
    static let shared = InvoiceSchemas()
    static let lineNames = ["title", "options", "sku", "quantity", "unitPrice", "discount", "rate", "amount"]

    let row = Schema([("label", .text), ("value", .text)])
    let party = Schema([("label", .text), ("lines", .list(.text))])
    let line = Schema(InvoiceSchemas.lineNames.map { ($0, Shape.text) })
    let rate = Schema([("rate", .text), ("net", .text), ("tax", .text), ("gross", .text)])
    let invoice: Schema

    private init() {
        let texts = [
            "article", "quantity", "unitPrice", "discount", "rate", "amount", "net", "tax", "gross", "total", "language", "dir", "title", "number",
            "netSum", "taxSum", "grossSum", "note",
        ]
        let others: [(String, Shape)] = [
            ("parties", .list(.record(party))), ("details", .list(.record(row))), ("hasLines", .flag), ("lines", .list(.record(line))),
            ("rates", .list(.record(rate))),
        ]
        invoice = Schema(texts.map { ($0, Shape.text) } + others)
    }
}

extension Letters {
    static let invoiceTemplate = "mail/invoice"

    static var invoiceSchema: Schema { InvoiceSchemas.shared.invoice }

    /// Nil when there is no template.
    fileprivate func write(_ writing: InvoiceWriting) -> InvoicePage? {
        guard let invoiceProgram else { return nil }
        let (frame, bytes) = (Frame(), Bytes(capacity: 8_192))
        let html = withExtendedLifetime(frame) {
            invoiceProgram.render(writing.slot(in: frame), into: bytes)
            return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        return InvoicePage(html: html, policy: "default-src 'none'; style-src \(Letters.styles(of: html)); base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    }

    /// The digests of the page's own styles. Values are escaped, so none of them opens or ends a style.
    private static func styles(of html: String) -> String {
        var digests: [String] = []
        var rest = html[...]
        while let start = rest.firstRange(of: "<style>"), let end = rest[start.upperBound...].firstRange(of: "</style>") {
            let style = Array(rest[start.upperBound..<end.lowerBound].utf8)
            digests.append("'sha256-\(Base64.encode(SHA256.digest(of: style).bytes))'")
            rest = rest[end.upperBound...]
        }
        return digests.isEmpty ? "'none'" : digests.joined(separator: " ")
    }
}
