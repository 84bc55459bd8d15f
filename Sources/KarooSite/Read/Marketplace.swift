// KarooExpress – Apache-2.0

package import KarooCommerce

/// What `Content/marketplace.yaml` says: who runs the marketplace, where it sells and in which languages. A class, since
/// it has many parts and every page looks at some of them.
package final class Marketplace: Sendable {
    package struct Organization: Sendable {
        package var legalName: String?
        /// As letters have it, with the country where that is known.
        package var address: [String] = []
        /// The same for pages.
        package var seat = BusinessAddress()
        package var email: String?
        package var phone: String?
        package var vatID: String?
        /// ISO 3166-1 alpha-2.
        package var country: String?
        package var sameAs: [String] = []
    }

    package struct Hero: Sendable {
        package var title = LocalizedText()
        package var text = LocalizedText()
        package var category: Category.ID?
    }

    package let name: String
    /// Scheme and host, as `https://www.example.com`, without a slash at the end.
    package let origin: String
    /// The path under which the site lies, as `/shop`; empty at the root of its host.
    package let basePath: String
    /// The address of the companion server's API; nil when there is none yet.
    package let api: String?
    package let languages: Languages
    package let markets: Markets
    /// In the order of the markets and of their languages.
    package let editions: [Edition]
    /// The place, in `editions`, of the one that strangers are offered (`x-default`).
    package let standardEdition: Int
    package let organization: Organization
    package let tagline: LocalizedText
    package let description: LocalizedText
    package let hero: Hero
    package let featured: [Product.ID]
    /// The pages, by slug, to which the home page leads those who wonder whether they can buy here.
    package let promises: [String]
    /// Nil when no estimates in other currencies are shown.
    package let exchangeRates: ExchangeRates?
    package let analytics: Analytics
    /// Nil when nobody is named whom to tell of weaknesses.
    package let security: SecurityContact?
    /// By which search engines know that a list of changed addresses comes from here; nil when they are sent none.
    package let indexNow: String?
    package let feeds: Set<ProductFeed>

    init(
        name: String, origin: String, basePath: String, api: String?, languages: Languages, markets: Markets, editions: [Edition],
        standardEdition: Int, organization: Organization, tagline: LocalizedText, description: LocalizedText, hero: Hero,
        featured: [Product.ID], promises: [String], exchangeRates: ExchangeRates?, analytics: Analytics,
        security: SecurityContact?, indexNow: String?, feeds: Set<ProductFeed>
    ) {
        self.name = name
        self.origin = origin
        self.basePath = basePath
        self.api = api
        self.languages = languages
        self.markets = markets
        self.editions = editions
        self.standardEdition = standardEdition
        self.organization = organization
        self.tagline = tagline
        self.description = description
        self.hero = hero
        self.featured = featured
        self.promises = promises
        self.exchangeRates = exchangeRates
        self.analytics = analytics
        self.security = security
        self.indexNow = indexNow
        self.feeds = feeds
    }
}

extension Marketplace {
    static let fileName = "marketplace.yaml"
    /// Languages of all markets together.
    static let maximumEditions = 255

    /// Nil when the file is missing or too broken to go on.
    static func read(_ content: SourceFolder, _ issues: inout Issues) -> Marketplace? {
        do throws(BuildIssue) {
            let file = try content.file(fileName)
            let text = try file.text(shown: content.shown(fileName))
            return read(try YAMLParser.parse(text, file: content.shown(fileName)), &issues)
        } catch {
            issues.add(error)
            return nil
        }
    }

    private static func read(_ document: Document, _ issues: inout Issues) -> Marketplace? {
        var members = Members(document.root)
        guard let languages = readLanguages(&members, &issues) else { return nil }
        let name = members.requiredText("name", &issues)
        let address = members.requiredText("baseURL", &issues).flatMap { readAddress($0, document.root, &issues) }
        let markets = readMarkets(&members, languages, &issues)
        let editions = markets.all.flatMap { market in market.languages.map { Edition(market: market, language: $0) } }
        let standard = members.text("defaultEdition", &issues)
        let marketplace = Marketplace(
            name: name ?? "",
            origin: address?.origin ?? "",
            basePath: address?.path ?? "",
            api: members.text("api", &issues).flatMap { readAPI($0, document.root, &issues) },
            languages: languages,
            markets: markets,
            editions: editions,
            standardEdition: standardEdition(standard, editions, document.root, &issues),
            organization: readOrganization(&members, languages, &issues),
            tagline: members.localized("tagline", languages, &issues),
            description: members.localized("description", languages, &issues),
            hero: readHero(&members, languages, &issues),
            featured: members.texts("featured", &issues).map { Product.ID($0) },
            promises: members.texts("promises", &issues),
            exchangeRates: readRates(&members, &issues),
            analytics: Analytics.read(&members, &issues),
            security: SecurityContact.read(&members, &issues),
            indexNow: IndexNow.readKey(&members, &issues),
            feeds: ProductFeed.read(&members, &issues))
        members.reportUnknown(
            [
                "name", "baseURL", "api", "defaultLanguage", "languages", "fallbacks", "defaultEdition", "organization", "tagline",
                "description", "hero", "featured", "promises", "markets", "exchangeRates", "analytics",
                "security", "indexNow", "feeds",
            ], &issues)
        guard editions.count <= maximumEditions else {
            issues.add(document.root.issue(.error, "\(editions.count) editions; at most \(maximumEditions) are published"))
            return nil
        }
        guard name != nil, address != nil, !editions.isEmpty else {
            if markets.all.isEmpty { issues.add(document.root.issue(.error, "no market", remedy: "add one below \"markets\"")) }
            return nil
        }
        return marketplace
    }

