// KarooExpress – Apache-2.0

/// Somebody who sells on the marketplace, with what the law and the buyer want to know; a class for the same reason as
/// Market.
public final class Seller: Sendable {
    public typealias ID = Identifier<Seller>

    /// The trader behind the shop (Directive 2000/31/EC, article 5; INFORM Consumers Act).
    public struct Trader: Sendable {
        public var name: String?
        /// As letters have it, with the country.
        public var address: [String] = []
        /// The same for pages.
        public var seat = BusinessAddress()
        public var email: String?
        public var phone: String?
        public var vatID: String?
        public var register: String?

        public init() {}
    }

    /// One way in which goods go to some markets, or are fetched: what it costs and how long it takes.
    public struct ShippingRate: Sendable {
        /// What a parcel costs up to a weight.
        public struct WeightStep: Sendable {
            public let upToGrams: Int
            public let prices: PriceTable

            public init(upToGrams: Int, prices: PriceTable) {
                self.upToGrams = upToGrams
                self.prices = prices
            }
        }

        /// What a parcel costs from a value of the goods on.
        public struct ValueStep: Sendable {
            public let from: PriceTable
            public let prices: PriceTable

            public init(from: PriceTable, prices: PriceTable) {
                self.from = from
                self.prices = prices
            }
        }

        /// What the way is called by programs; unique among the seller's ways to a market.
        public let id: String
        /// What buyers call it; empty when it has no name.
        public let name: LocalizedText
        public let markets: [Market.ID]
        /// ISO 3166-1 alpha-2; empty: all countries of the markets.
        public let countries: [String]
        /// How postal codes begin to which it goes; empty: everywhere.
        public let postalCodes: [String]
        /// Where there is no table by weight.
        public let prices: PriceTable
        /// The lightest first; heavier parcels do not go this way. Empty: weight does not matter.
        public let weights: [WeightStep]
        /// The smallest first; empty: value does not matter.
        public let values: [ValueStep]
        /// From this value of goods on delivery is free; nothing when it never is.
        public let freeFrom: PriceTable
        /// The shortest and the longest time on the way, in working days.
        public let days: ClosedRange<Int>
        /// Where goods are fetched; empty: they are brought.
        public let points: [PickupPoint]

        public init(
            id: String = ShippingTerms.standardMethod, name: LocalizedText = LocalizedText(), markets: [Market.ID], countries: [String] = [],
            postalCodes: [String] = [], prices: PriceTable, weights: [WeightStep] = [], values: [ValueStep] = [], freeFrom: PriceTable,
            days: ClosedRange<Int>, points: [PickupPoint] = []
        ) {
            self.id = id
            self.name = name
            self.markets = markets
            self.countries = countries
            self.postalCodes = postalCodes
            self.prices = prices
            self.weights = weights
            self.values = values
            self.freeFrom = freeFrom
            self.days = days
            self.points = points
        }

        /// The way to a market as the server sells by it, the same that its price on a page comes from; nil when it has no price there.
        public func terms(in market: Market) -> ShippingTerms? {
            let weights = weights.compactMap { step in
                step.prices.amount(in: market).map { ShippingTerms.WeightStep(upToGrams: Int64(step.upToGrams), price: $0) }
            }
            let values = values.compactMap { step in
                step.from.amount(in: market).flatMap { from in step.prices.amount(in: market).map { ShippingTerms.ValueStep(from: from, price: $0) } }
            }
            guard markets.contains(market.id), let price = prices.amount(in: market) ?? weights.first?.price ?? values.first?.price else { return nil }
            return ShippingTerms(
                market: market.id, method: id, names: Dictionary(name.entries.map { ($0.language.tag, $0.text) }, uniquingKeysWith: { first, _ in first }),
                countries: countries.filter { market.countries.contains($0) }, postalCodes: postalCodes, price: price, weights: weights, values: values,
                freeFrom: freeFrom.amount(in: market), days: days, points: points)
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
    public let calendar: WorkCalendar
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
        calendar: WorkCalendar = WorkCalendar(), shipping: [ShippingRate] = [], returns: Returns = Returns(days: 14, isFree: false),
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
        self.calendar = calendar
        self.shipping = shipping
        self.returns = returns
        self.tagline = tagline
        self.about = about
        self.plan = plan
    }

    /// The ways to a market, in the order in which the seller prefers them.
    public func shippingTerms(to market: Market) -> [ShippingTerms] { shipping.compactMap { $0.terms(in: market) } }
}
