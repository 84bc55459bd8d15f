// KarooExpress – Apache-2.0

import CStemmer

/// The Snowball stemmer of one language. It belongs to one thread at a time.
final class Stemmer {
    private let stemmer: OpaquePointer

    /// Nil when Snowball does not know the language.
    init?(language: String) {
        let code = String(language.prefix { $0 != "-" })
        // Chinese, Japanese and Korean words are pairs of letters.
        guard let stemmer = sb_stemmer_new(code == "nb" || code == "nn" ? "no" : code, "UTF_8") else { return nil }
        self.stemmer = stemmer
    }

    deinit { sb_stemmer_delete(stemmer) }

    /// The stem of a word in lower case.
    func stem(_ word: [UInt8]) -> [UInt8] {
        guard let start = sb_stemmer_stem(stemmer, word, CInt(word.count)) else { return word }
        return Array(UnsafeBufferPointer(start: start, count: Int(sb_stemmer_length(stemmer))))
    }
}
