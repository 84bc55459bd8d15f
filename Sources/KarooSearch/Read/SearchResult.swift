// KarooExpress – Apache-2.0

/// What a buyer asks for.
package struct SearchRequest: Sendable {
    package enum Sort: String, Sendable, CaseIterable {
        case relevance, price, newest, rating
        case priceDown = "-price"
    }

    package enum Filter: Sendable {
        /// One of some values.
        case values([String])
        /// Both ends included; nil for no end.
        case range(least: Double?, most: Double?)
    }

    package var query: String
    /// `category:home/lamps`; nil for everything.
    package var scope: String?
    /// By the id of a facet or of a column of numbers.
    package var filters: [String: Filter]
    package var sort: Sort
    /// From 1.
    package var page: Int
    package var size: Int
    /// Which facets are counted; nil for all that are not attributes.
    package var facets: [String]?
    /// True when each hit tells what each word adds.
    package var explains: Bool

    package init(
        _ query: String, scope: String? = nil, filters: [String: Filter] = [:], sort: Sort = .relevance, page: Int = 1, size: Int = 24,
        facets: [String]? = nil, explains: Bool = false
    ) {
        self.query = query
        self.scope = scope
        self.filters = filters
        self.sort = sort
        self.page = page
        self.size = size
        self.facets = facets
        self.explains = explains
    }
}

/// What is found.
package struct SearchResult: Sendable {
    package struct Correction: Sendable {
        package var from: String
        package var to: String
    }

    package struct Hit: Sendable {
        package var place: Int32
        /// By column.
        package var card: [String: String]
        /// By column; those that the document has.
        package var numbers: [String: Int64]
        /// True when it lacks words of the query.
        package var isPartial: Bool
        package var score: Int
        /// True when an operator has put it first.
        package var isPinned: Bool
        /// What it gains by its `prior`.
        package var preference: Int
        /// Of each word of the query what it adds to the score; empty when nobody asks.
        package var worths: [Worth]
    }

    /// What one word adds to the score of a hit.
    package struct Worth: Sendable {
        package var word: String
        /// The key whose postings count the most.
        package var key: String
        package var rarity: Int
        package var level: Int
        package var weight: Int
        package var worth: Int
        /// True when the word was not asked for, and is like one that was.
        package var isNear: Bool
    }

    package struct Facet: Sendable {
        package struct Value: Sendable {
            package var token: String
            package var label: String
            package var count: Int
        }

        package var id: String
        package var label: String
        package var values: [Value]
        package var least: Double?
        package var most: Double?
    }

    package var terms: [String] = []
    package var hits: [Hit] = []
    package var total = 0
    package var isApproximate = false
    package var isRelaxed = false
    package var facets: [Facet] = []
    package var corrections: [Correction] = []
    /// Words that nothing has.
    package var dropped: [String] = []
    /// Where the operator leads this query; nil when it leads to results.
    package var redirect: String?
}
