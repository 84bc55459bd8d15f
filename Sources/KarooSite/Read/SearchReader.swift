// KarooExpress – Apache-2.0

import KarooCommerce
import KarooSearch

/// What the operator decides about searching: whether there is an index, and what is found first by which words.
package struct SearchSettings: Sendable {
    /// Where Content says it.
    struct Origin: Sendable {
        let line: Int
        let column: Int
    }

    /// Products that come first for a query, in their order.
    struct Pin: Sendable {
        let query: String
        let products: [Product.ID]
        let origin: Origin
    }

    /// What is preferred, or put back, among others that fit as well.
    struct Boost: Sendable {
        enum Subject: Sendable, Hashable {
            case product(Product.ID)
            case seller(Seller.ID)
            case category(Category.ID)
            case brand(String)
        }

        let subject: Subject
        /// −100…100.
        let percent: Int
        let origin: Origin
    }

    /// A query that leads somewhere instead of to results.
    struct Redirect: Sendable {
        enum Target: Sendable {
            /// The slug of a page of the operator's.
            case page(String)
            case category(Category.ID)
            case seller(Seller.ID)
            case address(String)

            /// Different targets have different texts.
            var text: String {
                switch self {
                case .page(let slug): "page \(slug)"
                case .category(let id): "category \(id)"
                case .seller(let id): "seller \(id)"
                case .address(let address): "address \(address)"
                }
            }
        }

        let query: String
        let target: Target
        let origin: Origin
    }

    /// What holds in one market, or in all of them.
    struct Rules: Sendable {
        var pins: [Pin] = []
        var boosts: [Boost] = []
        var redirects: [Redirect] = []
    }

    var isEnabled = true
    /// The name that messages give the file.
    var file = ""
    var synonyms: [Language: [SearchSynonym]] = [:]
    var everywhere = Rules()
    var markets: [Market.ID: Rules] = [:]

    /// What a market says, and where it says nothing, what holds everywhere. Boosts add up.
    func rules(in market: Market.ID) -> Rules {
        guard let own = markets[market] else { return everywhere }
        let pinned = Set(own.pins.map { SearchSettings.key($0.query) })
        let redirected = Set(own.redirects.map { SearchSettings.key($0.query) })
        return Rules(
            pins: own.pins + everywhere.pins.filter { !pinned.contains(SearchSettings.key($0.query)) },
            boosts: own.boosts + everywhere.boosts,
            redirects: own.redirects + everywhere.redirects.filter { !redirected.contains(SearchSettings.key($0.query)) })
    }

    /// Queries of which the index makes the same words are the same.
    static func key(_ query: String) -> String { QueryKey.key(of: query) }
}

/// Reads `Content/search.yaml`: synonyms by language, and by market what is pinned, preferred and led elsewhere.
struct SearchReader {
    static let fileName = "search.yaml"
    /// How many entries each list takes.
    static let maximumEntries = 10_000
    static let maximumPins = 50
    static let maximumWords = 50
    static let maximumQueryLength = 256

    let languages: Languages
    let markets: Markets
    let categories: CategoryTree
    let sellers: [Seller.ID]
    let pages: [ContentPage]

    /// The defaults when the file does not exist: there is an index, and nothing is preferred.
    func read(_ content: SourceFolder, _ issues: inout Issues) -> SearchSettings {
        var settings = SearchSettings()
        settings.file = content.shown(SearchReader.fileName)
        guard content.has(SearchReader.fileName) else { return settings }
        do throws(BuildIssue) {
            let text = try content.file(SearchReader.fileName).text(shown: settings.file)
            let document = try YAMLParser.parse(text, file: settings.file)
            read(document.root, into: &settings, &issues)
        } catch {
            issues.add(error)
        }
        return settings
    }

    private func read(_ root: Node, into settings: inout SearchSettings, _ issues: inout Issues) {
        // A file of comments only is empty.
        guard !root.isNull else { return }
        guard root.kind == .object else {
            issues.add(root.issue(.error, "expected enabled, synonyms and markets"))
            return
        }
        var members = Members(root)
        settings.isEnabled = members.boolean("enabled", &issues) ?? true
        if let node = members.member("synonyms") { settings.synonyms = synonyms(node, &issues) }
        if let node = members.member("markets") { readMarkets(node, into: &settings, &issues) }
        members.reportUnknown(["enabled", "synonyms", "markets"], &issues)
    }