    private static func readLanguages(_ members: inout Members, _ issues: inout Issues) -> Languages? {
        let node = members.node
        let all = language(members.texts("languages", &issues), node, &issues)
        let standard = members.text("defaultLanguage", &issues).flatMap(Language.init) ?? all.first
        guard let standard, all.contains(standard) else {
            issues.add(node.issue(.error, "\"languages\" must name at least the default language"))
            return nil
        }
        if let twice = all.indices.first(where: { all[..<$0].contains(all[$0]) }) {
            issues.add((node.member("languages") ?? node).issue(.error, "the language \"\(all[twice])\" is named twice"))
            return nil
        }
        var fallbacks: [Language: [Language]] = [:]
        for (key, value) in members.member("fallbacks")?.members ?? [] {
            guard let from = key.scalar.flatMap(Language.init), all.contains(from) else {
                issues.add(key.issue(.error, "\"\(key.scalar ?? "")\" is not among the languages"))
                continue
            }
            fallbacks[from] = language(value.elements.compactMap(\.scalar), value, &issues).filter { fallback in
                if all.contains(fallback) { return true }
                issues.add(value.issue(.error, "\"\(fallback)\" is not among the languages"))
                return false
            }
        }
        return Languages(all: all, standard: standard, fallbacks: fallbacks)
    }

    private static func language(_ tags: [String], _ node: Node, _ issues: inout Issues) -> [Language] {
        tags.compactMap { tag in
            if let language = Language(tag) { return language }
            issues.add(node.issue(.error, "\"\(tag)\" is no language", remedy: "use a BCP 47 tag such as en, fr or zh-Hant"))
            return nil
        }
    }

    private static func readAddress(_ text: String, _ node: Node, _ issues: inout Issues) -> (origin: String, path: String)? {
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        let rest = text.dropFirst(scheme?.count ?? 0)
        let host = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(host.count)
        while path.hasSuffix("/") { path = path.dropLast() }
        guard let scheme, !host.isEmpty, !text.contains(where: { $0.isWhitespace || "?#\"'<>\\;,".contains($0) }) else {
            issues.add(node.issue(.error, "\"baseURL\" must be an absolute address", remedy: "write it as https://www.example.com"))
            return nil
        }
        return (scheme + host, String(path))
    }

    /// Whether it can be the address of an API. It becomes part of the security policy, so it must be an address and nothing else.
    package static func isAPIAddress(_ text: String) -> Bool {
        let isAddress = ["https://", "http://", "/"].contains { text.hasPrefix($0) } && !text.hasPrefix("//")
        return isAddress && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>\\;,?#*".utf8.contains($0) }
    }

    /// Scheme and host of an absolute address; nil of one that lies below the site.
    package static func origin(of address: String) -> String? {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count >= 3 && parts[0].hasSuffix(":") ? parts[0...2].joined(separator: "/") : nil
    }

    private static func readAPI(_ text: String, _ node: Node, _ issues: inout Issues) -> String? {
        guard !isAPIAddress(text) else { return text }
        issues.add((node.member("api") ?? node).issue(
            .error, "\"api\" must be an address", remedy: "write it as https://api.example.com/v1, or as /v1 where it lies below the site"))
        return nil
    }

    private static func readMarkets(_ members: inout Members, _ languages: Languages, _ issues: inout Issues) -> Markets {
        guard let node = members.member("markets") else {
            issues.add(members.node.issue(.error, "\"markets\" is missing"))
            return Markets([])
        }
        var markets: [Market] = []
        for (key, value) in node.members {
            let id = key.scalar ?? ""
            guard Slug(id) != nil, id.utf8.allSatisfy({ $0 < 0x80 }) else {
                issues.add(key.issue(.error, "\"\(id)\" cannot name a market", remedy: "use lower-case letters and digits"))
                continue
            }
            guard let market = readMarket(id, value, languages, &issues) else { continue }
            checkTerritory(of: market, beside: markets, value, &issues)
            markets.append(market)
        }
        return Markets(markets)
    }

    /// Search engines are told one page for a language in a country, so no two markets may have both in common.
    private static func checkTerritory(of market: Market, beside others: [Market], _ node: Node, _ issues: inout Issues) {
        for other in others where other.languages.contains(where: market.languages.contains) {
            guard let country = market.countries.first(where: other.countries.contains) else { continue }
            issues.add(node.issue(
                .error, "markets \"\(other.id)\" and \"\(market.id)\" both sell in \(country) in the same language",
                remedy: "let one of them have the country"))
        }
    }

