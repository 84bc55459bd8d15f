// KarooExpress – Apache-2.0

// What the server tells the next build, one JSON object a line: approved reviews, ratings, takedowns and coarse
// availability. Every fact has a `line` that writes it and an initializer that reads it.

/// How many buyers gave how many stars.
public struct Rating: Hashable, Sendable {
    /// Five numbers: of one star, of two … of five.
    public let counts: [Int64]

    /// Nil unless there are five numbers, none below zero, and at most a billion in all.
    public init?(counts: [Int64]) {
        guard counts.count == 5, counts.allSatisfy({ (0...Rating.largestCount).contains($0) }),
            counts.reduce(0, +) <= Rating.largestCount
        else { return nil }
        self.counts = counts
    }

    /// How many buyers in all.
    public var count: Int64 { counts.reduce(0, +) }

    /// The mean in tenths of a star, half away from zero: 46 is 4.6. Nil when nobody has rated.
    public var meanTenths: Int64? { scaledMean(by: 10) }

    /// The mean as a decimal number with one decimal: `4.6`. Nil when nobody has rated.
    public var meanDecimal: String? { meanTenths.map { "\($0 / 10).\($0 % 10)" } }

    /// The mean in half stars, 2 to 10, for a row of stars. Nil when nobody has rated.
    public var meanHalfStars: Int64? { scaledMean(by: 2) }

    /// The mean in percent of five stars, 20 to 100. Nil when nobody has rated.
    public var meanPercent: Int64? { scaledMean(by: 20) }

    /// How many percent gave one star, two … five. The five add up to 100, by largest remainder; all are 0 when
    /// nobody has rated.
    public var percentages: [Int64] {
        count == 0 ? counts : Allocation.shares(of: 100, weights: counts)
    }

    /// The mean in thousandths of a star for sorting, drawn towards a mean that is expected of anything until
    /// enough buyers have spoken (a Bayesian average): as if `weight` further buyers had given `mean` thousandths
    /// each. With the defaults, one rating of five stars ranks 4.091, and a hundred of 4.8 rank 4.727.
    ///
    /// - precondition: `mean` is in 1000...5000, and `weight` in 1...1,000,000.
    public func rank(towards mean: Int64 = 4_000, weight: Int64 = 10) -> Int64 {
        precondition((1_000...5_000).contains(mean) && (1...1_000_000).contains(weight), "a rank needs a sound prior")
        // At most 5000 × (a billion + a million): far below 64 bits, so the quotient always exists.
        return Rounding.scaled(mean * weight + 1_000 * starSum, by: 1, over: weight + count) ?? mean
    }

    private static let largestCount: Int64 = 1_000_000_000

    private var starSum: Int64 {
        counts.enumerated().reduce(0) { $0 + Int64($1.offset + 1) * $1.element }
    }

    private func scaledMean(by factor: Int64) -> Int64? {
        count == 0 ? nil : Rounding.scaled(starSum, by: factor, over: count)
    }
}

/// The rating of a product or of a seller: a line of `ratings.jsonl`.
public struct RatingFact: Hashable, Sendable {
    /// Who was rated.
    public enum Subject: Hashable, Sendable {
        case product(Product.ID)
        case seller(Seller.ID)
    }

    /// Whose rating it is.
    public let subject: Subject
    public let rating: Rating

    public init(subject: Subject, rating: Rating) {
        self.subject = subject
        self.rating = rating
    }

    /// Reads a line without its line feed. Throws when something is missing, unknown or out of range.
    public init(line: UnsafeRawBufferPointer) throws(JSONError) {
        var fields = try JSON(parsing: line).fields()
        switch (try fields.optionalString("product"), try fields.optionalString("seller")) {
        case (let product?, nil): subject = .product(Product.ID(product))
        case (nil, let seller?): subject = .seller(Seller.ID(seller))
        default: throw JSONError("a rating is of a product or of a seller")
        }
        var counts: [Int64] = []
        for value in try fields.array("counts") {
            guard case .number(let text) = value, let count = Int64(text) else {
                throw JSONError("\"counts\" are not whole numbers")
            }
            counts.append(count)
        }
        guard let rating = Rating(counts: counts) else {
            throw JSONError("\"counts\" are five numbers, for one star to five")
        }
        self.rating = rating
        try fields.end()
    }

    /// The fact as one line of JSON without its line feed: the same fact has the same bytes.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch subject {
            case .product(let id): writer.member("product", id.text)
            case .seller(let id): writer.member("seller", id.text)
            }
            writer.name("counts")
            writer.array { writer in for count in rating.counts { writer.integer(count) } }
        }
        return writer.bytes
    }
}

/// What a buyer says of a product, approved: a line of `reviews.jsonl`.
public struct Review: Hashable, Sendable {
    /// `rev_…`.
    public typealias ID = Identifier<Review>

    /// The seller's answer.
    public struct Reply: Hashable, Sendable {
        public let body: String
        /// The day on which it was given, in UTC.
        public let date: Day

        public init(body: String, date: Day) {
            self.body = body
            self.date = date
        }
    }

