// KarooExpress – Apache-2.0

/// What the search makes of a text: its words, as the index and the browser see them.
package func searchWords(of text: String) -> [String] {
    var words = Words()
    words.read(text)
    return words.words.map { String(decoding: words.bytes[$0.start..<$0.end], as: UTF8.self) }
}
