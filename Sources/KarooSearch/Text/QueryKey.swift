// KarooExpress – Apache-2.0

/// By what a query is known: its words with one space between them, as readers make them.
package enum QueryKey {
    /// Empty when nothing of the query is a word.
    package static func key(of query: String) -> String {
        var words = Words()
        words.read(query)
        return String(decoding: words.key, as: UTF8.self)
    }
}
