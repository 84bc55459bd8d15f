// KarooExpress – Apache-2.0

import KarooCommerce

/// What each page is made of, as one number: a page whose number is the same as last time need not be made again.
///
/// Whatever a page model reads must flow into its fingerprint; the property test of incremental builds holds this.
struct PageFingerprints: Sendable {
    /// Raise this when rendering changes without a change of templates, so that old pages are made anew.
    static let rendering = 7

    private let plan: SitePlan
    /// By place of the product: its own, its seller's, and which of its prices is in force.
    let products: [Fingerprint]
    private let editions: [Fingerprint]
    private let sellerCategories: [[Fingerprint]]

    init(_ plan: SitePlan) {
        self.plan = plan
        products = plan.catalog.products.map { PageFingerprints.product($0, plan) }
        editions = plan.editions.map { PageFingerprints.edition($0, plan) }
        sellerCategories = plan.markets.map { market in market.bySeller.map { PageFingerprints.categories(of: $0, plan) } }
    }

    func fingerprint(_ page: PlannedPage) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        let edition = Int(page.edition)
        let market = plan.markets[plan.editions[edition].market]
        let subject = Int(page.subject)
        hasher.add(editions[edition])
        hasher.add(Int(page.kind.rawValue))
        hasher.add(subject < 0 ? 0 : Int(page.number))
        switch page.kind {
        case .product:
            let entry = plan.catalog.products[subject]
            hasher.add(products[subject])
            for related in Related.places(of: subject, in: market.related) { hasher.add(products[Int(related)]) }
            // The few of the same seller that may be shown: those that follow, past the related ones.
            var taken = 0
            for neighbour in market.neighbours(of: subject, ofSeller: entry.seller) {
                hasher.add(products[neighbour])
                taken += 1
                if taken == ProductPage.sameSellerCount + Related.count { break }
            }
        case .category:
            let listed = market.byCategory[subject]
            hasher.add(plan.catalog.categories[subject].id.text)
            hasher.add(listed.count)
            for child in plan.catalog.categories[subject].children { hasher.add(market.byCategory[child].count) }
            for product in SitePlan.slice(listed, page: Int(page.number)) { hasher.add(products[Int(product)]) }
            addExistence(of: page, to: &hasher)
        case .storefront:
            let listed = market.bySeller[subject]
            hasher.add(plan.catalog.sellers[subject].fingerprint)
            hasher.add(plan.catalog.sellers[subject].seller.id.text)
            hasher.add(listed.count)
            hasher.add(sellerCategories[plan.editions[edition].market][subject])
            for product in SitePlan.slice(listed, page: Int(page.number)) { hasher.add(products[Int(product)]) }
            addExistence(of: page, to: &hasher)
        case .home:
            addHome(market, to: &hasher)
        case .sitemap:
            addSellers(market, to: &hasher)
        case .content:
            hasher.add(plan.catalog.pages[subject].slug)
        case .styleguide, .rootStyleguide:
            for product in StyleguidePage.samples(of: market, in: plan) { hasher.add(products[Int(product)]) }
            if let product = StyleguidePage.showcase(of: market, in: plan) { hasher.add(products[Int(product)]) }
        case .search, .cart, .checkout, .order, .wishlist, .compare, .offline, .notFound, .root, .rootNotFound:
            break
        case .account, .logIn, .register, .confirm, .reset, .accountOrders, .accountAddresses, .accountSecurity, .accountPrivacy:
            break
        }
        return hasher.finish()
    }

    private func addExistence(of page: PlannedPage, to hasher: inout Fingerprint.Hasher) {
        for edition in plan.editions { hasher.add(plan.exists(page, in: edition)) }
    }

    private func addHome(_ market: PlannedMarket, to hasher: inout Fingerprint.Hasher) {
        for shelf in HomeShelf.all(of: market, in: plan) {
            hasher.add(shelf.title.rawValue)
            for product in shelf.products { hasher.add(products[Int(product)]) }
        }
        for root in plan.catalog.categories.roots {
            let listed = market.byCategory[root]
            hasher.add(listed.count)
            let shown = listed.first { plan.catalog.products[Int($0)].cover != nil } ?? listed.first
            if let shown { hasher.add(products[Int(shown)]) }
        }
        addSellers(market, to: &hasher)
    }

    private func addSellers(_ market: PlannedMarket, to hasher: inout Fingerprint.Hasher) {
        for (place, entry) in plan.catalog.sellers.enumerated() where !market.bySeller[place].isEmpty {
            hasher.add(entry.seller.id.text)
            hasher.add(entry.fingerprint)
        }
    }

    private static func product(_ entry: Catalog.ProductEntry, _ plan: SitePlan) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(entry.product.id.text)
        hasher.add(entry.fingerprint)
        hasher.add(plan.catalog.sellers[entry.seller].fingerprint)
        for variant in entry.product.variants {
            for sale in variant.sales { hasher.add(sale.from <= plan.instant && plan.instant < sale.until) }
        }
        return hasher.finish()
    }

    /// What all pages of an edition have in common: the foundation, the way of addresses, and the navigation.
    private static func edition(_ edition: PlannedEdition, _ plan: SitePlan) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(rendering)
        hasher.add(plan.catalog.foundation)
        hasher.add(plan.style.rawValue)
        hasher.add(plan.api ?? "")
        hasher.add(edition.prefix)
        hasher.add(plan.newSince?.daysSinceEpoch ?? -1)
        for products in plan.markets[edition.market].byCategory { hasher.add(!products.isEmpty) }
        hasher.add(plan.catalog.hasTones)
        // Style sheets carry the colours of sellers and swatches, and pages name them by digest.
        for entry in plan.catalog.sellers {
            hasher.add(entry.seller.id.text)
            hasher.add(entry.seller.accent ?? "")
        }
        return hasher.finish()
    }

    private static func categories(of products: [Int32], _ plan: SitePlan) -> Fingerprint {
        var counts: [Int: Int] = [:]
        for product in products { counts[plan.catalog.products[Int(product)].category, default: 0] += 1 }
        var hasher = Fingerprint.Hasher()
        for (category, count) in counts.sorted(by: { $0.key < $1.key }) {
            hasher.add(category)
            hasher.add(count)
        }
        return hasher.finish()
    }
}
