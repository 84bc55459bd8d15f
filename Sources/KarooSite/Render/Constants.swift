// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The edition itself, as every template may name it.
enum SiteModel: Int, Fields {
    case name, origin, homeURL, tagline, description, language, languageID, dir, market, marketName, languageName, currency, countries, searchURL
    case searchRoot, apiURL, cartURL, checkoutURL, orderURL, email, logInURL, registerURL, resetURL
    case accountOrdersURL, accountAddressesURL, accountSecurityURL, accountPrivacyURL
    case wishlistURL, compareURL, offlineURL, manifestURL, workerURL, accountURL, sitemapURL, opensearchURL, organizationName, editionsURL
    case countsURL, consent, googleID, mixpanelToken, mixpanelHost

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

/// A category at the top of the tree, with those directly below it.
enum NavigationItem: Int, Fields {
    case name, url, children, hasChildren

    var shape: Shape {
        switch self {
        case .name, .url: .text
        case .children: .list(of: Link.self)
        case .hasChildren: .flag
        }
    }

    static let schema = Schema(of: Self.self)
}

enum FooterGroup: Int, Fields {
    case title, links

    var shape: Shape { self == .links ? .list(of: Link.self) : .text }
    static let schema = Schema(of: Self.self)
}

extension Composer {
    /// What is the same on every page of the edition: templates are compiled with it, so that it costs nothing on a page.
    func constants(_ files: Assets) -> [(name: String, value: Slot, shape: Shape)] {
        let words = wordsModel()
        let assets = files.model(basePath: marketplace.basePath, in: lasting)
        return [
            ("site", siteModel(files), .record(SiteModel.schema)),
            ("words", words.value, words.shape),
            ("assets", assets.value, assets.shape),
            ("navigation", navigation(), .list(of: NavigationItem.self)),
            ("footer", footer(), .list(of: FooterGroup.self)),
        ]
    }

    private func siteModel(_ assets: Assets) -> Slot {
        let site = lasting.record(SiteModel.self)
        let labels = editionLabels[place]
        site[.name] = lasting.text(marketplace.name)
        site[.origin] = lasting.text(marketplace.origin)
        site[.homeURL] = labels.home
        site[.tagline] = lasting.text(text(marketplace.tagline) ?? "")
        site[.description] = lasting.text(text(marketplace.description) ?? "")
        site[.language] = labels.tag
        site[.dir] = labels.dir
        site[.languageID] = lasting.text(edition.edition.language.tag)
        site[.market] = labels.market
        site[.marketName] = labels.marketName
        site[.languageName] = labels.languageName
        site[.currency] = labels.currency
        site[.countries] = lasting.text(edition.edition.market.countries.joined(separator: " "))
        site[.searchURL] = lasting.text(path(.plain("search")))
        if let root = searchRoot { site[.searchRoot] = lasting.text(root) }
        if let api = plan.api { site[.apiURL] = lasting.text(api) }
        site[.cartURL] = lasting.text(path(.plain("cart")))
        site[.checkoutURL] = lasting.text(path(.plain("checkout")))
        site[.orderURL] = lasting.text(path(.plain("order")))
        if let email = marketplace.organization.email { site[.email] = lasting.text(email) }
        site[.wishlistURL] = lasting.text(path(.plain("wishlist")))
        site[.compareURL] = lasting.text(path(.plain("compare")))
        site[.offlineURL] = lasting.text(path(.plain("offline")))
        site[.manifestURL] = lasting.text(filePath("\(edition.prefix)/\(WebManifest.fileName)"))
        if assets.worker != nil { site[.workerURL] = lasting.text(filePath(Assets.workerFile)) }
        site[.accountURL] = lasting.text(path(.plain("account/overview")))
        site[.logInURL] = lasting.text(path(.plain("account/log-in")))
        site[.registerURL] = lasting.text(path(.plain("account/register")))
        site[.resetURL] = lasting.text(path(.plain("account/reset")))
        site[.accountOrdersURL] = lasting.text(path(.plain("account/orders")))
        site[.accountAddressesURL] = lasting.text(path(.plain("account/addresses")))
        site[.accountSecurityURL] = lasting.text(path(.plain("account/security")))
        site[.accountPrivacyURL] = lasting.text(path(.plain("account/privacy")))
        site[.sitemapURL] = lasting.text(path(.plain("sitemap")))
        site[.opensearchURL] = lasting.text("\(marketplace.basePath)/\(edition.prefix)/opensearch.xml")
        site[.organizationName] = lasting.text(marketplace.organization.legalName ?? marketplace.name)
        let analytics = marketplace.analytics
        if let endpoint = analytics.endpoint { site[.countsURL] = lasting.text(endpoint) }
        if analytics.needsConsent { site[.consent] = lasting.text("needed") }
        if let id = analytics.google { site[.googleID] = lasting.text(id) }
        if let token = analytics.mixpanel {
            site[.mixpanelToken] = lasting.text(token)
            site[.mixpanelHost] = lasting.text(analytics.mixpanelHost)
        }
        site[.editionsURL] = lasting.text("\(marketplace.basePath)/")
        return site.slot
    }

    /// The words without arguments, as `{{words.nav.skip}}`.
    private func wordsModel() -> (value: Slot, shape: Shape) {
        var groups: [(String, Shape)] = []
        var values: [Slot] = []
        for group in words.groups {
            let plain = group.messages.compactMap { name, message in message.plainText.map { (name, $0) } }
            let schema = Schema(plain.map { ($0.0, .text) })
            let record = lasting.record(schema)
            for (place, word) in plain.enumerated() { record[place] = lasting.text(word.1) }
            groups.append((group.name, .record(schema)))
            values.append(record.slot)
        }
        let schema = Schema(groups)
        let record = lasting.record(schema)
        for (place, value) in values.enumerated() { record[place] = value }
        return (record.slot, .record(schema))
    }

    private func navigation() -> Slot {
        lasting.list(topCategories) { place in
            let item = lasting.record(NavigationItem.self)
            let children = catalog.categories[place].children.filter { !market.byCategory[$0].isEmpty }
            item[.name] = lasting.text(categoryName(place))
            item[.url] = lasting.text(path(category(place)))
            item[.children] = lasting.list(children) { lastingLink(categoryName($0), path(category($0))) }
            item[.hasChildren] = .flag(!children.isEmpty)
            return item.slot
        }
    }

    private func footer() -> Slot {
        let groups: [(Word, ContentPage.Group)] = [(.footerHelp, .help), (.footerAbout, .about), (.footerLegal, .legal)]
        return lasting.list(groups.filter { group in market.contentPages.contains { catalog.pages[$0].group == group.1 } }) { word, group in
            let record = lasting.record(FooterGroup.self)
            let pages = market.contentPages.filter { catalog.pages[$0].group == group }
            record[.title] = lasting.text(words.text(word))
            record[.links] = lasting.list(pages) { lastingLink(catalog.pages[$0].text(in: chain)!.title, path(.plain(catalog.pages[$0].slug))) }
            return record.slot
        }
    }

    private func lastingLink(_ name: String, _ url: String) -> Slot {
        let link = lasting.record(Link.self)
        link[.name] = lasting.text(name)
        link[.url] = lasting.text(url)
        return link.slot
    }
}
