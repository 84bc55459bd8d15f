// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooTemplate

/// The letters of an offer book: its words, and its templates, compiled.
///
/// `mail/letter` (HTML) and `mail/letter.text` are every letter's; a kind that has templates of its own, as `mail/refund` and
/// `mail/refund.text`, is written with these.
package final class Letters: Sendable {
    package static let standardTemplate = "letter"

    package let terms: LetterTerms
    private let html: [String: Program]
    private let text: [String: Program]
    /// Nil when the book has no template for invoices.
    let invoiceProgram: Program?

    /// Throws what is wrong with the templates, a line for each fault.
    init(_ terms: LetterTerms) throws(LetterFaults) {
        let theme = Theme(sources: terms.templates.map { ($0.name, "\($0.name).mustache", $0.text) }, isChoice: { _ in false })
        var faults = theme.issues.filter { $0.severity == .error }.map(\.description)
        var (html, text): ([String: Program], [String: Program]) = ([:], [:])
        let names = Set(theme.names)
        for kind in [Letters.standardTemplate] + Mail.Kind.allCases.map(\.rawValue) {
            for (name, isHTML) in [("mail/\(kind)", true), ("mail/\(kind).text", false)] {
                guard names.contains(name) else {
                    if kind == Letters.standardTemplate { faults.append("the template \(name) is missing") }
                    continue
                }
                let program = theme.compile(name, schema: (isHTML ? LetterSchemas.html : .text).letter)
                faults += program.issues.filter { $0.severity == .error }.map(\.description)
                if isHTML { html[kind] = program } else { text[kind] = program }
            }
        }
        invoiceProgram = names.contains(Letters.invoiceTemplate) ? theme.compile(Letters.invoiceTemplate, schema: Letters.invoiceSchema) : nil
        faults += invoiceProgram?.issues.filter { $0.severity == .error }.map(\.description) ?? []
        guard faults.isEmpty else { throw LetterFaults(faults: faults) }
        self.terms = terms
        self.html = html
        self.text = text
    }

    /// The words of a language, else those of the standard one; nil when there are none at all.
    package func words(_ language: String?) -> ServerWords? { terms.words(language) }

    /// A letter as HTML and as plain text.
    func write(_ letter: Letter, as kind: Mail.Kind) -> (html: String, text: String) {
        func written(_ programs: [String: Program], _ schemas: LetterSchemas) -> String {
            guard let program = programs[kind.rawValue] ?? programs[Letters.standardTemplate] else { return "" }
            let (frame, bytes) = (Frame(), Bytes(capacity: 8_192))
            return withExtendedLifetime(frame) {
                program.render(letter.slot(in: frame, schemas), into: bytes)
                return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
            }
        }
        return (written(html, .html), written(text, .text))
    }
}

/// Why an offer book has no letters.
package struct LetterFaults: Error {
    package let faults: [String]
}

/// Everything that a letter says, each word decided; templates only place it. What is nil or empty is not said.
struct Letter: Sendable {
    /// Something with its name before it.
    struct Row: Hashable, Sendable {
        let label: String
        let value: String
    }

    struct Line: Hashable, Sendable {
        let title: String
        let options: String?
        let quantity: String
        let amount: String
    }

    /// The part of one seller.
    struct Parcel: Hashable, Sendable {
        let seller: String
        let lines: [Line]
        let rows: [Row]
    }

    /// Where the reader can do something.
    struct Action: Hashable, Sendable {
        let label: String
        let url: String
    }

    struct Address: Hashable, Sendable {
        let label: String
        let lines: [String]
    }

    let language: String
    let isRightToLeft: Bool
    let subject: String
    let site: String
    let siteURL: String
    var greeting = ""
    var paragraphs: [String] = []
    var details: [Row] = []
    var action: Action?
    var parcels: [Parcel] = []
    var totals: [Row] = []
    var address: Address?
    var closing = ""
    var imprint: [String] = []
}

/// The names that the templates of letters know. In HTML every value is escaped; in plain text there is nothing to escape.
struct LetterSchemas: Sendable {
    static let html = LetterSchemas(leaf: .text)
    static let text = LetterSchemas(leaf: .html)

    let letter: Schema
    fileprivate let row, line, parcel, action, address: Schema

    private init(leaf: Shape) {
        row = Schema([("label", leaf), ("value", leaf)])
        line = Schema([("title", leaf), ("options", leaf), ("quantity", leaf), ("amount", leaf)])
        parcel = Schema([("seller", leaf), ("lines", .list(.record(line))), ("rows", .list(.record(row)))])
        action = Schema([("label", leaf), ("url", leaf)])
        address = Schema([("label", leaf), ("lines", .list(leaf))])
        letter = Schema([
            ("language", leaf), ("dir", leaf), ("subject", leaf), ("site", leaf), ("siteURL", leaf), ("greeting", leaf),
            ("paragraphs", .list(leaf)), ("details", .list(.record(row))), ("action", .record(action)), ("parcels", .list(.record(parcel))),
            ("totals", .list(.record(row))), ("address", .record(address)), ("closing", leaf), ("imprint", .list(leaf)),
        ])
    }
}

extension Letter {
    fileprivate func slot(in frame: Frame, _ schemas: LetterSchemas) -> Slot {
        func record(_ schema: Schema, _ values: [(String, Slot)]) -> Slot {
            let record = frame.record(schema)
            for (name, value) in values { if let place = schema.index(of: name) { record[place] = value } }
            return record.slot
        }
        func texts(_ lines: [String]) -> Slot { frame.list(lines) { frame.text($0) } }
        func rows(_ rows: [Row]) -> Slot {
            frame.list(rows) { record(schemas.row, [("label", frame.text($0.label)), ("value", frame.text($0.value))]) }
        }
        let parcels = frame.list(parcels) { parcel in
            let lines = frame.list(parcel.lines) { line in
                record(
                    schemas.line,
                    [
                        ("title", frame.text(line.title)), ("options", frame.text(line.options ?? "")), ("quantity", frame.text(line.quantity)),
                        ("amount", frame.text(line.amount)),
                    ])
            }
            return record(schemas.parcel, [("seller", frame.text(parcel.seller)), ("lines", lines), ("rows", rows(parcel.rows))])
        }
        var values: [(String, Slot)] = [
            ("language", frame.text(language)), ("dir", frame.text(isRightToLeft ? "rtl" : "ltr")), ("subject", frame.text(subject)),
            ("site", frame.text(site)), ("siteURL", frame.text(siteURL)), ("greeting", frame.text(greeting)), ("paragraphs", texts(paragraphs)),
            ("details", rows(details)), ("parcels", parcels), ("totals", rows(totals)), ("closing", frame.text(closing)), ("imprint", texts(imprint)),
        ]
        if let action { values.append(("action", record(schemas.action, [("label", frame.text(action.label)), ("url", frame.text(action.url))]))) }
        if let address {
            values.append(("address", record(schemas.address, [("label", frame.text(address.label)), ("lines", texts(address.lines))])))
        }
        return record(schemas.letter, values)
    }
}
