// KarooExpress – Apache-2.0

/// One text in several languages.
///
/// Few languages are expected, so they lie in one array and are searched from the front.
public struct LocalizedText: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let language: Language
        public let text: String
    }

    public private(set) var entries: [Entry]

    public init(_ entries: [(Language, String)] = []) {
        self.entries = entries.map { Entry(language: $0.0, text: $0.1) }
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// The text in exactly this language; nil when it was not translated.
    public subscript(_ language: Language) -> String? {
        get { entries.first { $0.language == language }?.text }
        set {
            entries.removeAll { $0.language == language }
            if let newValue { entries.append(Entry(language: language, text: newValue)) }
        }
    }

    /// The text in the first language of the chain that has one; nil when none has.
    public func text(in chain: [Language]) -> String? {
        for language in chain {
            for entry in entries where entry.language == language { return entry.text }
        }
        return nil
    }

    /// The language of what `text(in:)` returns; nil when there is no text.
    public func language(in chain: [Language]) -> Language? {
        chain.first { language in entries.contains { $0.language == language } }
    }

    /// The same in every language, as for names that are not translated.
    public static func untranslated(_ text: String, in languages: [Language]) -> LocalizedText {
        LocalizedText(languages.map { ($0, text) })
    }
}

/// How much of a marketplace's text exists in each language.
public struct Completeness: Sendable, Equatable {
    public private(set) var wanted: [Language: Int] = [:]
    public private(set) var present: [Language: Int] = [:]

    public init() {}

    /// Counts one text that the language ought to have.
    public mutating func count(_ language: Language, isPresent: Bool) {
        wanted[language, default: 0] += 1
        if isPresent { present[language, default: 0] += 1 }
    }

    public mutating func add(_ other: Completeness) {
        wanted.merge(other.wanted, uniquingKeysWith: +)
        present.merge(other.present, uniquingKeysWith: +)
    }

    /// The share of texts that exist, in whole percent rounded down, so that 100 means complete; 100 when none is wanted.
    public func percent(_ language: Language) -> Int {
        guard let wanted = wanted[language], wanted > 0 else { return 100 }
        return present[language, default: 0] * 100 / wanted
    }
}