    // MARK: Synonyms

    private func synonyms(_ node: Node, _ issues: inout Issues) -> [Language: [SearchSynonym]] {
        guard node.kind == .object else {
            issues.add(node.issue(.error, "synonyms stand under their languages", remedy: "write them as en: [[sofa, couch]]"))
            return [:]
        }
        var synonyms: [Language: [SearchSynonym]] = [:]
        for (key, value) in node.members where !value.isNull {
            let tag = key.scalar ?? ""
            guard let language = languages.all.first(where: { $0.tag == tag }) else {
                issues.add(
                    key.issue(
                        .error, "\"\(tag)\" is not a language of this marketplace", remedy: suggestion(for: tag, among: languages.all.map(\.tag))))
                continue
            }
            synonyms[language] = list(value, "synonyms", &issues).compactMap { synonym($0, &issues) }
        }
        return synonyms
    }

    /// `[sofa, couch]`, or `{from: laptop, to: [notebook]}`.
    private func synonym(_ node: Node, _ issues: inout Issues) -> SearchSynonym? {
        switch node.kind {
        case .array:
            guard let words = words(node, atLeast: 2, &issues) else { return nil }
            return SearchSynonym(words: words)
        case .object:
            var members = Members(node)
            let from = members.requiredText("from", &issues)
            let to = members.member("to")
            members.reportUnknown(["from", "to"], &issues)
            guard let to else {
                issues.add(node.issue(.error, "\"to\" is missing", remedy: "write {from: laptop, to: [notebook]}"))
                return nil
            }
            guard let from, let others = words(to, atLeast: 1, &issues) else { return nil }
            guard !others.contains(where: { SearchSettings.key($0) == SearchSettings.key(from) }) else {
                issues.add(to.issue(.error, "\"\(from)\" leads to itself"))
                return nil
            }
            return SearchSynonym(words: [from] + others, isOneWay: true)
        default:
            issues.add(node.issue(.error, "expected a group of words or a rule", remedy: "write [sofa, couch], or {from: laptop, to: [notebook]}"))
            return nil
        }
    }

    private func words(_ node: Node, atLeast least: Int, _ issues: inout Issues) -> [String]? {
        if let text = node.scalar { return least == 1 ? query(text, node, &issues).map { [$0] } : nil }
        guard node.kind == .array else {
            issues.add(node.issue(.error, "expected a list of words"))
            return nil
        }
        let elements = node.elements
        guard elements.count <= SearchReader.maximumWords else {
            issues.add(node.issue(.error, "\(elements.count) words; at most \(SearchReader.maximumWords) are synonyms of each other"))
            return nil
        }
        var words: [String] = []
        var seen: Set<String> = []
        for element in elements {
            guard let word = query(element.scalar, element, &issues) else { return nil }
            guard seen.insert(SearchSettings.key(word)).inserted else {
                issues.add(element.issue(.error, "\"\(word)\" stands twice in this group", remedy: "remove one of the two"))
                return nil
            }
            words.append(word)
        }
        guard words.count >= least else {
            issues.add(node.issue(.error, least == 1 ? "no word" : "a group needs two words or more", remedy: "write it as [sofa, couch]"))
            return nil
        }
        return words
    }

    // MARK: Markets

    private func readMarkets(_ node: Node, into settings: inout SearchSettings, _ issues: inout Issues) {
        guard node.kind == .object else {
            issues.add(node.issue(.error, "expected markets by their ids, or \"all\""))
            return
        }
        for (key, value) in node.members where !value.isNull {
            let name = key.scalar ?? ""
            if name == "all" {
                settings.everywhere = rules(value, in: markets.all, &issues)
            } else if let market = markets[name] {
                settings.markets[market.id] = rules(value, in: [market], &issues)
            } else {
                issues.add(
                    key.issue(
                        .error, "unknown market \"\(name)\"", remedy: suggestion(for: name, among: ["all"] + markets.all.map(\.id.text))))
            }
        }
    }