    public let id: ID
    /// What it is about.
    public let product: Product.ID
    /// Stars, 1 to 5.
    public let rating: Int
    /// The name that the buyer wants to be shown.
    public let author: String
    /// The language in which it is written; it is never translated.
    public let language: Language
    /// Nil when the buyer gave none.
    public let title: String?
    /// Plain text, line feeds kept.
    public let body: String
    /// The day on which it was written, in UTC.
    public let date: Day
    /// True when the buyer bought it here.
    public let isVerified: Bool
    /// Nil when the seller has not answered.
    public let reply: Reply?

    public init(
        id: ID, product: Product.ID, rating: Int, author: String, language: Language, title: String? = nil,
        body: String, date: Day, isVerified: Bool, reply: Reply? = nil
    ) {
        precondition((1...5).contains(rating), "a review has one star to five")
        self.id = id
        self.product = product
        self.rating = rating
        self.author = author
        self.language = language
        self.title = title
        self.body = body
        self.date = date
        self.isVerified = isVerified
        self.reply = reply
    }

    /// Reads a line without its line feed. Throws when something is missing, unknown or out of range.
    public init(line: UnsafeRawBufferPointer) throws(JSONError) {
        var fields = try JSON(parsing: line).fields()
        let rating = try fields.integer("rating")
        guard (1...5).contains(rating) else { throw JSONError("\"rating\" is not 1 to 5") }
        let tag = try fields.string("language")
        guard let language = Language(tag) else { throw JSONError("\"\(tag)\" is no language") }
        var reply: Reply?
        if let json = fields.take("reply") {
            var answer = try json.fields()
            reply = Reply(body: try answer.string("body"), date: try answer.day("date"))
            try answer.end()
        }
        self.init(
            id: ID(try fields.string("id")), product: Product.ID(try fields.string("product")), rating: Int(rating),
            author: try fields.string("author"), language: language, title: try fields.optionalString("title"),
            body: try fields.string("body"), date: try fields.day("date"), isVerified: try fields.bool("verified"),
            reply: reply)
        try fields.end()
    }

    /// The fact as one line of JSON without its line feed: the same fact has the same bytes.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("product", product.text)
            writer.member("rating", Int64(rating))
            writer.member("author", author)
            writer.member("language", language.tag)
            if let title { writer.member("title", title) }
            writer.member("body", body)
            writer.member("date", date.description)
            writer.member("verified", isVerified)
            if let reply {
                writer.name("reply")
                writer.object { writer in
                    writer.member("body", reply.body)
                    writer.member("date", reply.date.description)
                }
            }
        }
        return writer.bytes
    }
}

/// A product that must not be shown or sold any more: a line of `takedowns.jsonl`.
public struct Takedown: Hashable, Sendable {
    /// The product with all its variants, in every market.
    public let product: Product.ID
    /// For the log; never shown to buyers.
    public let reason: String

    public init(product: Product.ID, reason: String) {
        self.product = product
        self.reason = reason
    }

    /// Reads a line without its line feed. Throws when something is missing, unknown or out of range.
    public init(line: UnsafeRawBufferPointer) throws(JSONError) {
        var fields = try JSON(parsing: line).fields()
        product = Product.ID(try fields.string("product"))
        reason = try fields.string("reason")
        try fields.end()
    }

    /// The fact as one line of JSON without its line feed: the same fact has the same bytes.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("product", product.text)
            writer.member("reason", reason)
        }
        return writer.bytes
    }
}

/// How much of a variant there is, as coarsely as pages may tell it.
public enum AvailabilityBand: String, CaseIterable, Hashable, Sendable {
    /// Enough that nobody needs to hurry.
    case inStock = "in_stock"
    /// So little that a buyer ought to know.
    case low
    /// Nothing.
    case out
}

/// How much of a variant there is: a line of `availability.jsonl`.
public struct AvailabilityFact: Hashable, Sendable {
    public let seller: Seller.ID
    /// The seller's own; with the seller it names the variant.
    public let sku: String
    public let band: AvailabilityBand

    public init(seller: Seller.ID, sku: String, band: AvailabilityBand) {
        self.seller = seller
        self.sku = sku
        self.band = band
    }

    /// Reads a line without its line feed. Throws when something is missing, unknown or out of range.
    public init(line: UnsafeRawBufferPointer) throws(JSONError) {
        var fields = try JSON(parsing: line).fields()
        seller = Seller.ID(try fields.string("seller"))
        sku = try fields.string("sku")
        let name = try fields.string("band")
        guard let band = AvailabilityBand(rawValue: name) else { throw JSONError("\"\(name)\" is no band") }
        self.band = band
        try fields.end()
    }

    /// The fact as one line of JSON without its line feed: the same fact has the same bytes.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("seller", seller.text)
            writer.member("sku", sku)
            writer.member("band", band.rawValue)
        }
        return writer.bytes
    }
}

extension JSONFields {
    fileprivate mutating func day(_ name: String) throws(JSONError) -> Day {
        guard let day = Day(try string(name)) else { throw JSONError("\"\(name)\" is no day") }
        return day
    }
}
