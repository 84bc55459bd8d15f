// KarooExpress – Apache-2.0

/// What decides on a document's place; it must be known of all documents before the first is read.
package struct SearchKey: Sendable {
    /// Unique in the index.
    package var id: String
    /// Documents of one group stand together, groups in ascending order: a path of categories, and what else makes documents
    /// be found together, as a brand. The more neighbours a query finds, the fewer files it needs.
    package var group: String
    /// How often it is asked for. Only in large catalogues it decides on the tier.
    package var popularity: UInt32

    package init(id: String, group: String, popularity: UInt32) {
        self.id = id
        self.group = group
        self.popularity = popularity
    }
}

/// One product as the index sees it, but for its numbers.
package struct SearchDocument: Sendable {
    package struct Value: Sendable {
        /// The position of the facet in the schema.
        package var facet: Int
        /// What filters name.
        package var token: String
        /// What readers see.
        package var label: String

        package init(facet: Int, token: String, label: String) {
            self.facet = facet
            self.token = token
            self.label = label
        }
    }

    package var title: String
    package var brand: String
    package var category: String
    /// Values of attributes, codes (SKU, GTIN), keywords: one in each line.
    package var attributes: String
    package var description: String
    /// As many as the schema has columns.
    package var card: [String]
    /// A document of a category has its ancestors as values too.
    package var values: [Value]

    package init(
        title: String, brand: String = "", category: String = "", attributes: String = "", description: String = "", card: [String],
        values: [Value] = []
    ) {
        self.title = title
        self.brand = brand
        self.category = category
        self.attributes = attributes
        self.description = description
        self.card = card
        self.values = values
    }
}

/// What is offered while somebody types.
package struct SearchCompletion: Sendable {
    package enum Kind: UInt8, Sendable { case query, category, seller, product, brand }

    package var text: String
    package var kind: Kind
    /// The greater, the earlier.
    package var weight: UInt32
    /// Where it leads; empty when it is searched for.
    package var address: String

    package init(text: String, kind: Kind, weight: UInt32, address: String = "") {
        self.text = text
        self.kind = kind
        self.weight = weight
        self.address = address
    }
}

/// What an operator decides about one query.
package struct SearchRule: Sendable {
    package var query: String
    /// Positions of the documents that come first, in order.
    package var pins: [Int]
    /// Where the query leads instead of to results; nil for results.
    package var redirect: String?

    package init(query: String, pins: [Int] = [], redirect: String? = nil) {
        self.query = query
        self.pins = pins
        self.redirect = redirect
    }
}

/// Words that find what others are found by.
package struct SearchSynonym: Sendable {
    /// One word each, or several that count together.
    package var words: [String]
    /// When false, every word finds the others; when true, the first finds the others and not the other way round.
    package var isOneWay: Bool

    package init(words: [String], isOneWay: Bool = false) {
        self.words = words
        self.isOneWay = isOneWay
    }
}
