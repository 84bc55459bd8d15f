// KarooExpress – Apache-2.0

import KarooCommerce

/// What `Content/search.yaml` says of one market, with products found.
struct SearchRules: Sendable {
    struct Rule: Sendable {
        let query: String
        /// Places of products that are sold here, in the order in which they are to come.
        var pins: [Int32] = []
        var redirect: SearchSettings.Redirect.Target?
    }

    var rules: [Rule] = []
    /// In whole percent, −100…100, by place of the product; empty when nothing is boosted.
    var boosts: [Int8] = []

    /// By place of the market.
    static func all(_ catalog: Catalog, _ markets: [PlannedMarket], _ issues: inout Issues) -> [SearchRules] {
        let settings = catalog.search
        guard settings.isEnabled else { return markets.map { _ in SearchRules() } }
        let subjects = Subjects(catalog, settings)
        subjects.check(catalog, settings, markets, &issues)
        return markets.map { SearchRules(settings.rules(in: $0.market.id), $0, catalog, subjects) }
    }

    private init() {}

    private init(_ rules: SearchSettings.Rules, _ market: PlannedMarket, _ catalog: Catalog, _ subjects: Subjects) {
        var places: [String: Int] = [:]
        func at(_ query: String) -> Int {
            let key = SearchSettings.key(query)
            if let place = places[key] { return place }
            places[key] = self.rules.count
            self.rules.append(Rule(query: query))
            return self.rules.count - 1
        }
        for pin in rules.pins {
            var seen: Set<Int32> = []
            let pinned = pin.products.compactMap { subjects.products[$0] }.filter { market.isSold[Int($0)] && seen.insert($0).inserted }
            if !pinned.isEmpty { self.rules[at(pin.query)].pins = pinned }
        }
        for redirect in rules.redirects { self.rules[at(redirect.query)].redirect = redirect.target }
        guard !rules.boosts.isEmpty else { return }
        boosts = SearchRules.boosts(rules.boosts, catalog)
    }

    /// What is said of a product, its seller, its brand and each of its categories is added up.
    private static func boosts(_ boosts: [SearchSettings.Boost], _ catalog: Catalog) -> [Int8] {
        var percents: [SearchSettings.Boost.Subject: Int] = [:]
        for boost in boosts { percents[boost.subject, default: 0] += boost.percent }
        return catalog.products.map { entry in
            var percent = percents[.product(entry.product.id)] ?? 0
            percent += percents[.seller(entry.product.seller)] ?? 0
            if let brand = entry.product.brand { percent += percents[.brand(brand)] ?? 0 }
            for category in PlannedMarket.categories(of: entry, in: catalog.categories) {
                percent += percents[.category(catalog.categories[category].id)] ?? 0
            }
            return Int8(max(-100, min(100, percent)))
        }
    }

    /// What can be named.
    private struct Subjects {
        /// The places of those products that the settings name.
        let products: [Product.ID: Int32]
        let brands: Set<String>

        init(_ catalog: Catalog, _ settings: SearchSettings) {
            let all = [settings.everywhere] + settings.markets.values
            var wanted = Set(all.flatMap { $0.pins.flatMap(\.products) })
            var asksForBrands = false
            for boost in all.flatMap(\.boosts) {
                switch boost.subject {
                case .product(let id): wanted.insert(id)
                case .brand: asksForBrands = true
                default: continue
                }
            }
            var products: [Product.ID: Int32] = [:]
            var brands: Set<String> = []
            if !wanted.isEmpty || asksForBrands {
                for (place, entry) in catalog.products.enumerated() {
                    if wanted.contains(entry.product.id) { products[entry.product.id] = Int32(place) }
                    if asksForBrands, let brand = entry.product.brand { brands.insert(brand) }
                }
            }
            self.products = products
            self.brands = brands
        }

        func check(_ catalog: Catalog, _ settings: SearchSettings, _ markets: [PlannedMarket], _ issues: inout Issues) {
            check(settings.everywhere, in: markets, catalog, settings, &issues)
            for market in markets {
                if let rules = settings.markets[market.market.id] { check(rules, in: [market], catalog, settings, &issues) }
            }
        }

        private func check(
            _ rules: SearchSettings.Rules, in markets: [PlannedMarket], _ catalog: Catalog, _ settings: SearchSettings, _ issues: inout Issues
        ) {
            func add(_ severity: BuildIssue.Severity, _ origin: SearchSettings.Origin, _ message: String, _ remedy: String? = nil) {
                issues.add(BuildIssue(severity, file: settings.file, line: origin.line, column: origin.column, message, remedy: remedy))
            }
            for pin in rules.pins {
                var seen: Set<Product.ID> = []
                for id in pin.products {
                    if !seen.insert(id).inserted { add(.warning, pin.origin, "\"\(id)\" is pinned twice for \"\(pin.query)\"") }
                    guard let place = products[id] else {
                        add(.error, pin.origin, "unknown product \"\(id)\"", remedy(for: id, catalog))
                        continue
                    }
                    // In all markets together it is enough that one of them sells it.
                    if !markets.contains(where: { $0.isSold[Int(place)] }) {
                        let place = markets.count == 1 ? "market \"\(markets[0].market.id)\"" : "any market"
                        add(.warning, pin.origin, "\"\(id)\" is not sold in \(place), and is not pinned there")
                    }
                }
            }
            for boost in rules.boosts {
                switch boost.subject {
                case .product(let id) where products[id] == nil: add(.error, boost.origin, "unknown product \"\(id)\"", remedy(for: id, catalog))
                case .brand(let brand) where !brands.contains(brand):
                    add(.error, boost.origin, "no product is of the brand \"\(brand)\"", suggestion(for: brand, among: brands.sorted()))
                default: continue
                }
            }
        }

        /// Among the products of the seller that is named, if there is one.
        private func remedy(for id: Product.ID, _ catalog: Catalog) -> String? {
            let seller = id.text.prefix { $0 != "/" }
            let known = catalog.products.lazy.filter { $0.product.seller.text == seller }.prefix(10_000).map(\.product.id.text)
            return nearest(to: id.text, among: Array(known)).map { "did you mean \"\($0)\"?" } ?? "name it as seller/slug"
        }
    }
}
