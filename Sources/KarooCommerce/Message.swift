// KarooExpress – Apache-2.0

/// Why a message of the words file cannot be read, checked or filled in.
public enum MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A `{` without its `}`.
    case unclosedBrace
    /// A `}` without its `{`.
    case unopenedBrace
    /// Between the braces stands no name (letters and digits, a letter first).
    case badName(String)
    /// A plural form is named after no category of CLDR.
    case unknownCategory(String)
    /// The language distinguishes a category for which there is no form.
    case missingCategory(PluralCategory)
    /// There is a form for a category that the language does not have.
    case needlessCategory(PluralCategory)
    /// A value was not given for this name.
    case missingArgument(String)
    /// The message has plural forms, but no count was given.
    case missingCount

    public var description: String {
        switch self {
        case .unclosedBrace: "a \"{\" is not closed; write {{ for the character itself"
        case .unopenedBrace: "a \"}\" closes nothing; write }} for the character itself"
        case .badName(let name): "\"{\(name)}\" names no argument; write letters and digits, as {price}"
        case .unknownCategory(let name):
            "\"\(name)\" is no plural category; write one of "
                + PluralCategory.allCases.map(\.rawValue).joined(separator: ", ")
        case .missingCategory(let category): "the language needs the plural form \"\(category.rawValue)\""
        case .needlessCategory(let category): "the language has no plural form \"\(category.rawValue)\""
        case .missingArgument(let name): "no value is given for {\(name)}"
        case .missingCount: "the message has plural forms and needs a count"
        }
    }
}

/// One message of the words file: a text with named places, `from {price}`, or such a text for each plural category
/// of its language, chosen by the argument `count`. `{{` and `}}` stand for the braces themselves.
public struct Message: Hashable, Sendable {
    /// A text, cut at its places.
    private enum Piece: Hashable, Sendable {
        case text(String)
        case argument(String)
    }

    private enum Forms: Hashable, Sendable {
        case plain([Piece])
        case plural([PluralCategory: [Piece]])
    }

    private let forms: Forms

    /// The names that must be given, alphabetical; `count` is among them when there are plural forms.
    public let arguments: [String]

    /// Reads a text without plural forms.
    public init(parsing text: String) throws(MessageError) {
        let pieces = try Message.parse(text)
        forms = .plain(pieces)
        arguments = Message.names(in: pieces, and: [])
    }

    /// Reads a text for each category.
    public init(parsing texts: [PluralCategory: String]) throws(MessageError) {
        var pieces: [PluralCategory: [Piece]] = [:]
        for (category, text) in texts.sorted(by: { $0.key < $1.key }) { pieces[category] = try Message.parse(text) }
        forms = .plural(pieces)
        arguments = Message.names(in: pieces.values.flatMap { $0 }, and: ["count"])
    }

