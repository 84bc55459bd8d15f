// KarooExpress – Apache-2.0

/// A property that products of a kind share: its name, its type and the values it may take; a class for the same reason as
/// Product.
public final class Attribute: Sendable {
    public typealias Key = Identifier<Attribute>

    public enum Kind: String, Sendable, CaseIterable {
        case text, number, boolean, swatch, list
    }

    /// One of the named values of a text, list or swatch attribute.
    public struct Choice: Sendable {
        public let key: String
        public let name: LocalizedText
        /// The colour of a swatch as `#RRGGBB`; nil for other kinds.
        public let hex: String?

        public init(key: String, name: LocalizedText, hex: String? = nil) {
            self.key = key
            self.name = name
            self.hex = hex
        }
    }

    public let key: Key
    public let kind: Kind
    public let name: LocalizedText
    /// The CLDR identifier of a number's unit, as `centimeter`; nil for a bare number.
    public let unit: String?
    public let choices: [Choice]
    public let isFilterable: Bool
    private let places: [String: Int]

    public init(
        key: Key, kind: Kind, name: LocalizedText, unit: String? = nil, choices: [Choice] = [], isFilterable: Bool = false
    ) {
        self.key = key
        self.kind = kind
        self.name = name
        self.unit = unit
        self.choices = choices
        self.isFilterable = isFilterable
        self.places = Dictionary(choices.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The named value of this key; nil when it is not one of the declared.
    public func choice(_ key: String) -> Choice? { places[key].map { choices[$0] } }
}

/// What a product says of one attribute.
public enum AttributeValue: Sendable, Equatable {
    /// The key of a declared choice, or a word that needs no translation.
    case text(String)
    /// A text of the product's own, in several languages.
    case localized(LocalizedText)
    /// A decimal number as it was written, in the attribute's unit.
    case number(String)
    case boolean(Bool)
    case list([String])
}
