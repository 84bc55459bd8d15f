// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// What is agreed of a quote's lines besides their prices when a payment begins: what each is called in the buyer's language, and
/// what else an order copies from the catalogue. Like the quote, it is frozen then.
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
    }

    let lines: [Line]

    init(lines: [Line]) { self.lines = lines }

    /// What the book says now of the lines of a quote.
    init(_ quote: Quote, _ book: OfferBook, language: String) {
        lines = quote.lines.compactMap { line in
            guard let offer = book.offer(line.offer) else { return nil }
            let text = offer.text(in: language)
            return Line(offer: offer.id, title: text?.title, options: text?.options, taxCategory: offer.taxCategory, grams: offer.weightGrams)
        }
    }

    /// What was agreed of an offer; nil when nothing was.
    func line(of offer: String) -> Line? { lines.first { $0.offer == offer } }
}

extension Transaction {
    func note(_ agreement: Agreement, of attempt: PaymentAttempt.ID) throws {
        try execute("INSERT INTO agreements (attempt, content) VALUES (\(attempt), \(agreement.json))")
    }
}

extension Reading where Self: ~Copyable {
    /// What was agreed when an attempt began; nothing when that was before there were agreements.
    func agreement(of attempt: PaymentAttempt.ID) throws -> Agreement {
        guard let row = try row("SELECT content FROM agreements WHERE attempt = \(attempt)") else { return Agreement(lines: []) }
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
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    fileprivate init(parsing text: String) throws(JSONError) {
        var fields = try JSON(parsing: Array(text.utf8)).fields()
        var lines: [Line] = []
        for json in try fields.array("lines") { lines.append(try Line(json)) }
        try fields.end()
        self.init(lines: lines)
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
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            offer: try fields.string("offer"), title: try fields.optionalString("title"), options: try fields.optionalString("options"),
            taxCategory: try fields.string("tax"), grams: try fields.optionalInteger("grams"))
        try fields.end()
    }
}