    private func rules(_ node: Node, in markets: [Market], _ issues: inout Issues) -> SearchSettings.Rules {
        guard node.kind == .object else {
            issues.add(node.issue(.error, "expected redirects, pins and boosts"))
            return SearchSettings.Rules()
        }
        var members = Members(node)
        var rules = SearchSettings.Rules()
        var redirected: [String: Int] = [:]
        if let node = members.member("redirects") {
            rules.redirects = list(node, "redirects", &issues).compactMap { redirect($0, in: markets, seen: &redirected, &issues) }
        }
        if let node = members.member("pins") {
            var seen: [String: Int] = [:]
            rules.pins = list(node, "pins", &issues).compactMap { pin($0, seen: &seen, redirected: redirected, &issues) }
        }
        if let node = members.member("boosts") {
            var seen: [SearchSettings.Boost.Subject: Int] = [:]
            rules.boosts = list(node, "boosts", &issues).compactMap { boost($0, seen: &seen, &issues) }
        }
        members.reportUnknown(["pins", "boosts", "redirects"], &issues)
        return rules
    }

    private func pin(_ node: Node, seen: inout [String: Int], redirected: [String: Int], _ issues: inout Issues) -> SearchSettings.Pin? {
        var members = Members(node)
        let query = readQuery(&members, seen: &seen, &issues)
        let products = members.texts("products", &issues)
        members.reportUnknown(["query", "products"], &issues)
        guard let query else { return nil }
        guard !products.isEmpty, products.count <= SearchReader.maximumPins else {
            issues.add(
                node.issue(
                    .error, "\(products.count) products for \"\(query)\"; 1 to \(SearchReader.maximumPins) can be pinned", remedy: "name them as [seller/slug]")
            )
            return nil
        }
        if let line = redirected[SearchSettings.key(query)] {
            issues.add(node.issue(.warning, "\"\(query)\" is led elsewhere in line \(line), and these products are never seen"))
        }
        return SearchSettings.Pin(query: query, products: products.map { Product.ID($0) }, origin: origin(node))
    }

    private func boost(_ node: Node, seen: inout [SearchSettings.Boost.Subject: Int], _ issues: inout Issues) -> SearchSettings.Boost? {
        var members = Members(node)
        let product = members.text("product", &issues)
        let seller = members.text("seller", &issues)
        let category = members.text("category", &issues)
        let brand = members.text("brand", &issues)
        let percent = members.integer("percent", in: -100...100, &issues)
        members.reportUnknown(["product", "seller", "category", "brand", "percent"], &issues)
        guard [product, seller, category, brand].count(where: { $0 != nil }) == 1 else {
            issues.add(node.issue(.error, "a boost is of one thing", remedy: "name a product, a seller, a category or a brand"))
            return nil
        }
        guard let percent else {
            if node.member("percent") == nil { issues.add(node.issue(.error, "\"percent\" is missing", remedy: "write a whole number from -100 to 100")) }
            return nil
        }
        let subject: SearchSettings.Boost.Subject
        if let seller {
            guard isKnown(seller: seller, node, &issues) else { return nil }
            subject = .seller(Seller.ID(seller))
        } else if let category {
            guard isKnown(category: category, node, &issues) else { return nil }
            subject = .category(Category.ID(category))
        } else if let product {
            subject = .product(Product.ID(product))
        } else {
            subject = .brand(brand!)
        }
        if let line = seen.updateValue(node.position.line, forKey: subject) {
            issues.add(node.issue(.error, "the same is boosted in line \(line)", remedy: "remove one of the two"))
            return nil
        }
        return SearchSettings.Boost(subject: subject, percent: percent, origin: origin(node))
    }

    private func redirect(
        _ node: Node, in markets: [Market], seen: inout [String: Int], _ issues: inout Issues
    ) -> SearchSettings.Redirect? {
        var members = Members(node)
        let query = readQuery(&members, seen: &seen, &issues)
        let page = members.text("page", &issues)
        let category = members.text("category", &issues)
        let seller = members.text("seller", &issues)
        let address = members.text("address", &issues)
        members.reportUnknown(["query", "page", "category", "seller", "address"], &issues)
        guard let query else { return nil }
        guard [page, category, seller, address].count(where: { $0 != nil }) == 1 else {
            issues.add(node.issue(.error, "\"\(query)\" leads to one place", remedy: "name a page, a category, a seller or an address"))
            return nil
        }
        let target: SearchSettings.Redirect.Target
        if let page {
            guard isKnown(page: page, in: markets, node, &issues) else { return nil }
            target = .page(page)
        } else if let category {
            guard isKnown(category: category, node, &issues) else { return nil }
            target = .category(Category.ID(category))
        } else if let seller {
            guard isKnown(seller: seller, node, &issues) else { return nil }
            target = .seller(Seller.ID(seller))
        } else {
            guard isAddress(address!) else {
                issues.add(
                    node.issue(
                        .error, "\"\(address!)\" is no address that a query may lead to",
                        remedy: "write one that begins with https://, or name a page, a category or a seller"))
                return nil
            }
            target = .address(address!)
        }
        return SearchSettings.Redirect(query: query, target: target, origin: origin(node))
    }

