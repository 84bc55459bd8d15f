// KarooExpress – Apache-2.0

package import KarooCommerce

/// Takes typed members out of an object, and reports what has the wrong type, is missing or is not known.
struct Members {
    /// The most that either number of a range may be.
    static let maximumOfRange = 1_000_000

    let node: Node
    private var found = 0

    init(_ node: Node) { self.node = node }

    mutating func member(_ name: StaticString) -> Node? {
        guard let member = node.member(name) else { return nil }
        found += 1
        return member
    }

    /// A text, or the text of a number or boolean that was meant as one; nil when absent or of another type.
    mutating func text(_ name: StaticString, _ issues: inout Issues) -> String? {
        guard let member = member(name) else { return nil }
        if let text = member.scalar { return text }
        issues.add(member.issue(.error, "\"\(name)\" must be a text"))
        return nil
    }

    mutating func requiredText(_ name: StaticString, _ issues: inout Issues) -> String? {
        guard let text = text(name, &issues) else {
            if node.member(name) == nil { issues.add(node.issue(.error, "\"\(name)\" is missing")) }
            return nil
        }
        guard !text.isEmpty else {
            issues.add(node.issue(.error, "\"\(name)\" is empty"))
            return nil
        }
        return text
    }

    mutating func integer(_ name: StaticString, in range: ClosedRange<Int> = 0...Int.max, _ issues: inout Issues) -> Int? {
        guard let member = member(name) else { return nil }
        if let integer = member.integer, range.contains(integer) { return integer }
        let bounds = range.upperBound == Int.max ? "\(range.lowerBound) or more" : "between \(range.lowerBound) and \(range.upperBound)"
        issues.add(member.issue(.error, "\"\(name)\" must be a whole number, \(bounds)"))
        return nil
    }

    mutating func boolean(_ name: StaticString, _ issues: inout Issues) -> Bool? {
        guard let member = member(name) else { return nil }
        if let boolean = member.boolean { return boolean }
        issues.add(member.issue(.error, "\"\(name)\" must be true or false"))
        return nil
    }

    mutating func texts(_ name: StaticString, _ issues: inout Issues) -> [String] {
        guard let member = member(name) else { return [] }
        guard member.kind == .array else {
            issues.add(member.issue(.error, "\"\(name)\" must be a list"))
            return []
        }
        return member.elements.compactMap { element in
            if let text = element.scalar { return text }
            issues.add(element.issue(.error, "\"\(name)\" must be a list of texts"))
            return nil
        }
    }

    /// Two whole numbers, the smaller first.
    mutating func range(_ name: StaticString, _ issues: inout Issues) -> ClosedRange<Int>? {
        guard let member = member(name) else { return nil }
        let numbers = member.elements.compactMap(\.integer)
        if numbers.count == 2, numbers[0] >= 0, numbers[0] <= numbers[1], numbers[1] <= Members.maximumOfRange { return numbers[0]...numbers[1] }
        issues.add(member.issue(
            .error, "\"\(name)\" must be two whole numbers from 0 to \(Members.maximumOfRange), the smaller first", remedy: "write it as [1, 3]"))
        return nil
    }

    mutating func day(_ name: StaticString, _ issues: inout Issues) -> Day? {
        guard let member = member(name) else { return nil }
        if let day = member.scalar.flatMap({ Day($0) }) { return day }
        issues.add(member.issue(.error, "\"\(name)\" must be a day", remedy: "write it as 2026-03-01"))
        return nil
    }

    mutating func instant(_ name: StaticString, _ issues: inout Issues) -> Instant? {
        guard let member = member(name) else { return nil }
        if let instant = member.scalar.flatMap({ Instant($0) }) { return instant }
        issues.add(member.issue(.error, "\"\(name)\" must be an instant", remedy: "write it as 2026-11-27T00:00:00Z"))
        return nil
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: StaticString, _: Choice.Type, _ issues: inout Issues
    ) -> Choice? where Choice.RawValue == String {
        guard let member = member(name) else { return nil }
        if let choice = member.scalar.flatMap(Choice.init(rawValue:)) { return choice }
        issues.add(member.issue(
            .error, "unknown \(name) \"\(member.scalar ?? "")\"", remedy: "use " + Choice.allCases.map(\.rawValue).joined(separator: ", ")))
        return nil
    }

