// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `Content/taxes.yaml`: under each market its rates in percent by tax category, and under a country those that differ there.
enum TaxReader {
    static let fileName = "taxes.yaml"
    private static let partsPerPercent: Int64 = 10_000

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
                add(node, market, country: nil, to: &rules, &issues)
            }
        } catch {
            issues.add(error)
        }
        return rules
    }

    private static func add(_ node: Node, _ market: Market, country: String?, to rules: inout [TaxRule], _ issues: inout Issues) {
        for (key, value) in node.members {
            let name = key.scalar ?? ""
            if country == nil, value.kind == .object {
                guard market.countries.contains(name) else {
                    issues.add(key.issue(.error, "\"\(name)\" is not a country of market \"\(market.id)\"", remedy: suggestion(for: name, among: market.countries)))
                    continue
                }
                add(value, market, country: name, to: &rules, &issues)
                continue
            }
            guard let parts = value.scalar.flatMap(partsPerMillion) else {
                issues.add(value.issue(.error, "\"\(value.scalar ?? "")\" is no rate in percent", remedy: "write it as \"19\" or \"5.5\""))
                continue
            }
            rules.append(TaxRule(market: market.id, country: country, category: name, ratePartsPerMillion: parts))
        }
    }

    private static func partsPerMillion(_ percent: String) -> Int64? {
        guard let decimal = ExactDecimal(percent), (0...4).contains(decimal.scale) else { return nil }
        var parts = decimal.mantissa
        for _ in 0..<(4 - decimal.scale) { parts = parts.multipliedReportingOverflow(by: 10).partialValue }
        return (0...1_000_000).contains(parts) ? parts : nil
    }
}
