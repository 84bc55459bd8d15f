// KarooExpress – Apache-2.0

/// What the search makes of a query.
package enum QueryKey {
    /// Its words, as the index and the browser see them.
    package static func words(of query: String) -> [String] {
        var words = Words()
        words.read(query)
        return words.words.map { String(decoding: words.bytes[$0.start..<$0.end], as: UTF8.self) }
    }

    /// By what it is known: its words with one space between them; empty when nothing of it is a word.
    package static func key(of query: String) -> String { words(of: query).joined(separator: " ") }
}
