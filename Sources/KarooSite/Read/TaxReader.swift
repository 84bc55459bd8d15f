// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `Content/taxes.yaml`: under each market its rates in percent by tax category; under a country those that differ there, and under
/// a region of the country those that differ in it. Several taxes at once stand under their names.
enum TaxReader {
    static let fileName = "taxes.yaml"

    /// Where rates hold.
    private struct Place {
        let market: Market
        var country: String?
        var regions: [String] = []
    }

    /// Empty when the file does not exist: then nothing is taxed.
    static func read(_ content: SourceFolder, _ markets: Markets, _ issues: inout Issues) -> [TaxRule] {
        guard content.has(fileName) else { return [] }
        var rules: [TaxRule] = []
        do throws(BuildIssue) {
            let text = try content.file(fileName).text(shown: content.shown(fileName))
            let document = try YAMLParser.parse(text, file: content.shown(fileName))
            for (key, node) in document.root.members {
                guard let market = markets[key.scalar ?? ""] else {
                    issues.add(key.issue(.error, "unknown market \"\(key.scalar ?? "")\"", remedy: suggestion(for: key.scalar ?? "", among: markets.all.map(\.id.text))))
                    continue
                }
                add(node, Place(market: market), to: &rules, &issues)
            }
        } catch {
            issues.add(error)
        }
        return rules
    }

    private static func add(_ node: Node, _ place: Place, to rules: inout [TaxRule], _ issues: inout Issues) {
        for (key, value) in node.members {
            let name = key.scalar ?? ""
            if place.country == nil, isCountry(name), value.kind == .object {
                guard place.market.countries.contains(name) else {
                    issues.add(key.issue(.error, "\"\(name)\" is not a country of market \"\(place.market.id)\"", remedy: suggestion(for: name, among: place.market.countries)))
                    continue
                }
                add(value, Place(market: place.market, country: name), to: &rules, &issues)
            } else if place.country != nil, place.regions.isEmpty, name == "regions" {
                for (code, node) in value.members { addRegion(code, node, place, to: &rules, &issues) }
            } else if !place.regions.isEmpty, name == "names" {
                continue
            } else if let rates = rates(value, &issues) {
                rules.append(TaxRule(market: place.market.id, country: place.country, regions: place.regions, category: name, rates: rates))
            }
        }
    }

    /// A region is known by its code and by the names that buyers may write.
    private static func addRegion(_ code: Node, _ node: Node, _ place: Place, to rules: inout [TaxRule], _ issues: inout Issues) {
        guard let text = code.scalar, !text.isEmpty, node.kind == .object else {
            issues.add(code.issue(.error, "a region has rates", remedy: "write it as NY: {names: [New York], standard: \"4\"}"))
            return
        }
        var members = Members(node)
        add(node, Place(market: place.market, country: place.country, regions: [text] + members.texts("names", &issues)), to: &rules, &issues)
    }

    private static func isCountry(_ name: String) -> Bool { name.utf8.count == 2 && name.utf8.allSatisfy { (0x41...0x5A).contains($0) } }

    /// One rate, or several under their names; nil when one of them is none.
    private static func rates(_ node: Node, _ issues: inout Issues) -> [TaxRate]? {
        guard node.kind == .object else { return partsPerMillion(node, &issues).map { [TaxRate(partsPerMillion: $0)] } }
        var rates: [TaxRate] = []
        for (key, value) in node.members {
            guard let parts = partsPerMillion(value, &issues) else { return nil }
            rates.append(TaxRate(name: key.scalar, partsPerMillion: parts))
        }
        guard !rates.isEmpty, rates.reduce(0, { $0 + $1.partsPerMillion }) <= 1_000_000 else {
            issues.add(node.issue(.error, "these are no rates in percent", remedy: "write them as {State: \"4\", City: \"4.5\"}"))
            return nil
        }
        return rates
    }

    private static func partsPerMillion(_ node: Node, _ issues: inout Issues) -> Int64? {
        if let parts = node.scalar.flatMap(partsPerMillion) { return parts }
        issues.add(node.issue(.error, "\"\(node.scalar ?? "")\" is no rate in percent", remedy: "write it as \"19\" or \"5.5\""))
        return nil
    }

    private static func partsPerMillion(_ percent: String) -> Int64? {
        guard let decimal = ExactDecimal(percent), (0...4).contains(decimal.scale) else { return nil }
        var parts = decimal.mantissa
        for _ in 0..<(4 - decimal.scale) { parts = parts.multipliedReportingOverflow(by: 10).partialValue }
        return (0...1_000_000).contains(parts) ? parts : nil
    }
}
