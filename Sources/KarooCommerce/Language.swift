// KarooExpress – Apache-2.0

/// A language as BCP 47 names it: `en`, `pt`, `zh-Hant`.
public struct Language: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let tag: String

    /// Nil when the text is not a two- or three-letter language, optionally followed by script or variant subtags.
    public init?(_ tag: String) {
        let parts = tag.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy(Language.isLowerLetter),
            parts.dropFirst().allSatisfy({ (2...8).contains($0.count) && $0.allSatisfy(Language.isAlphanumeric) })
        else { return nil }
        self.tag = tag
    }

    public var description: String { tag }

    public static func < (one: Self, other: Self) -> Bool { one.tag < other.tag }

    private static func isLowerLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerLetter(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// The languages of a marketplace, and where to look when a text is missing in one of them.
///
/// The chain of a language is: itself, its stated fallbacks in order, the marketplace's default
/// language, then every other language in the marketplace's order. A text that exists at all is
/// therefore always found; which language it came from is reported.
public struct Languages: Sendable {
    public let all: [Language]
    public let standard: Language
    public let fallbacks: [Language: [Language]]
    private let chains: [Language: [Language]]

    public init(all: [Language], standard: Language, fallbacks: [Language: [Language]] = [:]) {
        self.all = all
        self.standard = standard
        self.fallbacks = fallbacks
        var chains: [Language: [Language]] = [:]
        for language in all {
            var chain: [Language] = []
            for next in [language] + (fallbacks[language] ?? []) + [standard] + all where !chain.contains(next) {
                chain.append(next)
            }
            chains[language] = chain
        }
        self.chains = chains
    }

    /// The languages in which to look for a text of this language, best first.
    public func chain(for language: Language) -> [Language] {
        chains[language] ?? [language] + all
    }
}