    /// A text per language; a bare text holds for every language.
    mutating func localized(_ name: StaticString, _ languages: Languages, _ issues: inout Issues) -> LocalizedText {
        guard let member = member(name) else { return LocalizedText() }
        return localizedText(member, languages, &issues)
    }

    /// Amounts under currencies and markets.
    mutating func prices(_ name: StaticString, _ markets: Markets, _ issues: inout Issues) -> PriceTable {
        guard let member = member(name) else { return PriceTable() }
        return priceTable(member, markets, &issues)
    }

    /// Warns of every member that is not among the known names. Call it last.
    func reportUnknown(_ known: [StaticString], _ issues: inout Issues) {
        guard node.kind == .object else { return }
        let members = node.members
        guard members.count > found else { return }
        let known = known.map(\.description)
        for (key, value) in members where !value.isNull {
            guard let name = key.scalar, !known.contains(name) else { continue }
            issues.add(key.issue(.warning, "\"\(name)\" is not known here and is ignored", remedy: suggestion(for: name, among: known)))
        }
    }
}

func localizedText(_ node: Node, _ languages: Languages, except ignored: Set<String> = [], _ issues: inout Issues) -> LocalizedText {
    if let text = node.scalar { return .untranslated(text, in: languages.all) }
    guard node.kind == .object else {
        issues.add(node.issue(.error, "expected a text, or one text per language"))
        return LocalizedText()
    }
    var entries: [(Language, String)] = []
    for (key, value) in node.members where !value.isNull {
        let tag = key.scalar ?? ""
        guard !ignored.contains(tag) else { continue }
        guard let language = languages.all.first(where: { $0.tag == tag }) else {
            issues.add(key.issue(.warning, "\"\(tag)\" is not a language of this marketplace", remedy: suggestion(for: tag, among: languages.all.map(\.tag))))
            continue
        }
        guard let text = value.scalar else {
            issues.add(value.issue(.error, "expected a text"))
            continue
        }
        entries.append((language, text))
    }
    return LocalizedText(entries)
}

/// `{EUR: "18.90", fr: "17.90"}`: a currency's code in capitals, or a market's id.
func priceTable(_ node: Node, _ markets: Markets, _ issues: inout Issues) -> PriceTable {
    var table = PriceTable()
    guard node.kind == .object else {
        issues.add(node.issue(.error, "prices stand under their currencies", remedy: "write them as {EUR: \"18.90\"}"))
        return table
    }
    for (key, value) in node.members where !value.isNull {
        guard let scope = priceScope(key, markets, &issues), let amount = value.scalar else { continue }
        do throws(MoneyParseError) {
            let money = try Money(parsing: amount, currency: scope.currency)
            guard money.minorUnits >= 0 else {
                issues.add(value.issue(.error, "price \"\(amount)\" is below zero"))
                continue
            }
            table.add(PriceTable.Entry(scope: scope.scope, amount: money))
        } catch {
            issues.add(value.issue(.error, "\"\(amount)\" is no price in \(scope.currency.code): \(error)"))
        }
    }
    return table
}

private func priceScope(_ key: Node, _ markets: Markets, _ issues: inout Issues) -> (scope: PriceTable.Scope, currency: Currency)? {
    let name = key.scalar ?? ""
    if let market = markets[name] { return (.market(market.id), market.currency) }
    if let currency = Currency(name) {
        if !markets.currencies.contains(currency) {
            issues.add(key.issue(.warning, "no market sells in \(name), and the amount is not used", remedy: suggestion(for: name, among: markets.currencies.map(\.code))))
        }
        return (.currency, currency)
    }
    issues.add(key.issue(
        .error, "unknown currency or market \"\(name)\"",
        remedy: suggestion(for: name, among: markets.currencies.map(\.code) + markets.all.map(\.id.text))
            ?? "use an ISO 4217 code such as EUR, or the id of a market"))
    return nil
}

/// The markets of a marketplace, by id.
package struct Markets: Sendable {
    package let all: [Market]
    package let currencies: [Currency]

    init(_ all: [Market]) {
        self.all = all
        currencies = all.reduce(into: []) { if !$0.contains($1.currency) { $0.append($1.currency) } }
    }

    subscript(_ id: String) -> Market? { all.first { $0.id.text == id } }
}