    /// Reads a text for each category, the categories by their names as the words file writes them.
    public init(parsing texts: [String: String]) throws(MessageError) {
        var named: [PluralCategory: String] = [:]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let category = PluralCategory(rawValue: name) else { throw .unknownCategory(name) }
            named[category] = text
        }
        try self.init(parsing: named)
    }

    /// True when the message has plural forms.
    public var isPlural: Bool {
        if case .plural = forms { true } else { false }
    }

    /// The text of a message that has neither places nor plural forms; nil for others.
    public var plainText: String? {
        guard case .plain(let pieces) = forms else { return nil }
        switch pieces.first {
        case nil: return ""
        case .text(let text) where pieces.count == 1: return text
        default: return nil
        }
    }

    /// The text of each plural form by the name of its category, or the one text under no name. Places are written
    /// `{name}`; a script fills them that chooses among the forms by `Intl.PluralRules`.
    public var patterns: [(category: String?, text: String)] {
        switch forms {
        case .plain(let pieces): [(nil, Message.pattern(pieces))]
        case .plural(let plural): plural.sorted { $0.key < $1.key }.map { ($0.key.rawValue, Message.pattern($0.value)) }
        }
    }

    /// The text of each plural form by the name of its category, or the one text under no name, as the words file writes it: reading
    /// it again gives the same message.
    public var sources: [(category: String?, text: String)] {
        switch forms {
        case .plain(let pieces): [(nil, Message.source(pieces))]
        case .plural(let plural): plural.sorted { $0.key < $1.key }.map { ($0.key.rawValue, Message.source($0.value)) }
        }
    }

    /// What is wrong with the plural forms in a language that distinguishes these categories
    /// (`LocaleFormats.pluralCategories`): forms that are missing, then forms that it does not have. Empty when
    /// nothing is, and for a message without plural forms.
    public func categoryFaults(in categories: [PluralCategory]) -> [MessageError] {
        guard case .plural(let pieces) = forms else { return [] }
        let missing = categories.filter { pieces[$0] == nil }.sorted().map(MessageError.missingCategory)
        let needless = pieces.keys.filter { !categories.contains($0) }.sorted().map(MessageError.needlessCategory)
        return missing + needless
    }

    /// The message with its places filled. Values without a place are ignored. Throws when a value is missing, and
    /// when the message has plural forms.
    public func format(arguments: KeyValuePairs<String, String> = [:]) throws(MessageError) -> String {
        try format { name in value(of: name, in: arguments) }
    }

    /// The message in the form for `count`, its places filled; `{count}` becomes the number in the locale's digits.
    /// A message without plural forms is filled in as it is. Throws when a value is missing, and when the form for
    /// the count's category is.
    public func format(
        count: Int, in formats: LocaleFormats, arguments: KeyValuePairs<String, String> = [:]
    ) throws(MessageError) -> String {
        let pieces: [Piece]
        switch forms {
        case .plain(let plain):
            pieces = plain
        case .plural(let plural):
            let category = formats.pluralCategory(count)
            guard let form = plural[category] ?? plural[.other] else { throw .missingCategory(category) }
            pieces = form
        }
        return try Message.join(pieces) { name in
            name == "count" ? formats.number(Int64(count)) : value(of: name, in: arguments)
        }
    }

    /// The message with its places filled by a function that knows the values; nil means that it does not know one.
    public func format(values: (String) -> String?) throws(MessageError) -> String {
        guard case .plain(let pieces) = forms else { throw .missingCount }
        return try Message.join(pieces, values)
    }
}

extension Message {
    /// Cuts by scalars, not by characters: in fa, a zero-width non-joiner behind a `}` would make one character of
    /// the two.
    private static func parse(_ text: String) throws(MessageError) -> [Piece] {
        var pieces: [Piece] = []
        var literal = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            literal.append(contentsOf: rest[..<brace])
            let after = rest.index(after: brace)
            if after < rest.endIndex, rest[after] == rest[brace] {
                literal.append(rest[brace])
                rest = rest[rest.index(after: after)...]
                continue
            }
            guard rest[brace] == "{" else { throw .unopenedBrace }
            guard let end = rest[after...].firstIndex(where: { $0 == "}" || $0 == "{" }), rest[end] == "}" else {
                throw .unclosedBrace
            }
            let name = String(rest[after..<end])
            guard isName(name) else { throw .badName(name) }
            if !literal.isEmpty { pieces.append(.text(String(literal))) }
            literal.removeAll()
            pieces.append(.argument(name))
            rest = rest[rest.index(after: end)...]
        }
        literal.append(contentsOf: rest)
        if !literal.isEmpty { pieces.append(.text(String(literal))) }
        return pieces
    }

    private static func isName(_ name: String) -> Bool {
        var isFirst = true
        for byte in name.utf8 {
            let isLetter = (0x61...0x7A).contains(byte | 0x20)
            guard isLetter || (!isFirst && (0x30...0x39).contains(byte)) else { return false }
            isFirst = false
        }
        return !isFirst
    }

    private static func names(in pieces: [Piece], and others: [String]) -> [String] {
        var names = Set(others)
        for case .argument(let name) in pieces { names.insert(name) }
        return names.sorted()
    }

    private static func join(_ pieces: [Piece], _ values: (String) -> String?) throws(MessageError) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .argument(let name):
                guard let value = values(name) else { throw .missingArgument(name) }
                text += value
            }
        }
        return text
    }

    private static func pattern(_ pieces: [Piece]) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal): text += literal
            case .argument(let name): text += "{\(name)}"
            }
        }
    }

    private static func source(_ pieces: [Piece]) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal):
                for scalar in literal.unicodeScalars {
                    text.unicodeScalars.append(scalar)
                    if scalar == "{" || scalar == "}" { text.unicodeScalars.append(scalar) }
                }
            case .argument(let name): text += "{\(name)}"
            }
        }
    }

    private func value(of name: String, in arguments: KeyValuePairs<String, String>) -> String? {
        for (key, value) in arguments where key == name { return value }
        return nil
    }
}
