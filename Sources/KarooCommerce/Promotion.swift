// KarooExpress – Apache-2.0

/// Something that makes goods, or bringing them, cheaper without a code. How often it may still do so is known to the
/// server alone.
public struct Promotion: Hashable, Sendable {
    public typealias ID = Identifier<Promotion>

    /// When a discount is reckoned. Lanes follow each other in this order, each on what the earlier ones left; in a lane the
    /// best discount wins.
    public enum Lane: String, CaseIterable, Hashable, Sendable {
        /// Of single goods: each line takes the promotion that takes most off it.
        case line
        /// Of all goods together: the promotion that takes most off comes first, and after it only what shares no line with it.
        case order
        /// The buyer's code.
        case coupon
        /// Of bringing the goods.
        case shipping
    }

    /// Which goods it is for: those that fit everything that is said.
    public struct Scope: Hashable, Sendable {
        /// Nil: everybody's.
        public let seller: Seller.ID?
        /// In one of these, or below one of them; empty: in any.
        public let categories: [Category.ID]
        /// One of these; empty: any.
        public let products: [Product.ID]
        /// `Offer.id`, one of these; empty: any.
        public let offers: [String]

        public init(seller: Seller.ID? = nil, categories: [Category.ID] = [], products: [Product.ID] = [], offers: [String] = []) {
            self.seller = seller
            self.categories = categories
            self.products = products
            self.offers = offers
        }

        /// True for all goods of the marketplace.
        public var isEverything: Bool { seller == nil && isWholeSeller }
        fileprivate var isWholeSeller: Bool { categories.isEmpty && products.isEmpty && offers.isEmpty }

        public func holds(for offer: Offer) -> Bool {
            if let seller, seller != offer.seller { return false }
            if !products.isEmpty, !products.contains(offer.product) { return false }
            if !offers.isEmpty, !offers.contains(offer.id) { return false }
            return categories.isEmpty || categories.contains { offer.categories.contains($0) }
        }
    }

    /// From a quantity or a value on, a share comes off.
    public struct Tier: Hashable, Sendable {
        /// Pieces, or minor units of the goods' value.
        public let from: Int64
        /// 1 to 1,000,000.
        public let partsPerMillion: Int64

        public init(from: Int64, partsPerMillion: Int64) {
            self.from = from
            self.partsPerMillion = partsPerMillion
        }
    }

    /// What becomes cheaper.
    public enum Reduction: Hashable, Sendable {
        /// Parts in a million of the goods' price, 1 to 1,000,000.
        case share(partsPerMillion: Int64)
        /// An amount off all its goods together, in its currency only; at most what they cost.
        case amount(Money)
        /// A piece costs this and no more, in its currency only.
        case unitPrice(Money)
        /// By how many pieces of its goods there are.
        case quantityTiers([Tier])
        /// By what its goods cost, in this currency only.
        case valueTiers([Tier], Currency)
        /// Whoever buys `buy` pieces has a share off `get` more, the cheapest: 1,000,000 makes them a gift. They are of the goods
        /// of `gifts`; nil: of the same goods, so that `buy: 2, get: 1` is three for two.
        case buyAndGet(buy: Int64, get: Int64, partsPerMillion: Int64, gifts: Scope?)
        /// Delivery costs nothing.
        case freeShipping
    }

    public let id: ID
    /// What the buyer reads.
    public let name: String
    public let lane: Lane
    public let reduction: Reduction
    public let scope: Scope
    /// From this value of its goods on it holds; nil: from any.
    public let minimum: Money?
    /// Parts in a million of the discount that the sellers of the goods bear; the marketplace bears the rest.
    public let sellerPartsPerMillion: Int64
    /// The first moment at which it holds; nil: since ever.
    public let from: Instant?
    /// The first moment at which it no longer holds; nil: for ever.
    public let until: Instant?

    /// - parameter lane: what fits the reduction, when it is left out.
    public init(
        id: ID, name: String, lane: Lane? = nil, reduction: Reduction, scope: Scope = Scope(), minimum: Money? = nil,
        sellerPartsPerMillion: Int64 = 0, from: Instant? = nil, until: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.lane = lane ?? Promotion.lane(of: reduction, scope)
        self.reduction = reduction
        self.scope = scope
        self.minimum = minimum
        self.sellerPartsPerMillion = sellerPartsPerMillion
        self.from = from
        self.until = until
    }

    private static func lane(of reduction: Reduction, _ scope: Scope) -> Lane {
        switch reduction {
        case .freeShipping: .shipping
        case .unitPrice, .quantityTiers, .buyAndGet: .line
        case .amount, .valueTiers: .order
        case .share: scope.isWholeSeller ? .order : .line
        }
    }

