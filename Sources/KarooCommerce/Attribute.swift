// KarooExpress – Apache-2.0

/// A property that products of a kind share: its name, its type and the values it may take.
package struct Attribute: Sendable {
    package typealias Key = Identifier<Attribute>

    package enum Kind: String, Sendable, CaseIterable {
        case text, number, boolean, swatch, list
    }

    /// One of the named values of a text, list or swatch attribute.
    package struct Choice: Sendable {
        package let key: String
        package let name: LocalizedText
        /// The colour of a swatch as `#RRGGBB`; nil for other kinds.
        package let hex: String?

        package init(key: String, name: LocalizedText, hex: String? = nil) {
            self.key = key
            self.name = name
            self.hex = hex
        }
    }

    package let key: Key
    package let kind: Kind
    package let name: LocalizedText
    /// The CLDR identifier of a number's unit, as `centimeter`; nil for a bare number.
    package let unit: String?
    package let choices: [Choice]
    package let isFilterable: Bool
    private let places: [String: Int]

    package init(
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
    package func choice(_ key: String) -> Choice? { places[key].map { choices[$0] } }
}

/// What a product says of one attribute.
package enum AttributeValue: Sendable, Equatable {
    /// The key of a declared choice, or a word that needs no translation.
    case text(String)
    /// A text of the product's own, in several languages.
    case localized(LocalizedText)
    /// A decimal number as it was written, in the attribute's unit.
    case number(String)
    case boolean(Bool)
    case list([String])
}
