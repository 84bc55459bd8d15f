// KarooExpress – Apache-2.0

import KarooCommerce

/// Makes addresses and keys out of the names that a foreign file gives.
enum ImportNames {
    /// A text as part of an address: `Größe & Farbe` becomes `groesse-farbe`. Letters of other scripts than Latin stay.
    /// Nil when nothing of the text can stand in an address.
    static func slug(_ text: String) -> Slug? {
        if let slug = Slug(text) { return slug }
        let folded = hyphenated(text)
        return Slug(shortened(folded)) ?? Slug(shortened(String(folded.unicodeScalars.filter(\.isASCII))))
    }

    /// What two spellings of one name have in common: lower-case letters and digits, with a hyphen for all between.
    static func hyphenated(_ text: String) -> String {
        var result = ""
        var needsHyphen = false
        // Accents that stand as scalars of their own are left out, so that both ways of writing é fold alike.
        for scalar in text.lowercased().unicodeScalars where !(0x300...0x36F).contains(scalar.value) {
            let folded = latin[scalar]
            guard folded != nil || isWordPart(scalar) else {
                // An apostrophe does not part a word: "men's" is "mens".
                if scalar != "'", scalar != "\u{2019}" { needsHyphen = !result.isEmpty }
                continue
            }
            if needsHyphen { result += "-" }
            needsHyphen = false
            if let folded { result += folded } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// A name as an attribute's key: `Lamp size (cm)` becomes `lampSizeCm`. Nil when the name has neither letter nor digit.
    static func camelCased(_ name: String) -> String? {
        var words: [String] = []
        var word = ""
        for scalar in name.unicodeScalars {
            if isWordPart(scalar) {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty, scalar != "'", scalar != "\u{2019}" {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        guard let first = words.first else { return nil }
        return words.dropFirst().reduce(lowerCased(first)) { $0 + capitalized($1) }
    }

    private static func lowerCased(_ word: String) -> String {
        word == word.uppercased() ? word.lowercased() : word.prefix(1).lowercased() + word.dropFirst()
    }

    private static func capitalized(_ word: String) -> String {
        let rest = word.dropFirst()
        return word.prefix(1).uppercased() + (word == word.uppercased() ? rest.lowercased() : String(rest))
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.value | 0x20 >= 0x61 && scalar.value | 0x20 <= 0x7A || (0x30...0x39).contains(scalar.value)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
    }

    /// At most as long as a slug may be, without a hyphen at either end.
    private static func shortened(_ text: String) -> String {
        var result = text.utf8.count == text.unicodeScalars.count ? String(text.utf8.prefix(Slug.maximumLength))! : String(text.prefix(Slug.maximumLength))
        while result.hasSuffix("-") { result.removeLast() }
        while result.hasPrefix("-") { result.removeFirst() }
        return result
    }

    /// Lower-case Latin letters beyond ASCII, as German and its neighbours write them without.
    private static let latin: [Unicode.Scalar: String] = {
        let rows: [(String, String)] = [
            ("àáâãåāăąǎ", "a"), ("äæ", "ae"), ("çćĉċč", "c"), ("ďđð", "d"), ("èéêëēĕėęě", "e"), ("ĝğġģ", "g"), ("ĥħ", "h"),
            ("ìíîïĩīĭįıǐ", "i"), ("ĵ", "j"), ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņňŋ", "n"), ("òóôõōŏőǒ", "o"), ("öøœ", "oe"),
            ("ŕŗř", "r"), ("śŝşšș", "s"), ("ß", "ss"), ("ţťŧț", "t"), ("ùúûũūŭůűųǔ", "u"), ("ü", "ue"), ("ŵ", "w"), ("ýÿŷ", "y"),
            ("źżž", "z"), ("þ", "th"),
        ]
        var table: [Unicode.Scalar: String] = [:]
        for (letters, plain) in rows {
            for letter in letters.unicodeScalars { table[letter] = plain }
        }
        return table
    }()
}