    public func holds(at instant: Instant) -> Bool {
        if let from, instant < from { return false }
        if let until, instant >= until { return false }
        return true
    }

    /// What makes it no promotion; nil when nothing does.
    public var fault: String? {
        func isShare(_ parts: Int64) -> Bool { (1...1_000_000).contains(parts) }
        func isAmount(_ money: Money) -> Bool { money.minorUnits >= 0 && money.minorUnits < Quote.maximumMinorUnits && money.isChargeable }
        func areTiers(_ tiers: [Tier]) -> Bool {
            !tiers.isEmpty && tiers.allSatisfy { $0.from > 0 && isShare($0.partsPerMillion) }
                && zip(tiers, tiers.dropFirst()).allSatisfy { $0.from < $1.from }
        }
        if name.isEmpty { return "it has no name" }
        if !(0...1_000_000).contains(sellerPartsPerMillion) { return "the sellers' part is between nothing and all" }
        if let minimum, !isAmount(minimum) { return "the minimum is no amount" }
        if let from, let until, from >= until { return "it ends before it begins" }
        if (lane == .shipping) != (reduction == .freeShipping) || lane == .coupon { return "the lane does not fit" }
        switch reduction {
        case .share(let parts): return isShare(parts) ? nil : "a share is above 0 and at most 100 percent"
        case .amount(let money): return isAmount(money) && !money.isZero ? nil : "the amount cannot be taken off"
        case .unitPrice(let money): return isAmount(money) ? nil : "the price cannot be charged"
        case .quantityTiers(let tiers), .valueTiers(let tiers, _): return areTiers(tiers) ? nil : "tiers begin above 0, each above the one before"
        case .buyAndGet(let buy, let get, let parts, _):
            let counts = 1...Promotion.maximumPieces
            return counts.contains(buy) && counts.contains(get) && isShare(parts) ? nil : "so many cannot be bought and got"
        case .freeShipping: return nil
        }
    }

    /// Of `buyAndGet`.
    public static let maximumPieces: Int64 = 1_000
}

/// A promotion, and for how many more pieces it is good.
public struct OpenPromotion: Hashable, Sendable {
    public let promotion: Promotion
    /// Nil: for as many as come.
    public let unitsLeft: Int64?

    public init(_ promotion: Promotion, unitsLeft: Int64? = nil) {
        self.promotion = promotion
        self.unitsLeft = unitsLeft
    }
}

// MARK: - As JSON

extension Promotion {
    /// The rule as it is kept: all but the id and the name, members in a fixed order, what is nil left out.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writeRule(to: &writer)
        return writer.bytes
    }

    /// Writes what `json` gives.
    public func writeRule(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("lane", lane.rawValue)
            writer.name("reduction")
            reduction.write(to: &writer)
            if !scope.isEverything {
                writer.name("scope")
                scope.write(to: &writer)
            }
            if let minimum {
                writer.name("minimum")
                minimum.write(to: &writer)
            }
            writer.member("sellerPartsPerMillion", sellerPartsPerMillion)
            if let from { writer.member("from", from.description) }
            if let until { writer.member("until", until.description) }
        }
    }

    /// Reads what `json` writes, and refuses what is no promotion.
    ///
    /// - parameter lane: may be left out; see `init`.
    public init(id: ID, name: String, parsing json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let laneName = try fields.optionalString("lane")
        let lane = laneName.flatMap { Lane(rawValue: $0) }
        guard (laneName == nil) == (lane == nil) else { throw JSONError("\"\(laneName ?? "")\" is no lane") }
        guard let reduction = fields.take("reduction") else { throw JSONError("\"reduction\" is missing") }
        let (scope, minimum) = (fields.take("scope"), fields.take("minimum"))
        self.init(
            id: id, name: name, lane: lane, reduction: try Reduction(reduction), scope: try scope.map { json throws(JSONError) in try Scope(json) } ?? Scope(),
            minimum: try minimum.map { json throws(JSONError) in try Money(json) },
            sellerPartsPerMillion: try fields.optionalInteger("sellerPartsPerMillion") ?? 0, from: try fields.instant("from"),
            until: try fields.instant("until"))
        try fields.end()
        if let fault { throw JSONError(fault) }
    }
}

extension Promotion.Scope {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let seller { writer.member("seller", seller.text) }
            if !categories.isEmpty { writer.member("categories", categories.map(\.text)) }
            if !products.isEmpty { writer.member("products", products.map(\.text)) }
            if !offers.isEmpty { writer.member("offers", offers) }
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            seller: try fields.optionalString("seller").map { Seller.ID($0) }, categories: try fields.optionalStrings("categories").map { Category.ID($0) },
            products: try fields.optionalStrings("products").map { Product.ID($0) }, offers: try fields.optionalStrings("offers"))
        try fields.end()
    }
}

