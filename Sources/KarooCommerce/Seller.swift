// KarooExpress – Apache-2.0

/// Somebody who sells on the marketplace, with what the law and the buyer want to know; a class for the same reason as
/// Market.
public final class Seller: Sendable {
    public typealias ID = Identifier<Seller>

    /// The trader behind the shop (Directive 2000/31/EC, article 5; INFORM Consumers Act).
    public struct Trader: Sendable {
        public var name: String?
        public var address: [String] = []
        public var email: String?
        public var phone: String?
        public var vatID: String?
        public var register: String?

        public init() {}
    }

    /// What delivery to some markets costs and how long it takes.
    public struct ShippingRate: Sendable {
        public let markets: [Market.ID]
        public let prices: PriceTable
        /// From this value of goods on delivery is free; nothing when it never is.
        public let freeFrom: PriceTable
        /// The shortest and the longest time on the way, in working days.
        public let days: ClosedRange<Int>

        public init(markets: [Market.ID], prices: PriceTable, freeFrom: PriceTable, days: ClosedRange<Int>) {
            self.markets = markets
            self.prices = prices
            self.freeFrom = freeFrom
            self.days = days
        }

        /// What delivery to a market costs when goods of this value are bought; nil when the rate is not for the market.
        public func price(of value: Money, in market: Market) -> Money? {
            guard let price = prices.amount(in: market) else { return nil }
            guard let freeFrom = freeFrom.amount(in: market), value >= freeFrom else { return price }
            return Money(minorUnits: 0, currency: price.currency)
        }
    }

    /// How a buyer may send goods back.
    public struct Returns: Sendable {
        /// Days from delivery; 0 means that goods are not taken back beyond what the law demands.
        public let days: Int
        public let isFree: Bool

        public init(days: Int, isFree: Bool) {
            self.days = days
            self.isFree = isFree
        }
    }

    public let id: ID
    public let name: String
    /// ISO 3166-1 alpha-2.
    public let country: String
    public let region: String?
    /// The year in which the seller began; nil when not stated.
    public let since: Int?
    /// A colour of the seller's own as `#RRGGBB`; nil when the marketplace's is used.
    public let accent: String?
    /// A file in the seller's folder; nil when there is none.
    public let logo: String?
    public let trader: Trader
    /// The shortest and the longest time until a parcel leaves, in working days.
    public let handlingDays: ClosedRange<Int>
    public let shipping: [ShippingRate]
    public let returns: Returns
    public let tagline: LocalizedText
    /// Markdown.
    public let about: LocalizedText
    /// By which rules of commission know the seller; nil when there is none.
    public let plan: String?

    public init(
        id: ID, name: String, country: String, region: String? = nil, since: Int? = nil, accent: String? = nil,
        logo: String? = nil, trader: Trader = Trader(), handlingDays: ClosedRange<Int> = 1...2,
        shipping: [ShippingRate] = [], returns: Returns = Returns(days: 14, isFree: false),
        tagline: LocalizedText = LocalizedText(), about: LocalizedText = LocalizedText(), plan: String? = nil
    ) {
        self.id = id
        self.name = name
        self.country = country
        self.region = region
        self.since = since
        self.accent = accent
        self.logo = logo
        self.trader = trader
        self.handlingDays = handlingDays
        self.shipping = shipping
        self.returns = returns
        self.tagline = tagline
        self.about = about
        self.plan = plan
    }

    /// How the seller delivers to a market; nil when it does not.
    public func shippingRate(to market: Market) -> ShippingRate? {
        shipping.first { $0.markets.contains(market.id) && $0.prices.amount(in: market) != nil }
    }
}
