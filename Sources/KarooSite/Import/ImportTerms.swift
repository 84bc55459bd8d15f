// KarooExpress – Apache-2.0

import KarooCommerce

/// What a foreign product file does not say, and what Content knows already: the seller, the language of the words, the
/// currency of bare amounts, and the names under which categories, attributes and markets are known here.
struct ImportTerms: Sendable {
    let seller: Seller.ID
    let language: Language
    /// Of amounts that name none; nil when every amount must name its own.
    let currency: Currency?
    /// For products whose type is no category here; nil when such products cannot be taken.
    let category: Category.ID?
    let attributes: [Attribute.Key: Attribute]
    let markets: [Market]
    private let categories: CategoryTree
    private let categoryNames: [String: Category.ID]
    private let categoriesOfGoogle: [Int: Category.ID]
    private let attributeNames: [String: Attribute.Key]

    init(
        seller: Seller.ID, language: Language, currency: Currency?, category: Category.ID?, categories: CategoryTree,
        attributes: [Attribute.Key: Attribute], markets: [Market]
    ) {
        self.seller = seller
        self.language = language
        self.currency = currency
        self.category = category
        self.attributes = attributes
        self.markets = markets
        self.categories = categories
        categoryNames = ImportTerms.names(of: categories)
        categoriesOfGoogle = ImportTerms.unique(categories.nodes.compactMap { node in node.googleCategory.map { ($0, node.id) } })
        attributeNames = ImportTerms.names(of: attributes)
    }

    // MARK: Categories

    /// The category that one of the types means: `Lighting > Desk lamps` is looked for by its last part, then by those
    /// before it. A number is one of Google's taxonomy. Nil when nothing of it is known here.
    func category(ofTypes types: [String]) -> Category.ID? {
        let paths = types.map { $0.split(separator: ">").map { ImportNames.hyphenated(String($0)) }.filter { !$0.isEmpty } }
        for (path, type) in zip(paths, types) {
            if let id = path.last.flatMap({ categoryNames[$0] }) ?? Int(type.trimmingSpaces()).flatMap({ categoriesOfGoogle[$0] }) { return id }
        }
        for path in paths {
            for part in path.dropLast().reversed() {
                if let id = categoryNames[part] { return id }
            }
        }
        return nil
    }

    func isKnown(_ category: Category.ID) -> Bool { categories.place(of: category) != nil }

    var categoryIDs: [String] { categories.nodes.map(\.id.text) }

    /// Ids come before names, and a name of two categories means neither.
    private static func names(of tree: CategoryTree) -> [String: Category.ID] {
        let names = unique(tree.nodes.flatMap { node in Set(node.name.entries.map { ImportNames.hyphenated($0.text) }).map { ($0, node.id) } })
        return names.merging(tree.nodes.map { ($0.id.text, $0.id) }) { $1 }
    }

    private static func unique<Key: Hashable>(_ pairs: [(Key, Category.ID)]) -> [Key: Category.ID] {
        var result: [Key: Category.ID] = [:]
        var ambiguous: Set<Key> = []
        for (key, id) in pairs {
            if let other = result.updateValue(id, forKey: key), other != id { ambiguous.insert(key) }
        }
        for key in ambiguous { result[key] = nil }
        return result
    }

    // MARK: Attributes

    /// The declared attribute that a name means, or a new key in camelCase; nil when the name has neither letter nor digit.
    func attributeKey(_ name: String) -> Attribute.Key? {
        let folded = ImportNames.hyphenated(name)
        for spelling in [folded, ImportTerms.otherSpelling(folded)] {
            if let key = spelling.flatMap({ attributeNames[$0] }) { return key }
        }
        return ImportNames.camelCased(name).map { Attribute.Key($0) }
    }

    /// The key of the named value that a text means, or the text itself.
    func choice(_ text: String, of key: Attribute.Key) -> String {
        guard let attribute = attributes[key], attribute.choice(text) == nil else { return text }
        let folded = ImportNames.hyphenated(text)
        if attribute.choice(folded) != nil { return folded }
        let named = attribute.choices.first { choice in choice.name.entries.contains { ImportNames.hyphenated($0.text) == folded } }
        return named?.key ?? text
    }

    private static func names(of attributes: [Attribute.Key: Attribute]) -> [String: Attribute.Key] {
        var names: [String: Attribute.Key] = [:]
        let sorted = attributes.values.sorted { $0.key < $1.key }
        for attribute in sorted {
            for entry in attribute.name.entries where names[ImportNames.hyphenated(entry.text)] == nil {
                names[ImportNames.hyphenated(entry.text)] = attribute.key
            }
        }
        for attribute in sorted { names[ImportNames.hyphenated(attribute.key.text)] = attribute.key }
        // `batteryLife` is also "battery life".
        for attribute in sorted {
            let parted = attribute.key.text.reduce(into: "") { $0 += $1.isUppercase ? " \($1)" : "\($1)" }
            if names[ImportNames.hyphenated(parted)] == nil { names[ImportNames.hyphenated(parted)] = attribute.key }
        }
        return names
    }

    private static func otherSpelling(_ name: String) -> String? {
        switch name {
        case "color": "colour"
        case "colour": "color"
        case "flavor": "flavour"
        case "flavour": "flavor"
        default: nil
        }
    }

    // MARK: Prices

    /// Under which names a reduction in a currency may be told: the currency's own, or the markets that do not ask for the
    /// lowest price of the last 30 days beside it, which no foreign file knows.
    func reductionNames(in currency: Currency) -> [String] {
        let concerned = markets.filter { $0.currency == currency }
        guard concerned.contains(where: \.lowestPriceLaw) else { return [currency.code] }
        return concerned.filter { !$0.lowestPriceLaw }.map(\.id.text)
    }

    /// The markets that ask for the lowest price of the last 30 days beside a reduction in a currency.
    func strictMarkets(in currency: Currency) -> [String] {
        markets.filter { $0.currency == currency && $0.lowestPriceLaw }.map(\.id.text)
    }

    /// True when a member of a price table, a currency or a market, is an amount in the currency.
    func isPriced(_ name: String, in currency: Currency) -> Bool {
        name == currency.code || markets.contains { $0.id.text == name && $0.currency == currency }
    }

    /// Reads an amount as shop programs write it: zeros beyond the currency's decimals count for nothing.
    static func amount(_ text: String, in currency: Currency) throws(MoneyParseError) -> Money {
        var digits = text[...]
        if let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) {
            var decimals = text.utf8.distance(from: point, to: text.endIndex) - 1
            while decimals > currency.exponent, digits.hasSuffix("0") {
                digits = digits.dropLast()
                decimals -= 1
                if decimals == 0 { digits = digits.dropLast() }
            }
        }
        return try Money(parsing: digits, currency: currency)
    }
}