    private static func readMarket(_ id: String, _ node: Node, _ languages: Languages, _ issues: inout Issues) -> Market? {
        var members = Members(node)
        let name = members.localized("name", languages, &issues)
        let countries = members.texts("countries", &issues)
        let code = members.requiredText("currency", &issues)
        let spoken = language(members.texts("languages", &issues), node, &issues)
        let taxInclusive = members.boolean("taxInclusive", &issues) ?? true
        let lowestPriceLaw = members.boolean("lowestPriceLaw", &issues) ?? false
        let remitsTax = members.boolean("remitsTax", &issues) ?? false
        members.reportUnknown(["name", "countries", "currency", "languages", "taxInclusive", "lowestPriceLaw", "remitsTax"], &issues)
        if let twice = countries.indices.first(where: { countries[..<$0].contains(countries[$0]) }) {
            issues.add(node.issue(.error, "market \"\(id)\" names the country \"\(countries[twice])\" twice"))
            return nil
        }
        for country in countries where !LocaleFormats.isCountry(country) {
            issues.add(node.issue(
                .error, "\"\(country)\" is no country", remedy: country == "UK" ? "write GB" : "use an ISO 3166 code of two capitals such as DE"))
            return nil
        }
        for (place, language) in spoken.enumerated() where spoken[..<place].contains(language) {
            issues.add(node.issue(.error, "market \"\(id)\" names the language \"\(language)\" twice"))
            return nil
        }
        for language in spoken where !languages.all.contains(language) {
            issues.add(node.issue(.error, "language \"\(language)\" of market \"\(id)\" is not among the marketplace's languages"))
            return nil
        }
        guard let code, let currency = Currency(code) else {
            if let code { issues.add(node.issue(.error, "unknown currency \"\(code)\"", remedy: "use an ISO 4217 code such as EUR")) }
            return nil
        }
        guard currency.hasMinorUnit else {
            issues.add(node.issue(.error, "\"\(code)\" is no currency in which prices are paid"))
            return nil
        }
        guard !countries.isEmpty, !spoken.isEmpty else {
            issues.add(node.issue(.error, "market \"\(id)\" needs at least one country and one language"))
            return nil
        }
        return Market(
            id: Market.ID(id), name: name, countries: countries, currency: currency, languages: spoken,
            taxInclusive: taxInclusive, lowestPriceLaw: lowestPriceLaw, remitsTax: remitsTax)
    }

    private static func standardEdition(_ prefix: String?, _ editions: [Edition], _ node: Node, _ issues: inout Issues) -> Int {
        guard let prefix else { return 0 }
        if let place = editions.firstIndex(where: { $0.prefix == prefix }) { return place }
        issues.add(node.issue(.error, "no edition \"\(prefix)\"", remedy: suggestion(for: prefix, among: editions.map(\.prefix))))
        return 0
    }

    private static func readOrganization(_ members: inout Members, _ languages: Languages, _ issues: inout Issues) -> Organization {
        guard let node = members.member("organization") else { return Organization() }
        var members = Members(node)
        let country = members.text("country", &issues)
        let (address, seat) = AddressReader(languages).read(&members, country: country, &issues)
        let organization = Organization(
            legalName: members.text("legalName", &issues), address: address, seat: seat, email: members.text("email", &issues),
            phone: members.text("phone", &issues), vatID: members.text("vatID", &issues), country: country, sameAs: members.texts("sameAs", &issues))
        members.reportUnknown(["legalName", "address", "email", "phone", "vatID", "country", "sameAs"], &issues)
        return organization
    }

    private static func readHero(_ members: inout Members, _ languages: Languages, _ issues: inout Issues) -> Hero {
        guard let node = members.member("hero") else { return Hero() }
        var members = Members(node)
        let hero = Hero(
            title: members.localized("title", languages, &issues), text: members.localized("text", languages, &issues),
            category: members.text("category", &issues).map { Category.ID($0) })
        members.reportUnknown(["title", "text", "category"], &issues)
        return hero
    }

    private static func readRates(_ members: inout Members, _ issues: inout Issues) -> ExchangeRates? {
        guard let node = members.member("exchangeRates") else { return nil }
        var members = Members(node)
        guard let date = members.day("date", &issues), let code = members.requiredText("base", &issues), let base = Currency(code) else {
            issues.add(node.issue(.error, "\"exchangeRates\" needs a date and a base currency"))
            return nil
        }
        var rates: [Currency: ExchangeRate] = [:]
        for (key, value) in members.member("rates")?.members ?? [] {
            guard let currency = key.scalar.flatMap({ Currency($0) }), let rate = value.scalar.flatMap({ ExchangeRate($0) }) else {
                issues.add(key.issue(.error, "no exchange rate \"\(value.scalar ?? "")\" of \"\(key.scalar ?? "")\"", remedy: "write it as USD: \"1.0850\""))
                continue
            }
            rates[currency] = rate
        }
        members.reportUnknown(["date", "base", "rates"], &issues)
        return ExchangeRates(base: base, date: date, rates: rates)
    }
}
