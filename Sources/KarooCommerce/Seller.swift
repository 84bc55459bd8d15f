// KarooExpress – Apache-2.0

/// Somebody who sells on the marketplace, with what the law and the buyer want to know; a class for the same reason as
/// Market.
package final class Seller: Sendable {
    package typealias ID = Identifier<Seller>

    /// The trader behind the shop (Directive 2000/31/EC, article 5; INFORM Consumers Act).
    package struct Trader: Sendable {
        package var name: String?
        package var address: [String] = []
        package var email: String?
        package var phone: String?
        package var vatID: String?
        package var register: String?

        package init() {}
    }

    /// What delivery to some markets costs and how long it takes.
    package struct ShippingRate: Sendable {
        package let markets: [Market.ID]
        package let prices: PriceTable
        /// From this value of goods on delivery is free; nothing when it never is.
        package let freeFrom: PriceTable
        /// The shortest and the longest time on the way, in working days.
        package let days: ClosedRange<Int>

        package init(markets: [Market.ID], prices: PriceTable, freeFrom: PriceTable, days: ClosedRange<Int>) {
            self.markets = markets
            self.prices = prices
            self.freeFrom = freeFrom
            self.days = days
        }
    }

    /// How a buyer may send goods back.
    package struct Returns: Sendable {
        /// Days from delivery; 0 means that goods are not taken back beyond what the law demands.
        package let days: Int
        package let isFree: Bool

        package init(days: Int, isFree: Bool) {
            self.days = days
            self.isFree = isFree
        }
    }

    package let id: ID
    package let name: String
    /// ISO 3166-1 alpha-2.
    package let country: String
    package let region: String?
    /// The year in which the seller began; nil when not stated.
    package let since: Int?
    /// A colour of the seller's own as `#RRGGBB`; nil when the marketplace's is used.
    package let accent: String?
    /// A file in the seller's folder; nil when there is none.
    package let logo: String?
    package let trader: Trader
    /// The shortest and the longest time until a parcel leaves, in working days.
    package let handlingDays: ClosedRange<Int>
    package let shipping: [ShippingRate]
    package let returns: Returns
    package let tagline: LocalizedText
    /// Markdown.
    package let about: LocalizedText

    package init(
        id: ID, name: String, country: String, region: String? = nil, since: Int? = nil, accent: String? = nil,
        logo: String? = nil, trader: Trader = Trader(), handlingDays: ClosedRange<Int> = 1...2,
        shipping: [ShippingRate] = [], returns: Returns = Returns(days: 14, isFree: false),
        tagline: LocalizedText = LocalizedText(), about: LocalizedText = LocalizedText()
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
    }

    /// How the seller delivers to a market; nil when it does not.
    package func shippingRate(to market: Market) -> ShippingRate? {
        shipping.first { $0.markets.contains(market.id) && $0.prices.amount(in: market) != nil }
    }
}
