// KarooExpress – Apache-2.0

/// Endings with which words of a language are asked for, though no document has that form.
///
/// A form counts only if the stemmer of the language gives it the same stem.
enum Inflections {
    static func endings(_ language: String) -> [[UInt8]] {
        let endings: [String] =
            switch language.prefix(2) {
            case "en": ["s", "es", "ing", "ed"]
            case "de": ["e", "en", "n", "er", "s", "es"]
            case "fr": ["s", "x", "e", "es"]
            case "es", "pt": ["s", "es"]
            case "it": ["i", "e"]
            case "nl": ["s", "en", "e"]
            case "sv", "da", "no", "nb": ["er", "en", "et", "ar", "r"]
            default: []
            }
        return endings.map { Array($0.utf8) }
    }

    /// Articles and conjunctions that are written together with an Arabic word, folded.
    static func beginnings(_ language: String) -> [[UInt8]] {
        language.prefix(2) == "ar" ? ["ال", "وال", "بال", "لل"].map { Array($0.utf8) } : []
    }
}

/// Languages that write the parts of a compound together, and what may stand between the parts.
enum Compounding {
    static func links(_ language: String) -> [[UInt8]]? {
        switch language.prefix(2) {
        case "de": ["", "s", "es", "n", "en", "er", "e"].map { Array($0.utf8) }
        case "nl": ["", "s", "e", "en"].map { Array($0.utf8) }
        case "sv", "da", "no", "nb": ["", "s", "e"].map { Array($0.utf8) }
        default: nil
        }
    }
}

/// Words that a query may have and a document need not have.
enum Particles {
    static func words(_ language: String) -> [String] {
        let words: String =
            switch language.prefix(2) {
            case "en": "a an and are as at by for from in into is it of on or that the this to with without my your best"
            case "de": "aus am an auf bei das dem den der des die ein eine einem einen einer fur im in ist mit oder ohne und unter vom von zu zum zur"
            case "fr": "a au aux avec d dans de des du en et l la le les ou par pour sans sur un une"
            case "es": "a al con de del el en la las lo los o para por sin un una y"
            case "it": "a al con d da dal del della di e i il in l la le lo o per su un una"
            case "pt": "a ao as com da das de do dos e em na no o os ou para por sem um uma"
            case "nl": "aan bij de een en het in met of op te tot van voor zonder"
            case "sv", "da", "no", "nb": "af av den det de en et ett for fra i med og och pa til till uden utan"
            case "ar": "في من على عن مع او و الى بدون"
            default: ""
            }
        return words.split(separator: " ").map(String.init)
    }
}
