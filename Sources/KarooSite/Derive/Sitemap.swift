// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The addresses for search engines, https://www.sitemaps.org/protocol.html, and which pages are versions of each other, where pages do not
/// say it themselves.
enum Sitemap {
    /// The element that holds all others; it names the vocabularies of pictures
    /// (https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps) and versions
    /// (https://developers.google.com/search/docs/specialty/international/localized-versions) where they are used.
    private static func open(withPictures: Bool = false, _ plan: SitePlan) -> String {
        let pictures = withPictures ? " xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\"" : ""
        let versions = plan.namesAlternatesInPages ? "" : " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\""
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"\(pictures)\(versions)>\n"
    }

    static func write(products: [Int32], _ plan: SitePlan, _ composer: Composer, to bytes: Bytes) {
        bytes.append(open(withPictures: true, plan))
        for place in products {
            let product = plan.catalog.products[Int(place)]
            entry(
                PlannedPage(.product, edition: composer.place, subject: Int(place)), modified: product.product.modified ?? product.product.published,
                picture: product.cover, composer, to: bytes)
        }
        bytes.append("</urlset>\n" as StaticString)
    }

    /// How many addresses one file holds: the protocol allows 50,000, and 50 MiB.
    static func maximumEntries(_ plan: SitePlan) -> Int {
        guard !plan.namesAlternatesInPages else { return 40_000 }
        let versions = plan.editions.reduce(1) { $0 + $1.edition.hreflangs.count }
        return min(40_000, (40 << 20) / (400 + versions * 240))
    }

    /// How many files the addresses of an edition's lists and texts need.
    static func pageParts(_ market: PlannedMarket, _ plan: SitePlan) -> Int {
        let lists = (market.byCategory + market.bySeller).reduce(0) { $0 + ($1.isEmpty ? 0 : SitePlan.pageCount($1.count)) }
        let maximum = maximumEntries(plan)
        return (lists + market.contentPages.count + 2 + maximum - 1) / maximum
    }

    /// Everything but products: the home page, categories, sellers and texts; one part of it, counted from 0.
    static func writePages(_ plan: SitePlan, _ composer: Composer, part: Int, to bytes: Bytes) {
        bytes.append(open(plan))
        let maximum = maximumEntries(plan)
        var number = -1
        func entry(_ kind: PageKind, _ subject: Int = 0, number page: Int = 1, modified: Day? = nil) {
            number += 1
            guard number / maximum == part else { return }
            Sitemap.entry(PlannedPage(kind, edition: composer.place, subject: subject, number: page), modified: modified, composer, to: bytes)
        }
        entry(.home)
        for (category, products) in composer.market.byCategory.enumerated() where !products.isEmpty {
            for page in 1...SitePlan.pageCount(products.count) { entry(.category, category, number: page) }
        }
        for (seller, products) in composer.market.bySeller.enumerated() where !products.isEmpty {
            for page in 1...SitePlan.pageCount(products.count) { entry(.storefront, seller, number: page) }
        }
        for page in composer.market.contentPages {
            entry(.content, page, modified: plan.catalog.pages[page].text(in: composer.chain)?.updated)
        }
        entry(.sitemap)
        bytes.append("</urlset>\n" as StaticString)
    }

    /// The page at the root of the host.
    static func writeRoot(_ plan: SitePlan, _ composer: Composer, to bytes: Bytes) {
        bytes.append(open(plan))
        entry(PlannedPage(.root, edition: composer.place), modified: nil, composer, to: bytes)
        bytes.append("</urlset>\n" as StaticString)
    }

    static func writeIndex(_ names: [String], root: String, to bytes: Bytes) {
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n" as StaticString)
        for name in names {
            bytes.append("<sitemap><loc>" as StaticString)
            bytes.appendEscapingXML("\(root)\(name).\(Compression.expectedEnding)")
            bytes.append("</loc></sitemap>\n" as StaticString)
        }
        bytes.append("</sitemapindex>\n" as StaticString)
    }

    private static func entry(_ page: PlannedPage, modified: Day?, picture: PublishedPicture? = nil, _ composer: Composer, to bytes: Bytes) {
        bytes.append("<url><loc>" as StaticString)
        composer.appendAlternate(of: page, in: page.kind == .root ? nil : composer.place, to: bytes)
        bytes.append("</loc>" as StaticString)
        if let modified {
            bytes.append("<lastmod>" as StaticString)
            bytes.append(modified.description)
            bytes.append("</lastmod>" as StaticString)
        }
        if !composer.plan.namesAlternatesInPages { alternates(of: page, composer, to: bytes) }
        if let picture {
            bytes.append("<image:image><image:loc>" as StaticString)
            bytes.append(composer.marketplace.origin)
            composer.append(picture.raster ?? picture.file, to: bytes)
            bytes.append("</image:loc></image:image>" as StaticString)
        }
        bytes.append("</url>\n" as StaticString)
    }

    private static func alternates(of page: PlannedPage, _ composer: Composer, to bytes: Bytes) {
        composer.plan.eachAlternate(of: page) { hreflang, edition in
            bytes.append("<xhtml:link rel=\"alternate\" hreflang=\"" as StaticString)
            bytes.append(hreflang)
            bytes.append("\" href=\"" as StaticString)
            composer.appendAlternate(of: page, in: edition, to: bytes)
            bytes.append("\"/>" as StaticString)
        }
    }
}

/// What crawlers may fetch, https://www.rfc-editor.org/rfc/rfc9309: every page, and no selection from one.
enum Robots {
    static func text(_ plan: SitePlan) -> String {
        let marketplace = plan.catalog.marketplace
        var text = "User-agent: *\nAllow: /\n"
        // Exact addresses: what only begins alike, as a page on ordering, may be fetched. Pages that say themselves that they are not
        // to be found must be read to be understood, as the wish list.
        let ending = plan.style == .html ? ".html" : "$"
        for edition in plan.editions {
            let start = "\(marketplace.basePath)/\(edition.prefix)"
            for name in ["cart", "checkout", "order"] { text += "Disallow: \(start)/\(name)\(ending)\n" }
            text += "Disallow: \(start)/account/\n"
        }
        for name in SearchFacets.parameters(plan.catalog.attributes) { text += "Disallow: /*?*\(pathPart(name))=\n" }
        return text + "\nSitemap: \(marketplace.origin)\(marketplace.basePath)/sitemap.xml\n"
    }
}

/// How browsers search here, https://github.com/dewitt/opensearch.
enum OpenSearch {
    static func write(_ composer: Composer, to bytes: Bytes) {
        let marketplace = composer.marketplace
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n<ShortName>" as StaticString)
        bytes.appendEscapingXML(String(marketplace.name.prefix(16)))
        bytes.append("</ShortName>\n<Description>" as StaticString)
        bytes.appendEscapingXML(composer.text(marketplace.description) ?? marketplace.name)
        bytes.append("</Description>\n<InputEncoding>UTF-8</InputEncoding>\n<Url type=\"text/html\" template=\"" as StaticString)
        bytes.appendEscapingXML(composer.absolute(.plain("search")))
        bytes.append("?q={searchTerms}\"/>\n</OpenSearchDescription>\n" as StaticString)
    }
}
