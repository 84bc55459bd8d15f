// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The addresses for search engines, https://www.sitemaps.org/protocol.html. Language versions name each other in the pages.
enum Sitemap {
    private static let open: StaticString =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"

    /// The same with the names of pictures, https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps.
    private static let openWithPictures: StaticString = """
        <?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">

        """

    static func write(products: [Int32], _ plan: SitePlan, _ composer: Composer, to bytes: Bytes) {
        bytes.append(openWithPictures)
        for place in products {
            let product = plan.catalog.products[Int(place)]
            entry(
                composer.product(Int(place)), modified: product.product.modified ?? product.product.published, picture: product.cover, composer, to: bytes)
        }
        bytes.append("</urlset>\n" as StaticString)
    }

    /// How many addresses one file holds; the protocol allows 50,000.
    static let maximumEntries = 40_000

    /// How many files the addresses of an edition's lists and texts need.
    static func pageParts(_ market: PlannedMarket) -> Int {
        let lists = (market.byCategory + market.bySeller).reduce(0) { $0 + ($1.isEmpty ? 0 : SitePlan.pageCount($1.count)) }
        return (lists + market.contentPages.count + 2 + maximumEntries - 1) / maximumEntries
    }

    /// Everything but products: the home page, categories, sellers and texts; one part of it, counted from 0.
    static func writePages(_ plan: SitePlan, _ composer: Composer, part: Int, to bytes: Bytes) {
        bytes.append(open)
        var number = -1
        func entry(_ address: Address, modified: Day?, _ composer: Composer, to bytes: Bytes) {
            number += 1
            if number / maximumEntries == part { Sitemap.entry(address, modified: modified, composer, to: bytes) }
        }
        entry(.home, modified: nil, composer, to: bytes)
        for (category, products) in composer.market.byCategory.enumerated() where !products.isEmpty {
            for page in 1...SitePlan.pageCount(products.count) { entry(composer.category(category, page: page), modified: nil, composer, to: bytes) }
        }
        for (seller, products) in composer.market.bySeller.enumerated() where !products.isEmpty {
            for page in 1...SitePlan.pageCount(products.count) { entry(composer.seller(seller, page: page), modified: nil, composer, to: bytes) }
        }
        for page in composer.market.contentPages {
            let content = plan.catalog.pages[page]
            entry(.plain(content.slug), modified: content.text(in: composer.chain)?.updated, composer, to: bytes)
        }
        entry(.plain("sitemap"), modified: nil, composer, to: bytes)
        bytes.append("</urlset>\n" as StaticString)
    }

    /// The page at the root of the host.
    static func root(_ address: String) -> String { "\(open)<url><loc>\(address)</loc></url>\n</urlset>\n" }

    static func writeIndex(_ names: [String], root: String, to bytes: Bytes) {
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n" as StaticString)
        for name in names {
            bytes.append("<sitemap><loc>" as StaticString)
            bytes.appendEscapingXML(root + name)
            bytes.append("</loc></sitemap>\n" as StaticString)
        }
        bytes.append("</sitemapindex>\n" as StaticString)
    }

    private static func entry(_ address: Address, modified: Day?, picture: PublishedPicture? = nil, _ composer: Composer, to bytes: Bytes) {
        bytes.append("<url><loc>" as StaticString)
        composer.absolute(address, to: bytes)
        bytes.append("</loc>" as StaticString)
        if let modified {
            bytes.append("<lastmod>" as StaticString)
            bytes.append(modified.description)
            bytes.append("</lastmod>" as StaticString)
        }
        if let picture {
            bytes.append("<image:image><image:loc>" as StaticString)
            bytes.append(composer.marketplace.origin)
            composer.append(picture.file, to: bytes)
            bytes.append("</image:loc></image:image>" as StaticString)
        }
        bytes.append("</url>\n" as StaticString)
    }
}

/// What crawlers may fetch, https://www.rfc-editor.org/rfc/rfc9309.
enum Robots {
    static func text(_ plan: SitePlan) -> String {
        let marketplace = plan.catalog.marketplace
        var text = "User-agent: *\nAllow: /\n"
        // Exact addresses: what only begins alike, as a page on ordering, may be fetched.
        let ending = plan.style == .html ? ".html" : "$"
        for edition in plan.editions {
            let start = "\(marketplace.basePath)/\(edition.prefix)"
            for name in ["cart", "checkout", "order", "wishlist"] { text += "Disallow: \(start)/\(name)\(ending)\n" }
            text += "Disallow: \(start)/account/\n"
        }
        for query in ["sort", "price", "q"] { text += "Disallow: /*?*\(query)=\n" }
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