    // MARK: Parts

    private func list(_ node: Node, _ name: String, _ issues: inout Issues) -> ArraySlice<Node> {
        guard node.kind == .array else {
            issues.add(node.issue(.error, "\"\(name)\" must be a list"))
            return []
        }
        let elements = node.elements
        if elements.count > SearchReader.maximumEntries {
            issues.add(node.issue(.error, "\(elements.count) entries; at most \(SearchReader.maximumEntries) are read"))
        }
        return elements.prefix(SearchReader.maximumEntries)
    }

    /// A query that stands once in its list.
    private func readQuery(_ members: inout Members, seen: inout [String: Int], _ issues: inout Issues) -> String? {
        guard let text = members.requiredText("query", &issues), let query = query(text, members.node, &issues) else { return nil }
        let line = members.node.position.line
        if let first = seen[SearchSettings.key(query)] {
            issues.add(members.node.issue(.error, "\"\(query)\" stands also in line \(first)", remedy: "remove one of the two"))
            return nil
        }
        seen[SearchSettings.key(query)] = line
        return query
    }

    private func query(_ text: String?, _ node: Node, _ issues: inout Issues) -> String? {
        guard let text else {
            issues.add(node.issue(.error, "expected a text"))
            return nil
        }
        guard !SearchSettings.key(text).isEmpty else {
            issues.add(node.issue(.error, "\"\(text)\" has no letter and no digit: nobody finds anything by it"))
            return nil
        }
        guard text.unicodeScalars.count <= SearchReader.maximumQueryLength else {
            issues.add(node.issue(.error, "a query of more than \(SearchReader.maximumQueryLength) characters is cut: this one is never asked"))
            return nil
        }
        return text
    }

    private func isKnown(seller: String, _ node: Node, _ issues: inout Issues) -> Bool {
        if sellers.contains(Seller.ID(seller)) { return true }
        issues.add(node.issue(.error, "unknown seller \"\(seller)\"", remedy: suggestion(for: seller, among: sellers.map(\.text))))
        return false
    }

    private func isKnown(category: String, _ node: Node, _ issues: inout Issues) -> Bool {
        if categories.place(of: Category.ID(category)) != nil { return true }
        issues.add(node.issue(.error, "unknown category \"\(category)\"", remedy: suggestion(for: category, among: categories.nodes.map(\.id.text))))
        return false
    }

    private func isKnown(page: String, in markets: [Market], _ node: Node, _ issues: inout Issues) -> Bool {
        let holders = pages.filter { $0.slug == page }
        let without = markets.filter { market in !holders.contains { $0.market == nil || $0.market == market.id } }
        guard without.count < markets.count else {
            let slugs = Set(pages.filter { page in page.market == nil || markets.contains { $0.id == page.market } }.map(\.slug)).sorted()
            issues.add(node.issue(.error, "there is no page \"\(page)\"", remedy: suggestion(for: page, among: slugs)))
            return false
        }
        for market in without {
            issues.add(node.issue(.warning, "market \"\(market.id)\" has no page \"\(page)\": there the query leads to results"))
        }
        return true
    }

    /// Absolute, over TLS, and without anything that would need escaping.
    private func isAddress(_ text: String) -> Bool {
        let prefix = "https://"
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count, text.utf8.count <= 2_048 else { return false }
        return text.utf8.dropFirst(prefix.utf8.count).first != UInt8(ascii: "/")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>\\^`{|}".utf8.contains($0) }
    }

    private func origin(_ node: Node) -> SearchSettings.Origin {
        let (line, column) = node.position
        return SearchSettings.Origin(line: line, column: column)
    }
}