extension Promotion.Reduction {
    /// That of a coupon, of which there are fewer kinds.
    public init(_ reduction: Coupon.Reduction) {
        switch reduction {
        case .share(let parts): self = .share(partsPerMillion: parts)
        case .amount(let money): self = .amount(money)
        case .freeShipping: self = .freeShipping
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .share(let parts):
                writer.member("kind", "share")
                writer.member("partsPerMillion", parts)
            case .amount(let money):
                writer.member("kind", "amount")
                writer.name("amount")
                money.write(to: &writer)
            case .unitPrice(let money):
                writer.member("kind", "unitPrice")
                writer.name("amount")
                money.write(to: &writer)
            case .quantityTiers(let tiers):
                writer.member("kind", "quantityTiers")
                writer.tiers(tiers)
            case .valueTiers(let tiers, let currency):
                writer.member("kind", "valueTiers")
                writer.member("currency", currency.code)
                writer.tiers(tiers)
            case .buyAndGet(let buy, let get, let parts, let gifts):
                writer.member("kind", "buyAndGet")
                writer.member("buy", buy)
                writer.member("get", get)
                writer.member("partsPerMillion", parts)
                if let gifts {
                    writer.name("gifts")
                    gifts.write(to: &writer)
                }
            case .freeShipping:
                writer.member("kind", "freeShipping")
            }
        }
    }

    public init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        switch try fields.string("kind") {
        case "share": self = .share(partsPerMillion: try fields.integer("partsPerMillion"))
        case "amount": self = .amount(try fields.money())
        case "unitPrice": self = .unitPrice(try fields.money())
        case "quantityTiers": self = .quantityTiers(try fields.tiers())
        case "valueTiers":
            guard let currency = Currency(try fields.string("currency")), currency.hasMinorUnit else { throw JSONError("\"currency\" is none") }
            self = .valueTiers(try fields.tiers(), currency)
        case "buyAndGet":
            let (buy, get, parts) = (try fields.integer("buy"), try fields.integer("get"), try fields.optionalInteger("partsPerMillion") ?? 1_000_000)
            var gifts: Promotion.Scope?
            if let json = fields.take("gifts") { gifts = try Promotion.Scope(json) }
            self = .buyAndGet(buy: buy, get: get, partsPerMillion: parts, gifts: gifts)
        case "freeShipping": self = .freeShipping
        case let kind: throw JSONError("\"\(kind)\" is no kind of reduction")
        }
        try fields.end()
    }
}

extension JSONWriter {
    fileprivate mutating func tiers(_ tiers: [Promotion.Tier]) {
        name("tiers")
        array { writer in
            for tier in tiers {
                writer.object { writer in
                    writer.member("from", tier.from)
                    writer.member("partsPerMillion", tier.partsPerMillion)
                }
            }
        }
    }
}

extension JSONFields {
    fileprivate mutating func tiers() throws(JSONError) -> [Promotion.Tier] {
        var tiers: [Promotion.Tier] = []
        for json in try array("tiers") {
            var tier = try json.fields()
            tiers.append(Promotion.Tier(from: try tier.integer("from"), partsPerMillion: try tier.integer("partsPerMillion")))
            try tier.end()
        }
        return tiers
    }

    fileprivate mutating func money() throws(JSONError) -> Money {
        guard let json = take("amount") else { throw JSONError("\"amount\" is missing") }
        return try Money(json)
    }

    /// The moment under a name; nil when there is none. Throws for what is no moment.
    public mutating func instant(_ name: String) throws(JSONError) -> Instant? {
        guard let text = try optionalString(name) else { return nil }
        guard let instant = Instant(text) else { throw JSONError("\"\(name)\" is no instant") }
        return instant
    }
}

extension Coupon.Reduction {
    /// Reads what `Promotion.Reduction` of the same writes.
    public init(_ json: JSON) throws(JSONError) {
        switch try Promotion.Reduction(json) {
        case .share(let parts): self = .share(partsPerMillion: parts)
        case .amount(let money): self = .amount(money)
        case .freeShipping: self = .freeShipping
        default: throw JSONError("no coupon reduces so")
        }
    }
}

extension Money {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("amount", minorUnits)
            writer.member("currency", currency.code)
        }
    }

    /// `{"amount": 1999, "currency": "EUR"}`.
    public init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let (amount, code) = (try fields.integer("amount"), try fields.string("currency"))
        try fields.end()
        guard let currency = Currency(code), currency.hasMinorUnit else { throw JSONError("\"\(code)\" is no currency to price in") }
        self.init(minorUnits: amount, currency: currency)
    }
}
