// KarooExpress – Apache-2.0

/// Where something is sold: countries that share one currency, one way of showing tax, and some languages.
///
/// A class, though it never changes: every price of every product is asked for with a market in hand, and handing one on
/// must not count the references of all its parts.
public final class Market: Sendable {
    public typealias ID = Identifier<Market>

    public let id: ID
    public let name: LocalizedText
    /// ISO 3166-1 alpha-2 codes, the most important first.
    public let countries: [String]
    public let currency: Currency
    /// The languages in which the market is published, the most important first.
    public let languages: [Language]
    /// True when prices are entered and shown with tax, as in the European Union and Japan; false as in the United States.
    public let taxInclusive: Bool
    /// True where a was-price must be accompanied by the lowest price of the last 30 days
    /// (Directive 98/6/EC, article 6a).
    public let lowestPriceLaw: Bool
    /// True where the marketplace hands the tax of sales on itself, in place of the sellers.
    public let remitsTax: Bool

    public init(
        id: ID, name: LocalizedText, countries: [String], currency: Currency, languages: [Language],
        taxInclusive: Bool, lowestPriceLaw: Bool, remitsTax: Bool = false
    ) {
        self.id = id
        self.name = name
        self.countries = countries
        self.currency = currency
        self.languages = languages
        self.taxInclusive = taxInclusive
        self.lowestPriceLaw = lowestPriceLaw
        self.remitsTax = remitsTax
    }
}

/// One market in one of its languages: everything that is published under one URL prefix.
public struct Edition: Sendable {
    public let market: Market
    public let language: Language

    public init(market: Market, language: Language) {
        self.market = market
        self.language = language
    }

    /// The first part of every address of the edition, as `de-de` or `en-de`: language, then market.
    public var prefix: String { "\(language.tag.lowercased())-\(market.id)" }

    /// The BCP 47 tag with the market's first country, as `de-DE`: what `<html lang>` says.
    public var tag: String { "\(language)-\(market.countries[0])" }

    /// Language and territory as the Open Graph protocol writes them: `de_DE`.
    public var openGraphLocale: String { "\(language)_\(market.countries[0])" }

    /// One tag for each country of the market, as search engines want them: `de-DE`, `de-AT`.
    public var hreflangs: [String] { market.countries.map { "\(language)-\($0)" } }
}
