// KarooExpress – Apache-2.0

/// What an index holds besides words, and how it is divided. It is written into the root as JSON.
package struct SearchSchema: Sendable {
    /// BCP 47; it decides on the stemmer.
    package var language: String
    /// The columns of cards, in order. The first must be `title`.
    package var columns: [String]
    /// The columns of numbers, in order.
    package var numbers: [String]
    /// Further columns of numbers, which only orders need; they have files of their own.
    package var dates: [String]
    package var facets: [SearchFacet]
    /// How prices are written; nil where there are none.
    package var money: SearchMoney?
    /// Places per tier. Lists of postings are cut at its multiples.
    package var tier = 65_536
    /// Places per file of numbers or traits.
    package var chunk = 512
    /// Places per file of cards.
    package var card = 32
    /// By how much a document's `prior` weighs among the first results.
    package var prior = 64

    package init(language: String, columns: [String], numbers: [String], dates: [String] = [], facets: [SearchFacet], money: SearchMoney? = nil) {
        self.language = language
        self.columns = columns
        self.numbers = numbers
        self.dates = dates
        self.facets = facets
        self.money = money
    }
}

/// Something that documents can be filtered by.
package struct SearchFacet: Sendable, Codable {
    package enum Kind: String, Sendable, Codable { case list, tree, number, flag }

    package var id: String
    package var label: String
    package var kind: Kind
    /// As it is shown behind a number; nil where there is none.
    package var unit: String?
    /// True for what only products of some categories have; it is kept in files of its own.
    package var isAttribute: Bool
    /// True when its values are terms as well, so that a page can show all documents of one value without reading others.
    package var isScope: Bool

    private enum CodingKeys: String, CodingKey {
        case id, label, kind, unit
        case isAttribute = "attribute"
        case isScope = "scope"
    }

    package init(id: String, label: String, kind: Kind, unit: String? = nil, isAttribute: Bool = false, isScope: Bool = false) {
        self.id = id
        self.label = label
        self.kind = kind
        self.unit = unit
        self.isAttribute = isAttribute
        self.isScope = isScope
    }
}

/// The members of `MoneyPattern`, which this target does not know.
package struct SearchMoney: Sendable, Codable {
    package var currency: String
    package var decimals: Int
    package var prefix: String
    package var suffix: String
    package var group: String
    package var decimal: String
    package var primary: Int
    package var secondary: Int
    package var minimum: Int
    package var zero: String

    package init(
        currency: String, decimals: Int, prefix: String, suffix: String, group: String, decimal: String, primary: Int, secondary: Int,
        minimum: Int, zero: String
    ) {
        self.currency = currency
        self.decimals = decimals
        self.prefix = prefix
        self.suffix = suffix
        self.group = group
        self.decimal = decimal
        self.primary = primary
        self.secondary = secondary
        self.minimum = minimum
        self.zero = zero
    }
}
