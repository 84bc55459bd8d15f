// KarooExpress – Apache-2.0

import KarooCheckout
import KarooCommerce

/// A part of a long list: so many, after a place that the answer before has named.
struct Page: Sendable {
    static let standardLimit: Int64 = 20
    static let maximumLimit: Int64 = 100
    static let maximumCursorLength = 64

    let limit: Int64
    /// The cursor of the last one that was seen; nil for the first page.
    let after: String?

    /// `data` with at most `limit` of the elements, of which one more was looked for, and the way to the next page.
    func reply<Element>(
        _ elements: [Element], cursor: (Element) -> String, _ others: (inout JSONWriter) -> Void = { _ in }, write: (inout JSONWriter, Element) -> Void
    ) -> APIReply {
        let shown = elements.prefix(Int(limit))
        let hasMore = elements.count > shown.count
        return APIReply.object { writer in
            writer.name("data")
            writer.array { writer in for element in shown { write(&writer, element) } }
            writer.member("hasMore", hasMore)
            if hasMore, let last = shown.last { writer.member("nextCursor", cursor(last)) }
            others(&writer)
        }
    }
}

extension APICall {
    /// `?limit=…&after=…`. Throws `invalid` for what is neither.
    func page() throws -> Page {
        let limit = query["limit"].map { Int64($0) } ?? Page.standardLimit
        guard let limit, (1...Page.maximumLimit).contains(limit) else { throw CheckoutError(.invalid, field: "limit") }
        let after = query["after"]
        guard after.map({ (1...Page.maximumCursorLength).contains($0.utf8.count) }) ?? true else { throw CheckoutError(.invalid, field: "after") }
        return Page(limit: limit, after: after)
    }
}
