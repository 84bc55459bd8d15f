// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCommerce
import KarooSearch

struct SearchQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Search the published index and say what is found, and why it is first.",
        discussion: "The results are those of the browser, from the same files.")

    @Argument(help: "What a buyer types.")
    var query: String?

    @Option(help: ArgumentHelp("The market, as in Content/marketplace.yaml.", valueName: "id"))
    var market: String?

    @Option(help: ArgumentHelp("The language; needed where the market has several.", valueName: "tag"))
    var language: String?

    @Option(help: ArgumentHelp("The folder that karoo build or karoo search index wrote.", valueName: "folder"))
    var output = "Public"

    @Option(help: ArgumentHelp("Only documents of one value: category:home/lamps, seller:nordlicht.", valueName: "facet:value"))
    var scope: String?

    @Option(help: ArgumentHelp("A facet and its values, brand=a,b, or a range, price=1000-5000 (in minor units); may be given several times.", valueName: "facet=values"))
    var filter: [String] = []

    @Option(help: ArgumentHelp("relevance, price, -price, newest or rating.", valueName: "order"))
    var sort = "relevance"

    @Option(help: ArgumentHelp("Which page of the results, from 1.", valueName: "number"))
    var page = 1

    @Option(help: ArgumentHelp("How many results a page has.", valueName: "number"))
    var size = 10

    @Flag(help: "Say of each result what each word adds.")
    var explain = false

    @Flag(help: "One line of JSON for each query.")
    var json = false

    @Option(help: ArgumentHelp("Take the queries from a file, one in each line; with \"-\" from standard input.", valueName: "file"))
    var queries: String?

    func validate() throws {
        guard query != nil || scope != nil || queries != nil else { throw ValidationError("give a query, --scope or --queries") }
        guard SearchRequest.Sort(rawValue: sort) != nil else {
            throw ValidationError("--sort takes \(SearchRequest.Sort.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard page >= 1, (1...1_000).contains(size) else { throw ValidationError("--page counts from 1, --size from 1 to 1000") }
    }

    func run() throws {
        do {
            let reader = try reader()
            if let queries {
                for line in try lines(queries) { try answer(line, reader) }
            } else {
                try answer(query ?? "", reader)
            }
        } catch let damage as SearchDamage {
            Reporter.write("the index in \(output) is damaged: \(damage.description); build it again\n")
            throw ExitCode(1)
        }
    }

    // MARK: The index

    private func reader() throws -> SearchReader {
        let folder = try output + "/" + headFolder()
        guard let head = FileManager.default.contents(atPath: "\(folder)/root.json") else {
            Reporter.write("there is no \(folder)/root.json: build the site first, with a search index\n")
            throw ExitCode(1)
        }
        return try SearchReader(head: Array(head)) { path in
            let file = "\(output)/search/\(path)"
            guard let bytes = FileManager.default.contents(atPath: file) else {
                Reporter.write("\(file) is missing: build the site again\n")
                throw ExitCode(1)
            }
            return Array(bytes)
        }
    }

    /// Of one edition; that of `karoo search index` when no market is given.
    private func headFolder() throws -> String {
        guard let market else { return "search" }
        if let language { return "\(language)-\(market)/search" }
        let editions = ((try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []).filter { name in
            name.hasSuffix("-\(market)") && FileManager.default.fileExists(atPath: "\(output)/\(name)/search/root.json")
        }.sorted()
        guard editions.count == 1 else {
            throw ValidationError(
                editions.isEmpty
                    ? "\(output) has no search index of the market \(market)"
                    : "the market \(market) has several languages: give --language, one of "
                        + editions.map { String($0.dropLast(market.count + 1)) }.joined(separator: ", "))
        }
        return "\(editions[0])/search"
    }

    private func lines(_ file: String) throws -> [String] {
        guard let data = file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }

    // MARK: Answers

    private func answer(_ text: String, _ reader: SearchReader) throws {
        let request = SearchRequest(
            text, scope: scope, filters: try filters(), sort: SearchRequest.Sort(rawValue: sort) ?? .relevance, page: page, size: size,
            explains: explain)
        let result = try reader.search(request)
        if json { return try printJSON(text, result) }
        for correction in result.corrections { print("\(correction.from) → \(correction.to)") }
        if !result.dropped.isEmpty { print("nothing has: \(result.dropped.joined(separator: ", "))") }
        if let redirect = result.redirect { print("leads to \(redirect)") }
        print("\(result.isApproximate ? "≈ " : "")\(result.total) of \(reader.documents)\(result.isRelaxed ? ", some without all words" : "")")
        let pattern = reader.money.flatMap(MoneyPattern.init)
        for (number, hit) in result.hits.enumerated() {
            let price = hit.numbers["price"].flatMap { self.price($0, pattern, reader.money) } ?? ""
            print("\((page - 1) * size + number + 1). \(hit.card["title"] ?? "")  \(price)  \(hit.card["url"] ?? "")\(hit.isPartial ? "  (partly)" : "")")
            if explain { printReasons(hit) }
        }
        for facet in result.facets where !facet.values.isEmpty {
            print("\(facet.label.isEmpty ? facet.id : facet.label): \(facet.values.prefix(8).map { "\($0.label) \($0.count)" }.joined(separator: ", "))")
        }
    }

    private func filters() throws -> [String: SearchRequest.Filter] {
        var filters: [String: SearchRequest.Filter] = [:]
        for text in filter {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw ValidationError("--filter takes facet=values, not \(text)") }
            let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            if ends.count == 2, ends.allSatisfy({ $0.isEmpty || Double($0) != nil }) {
                filters[String(parts[0])] = .range(least: Double(ends[0]), most: Double(ends[1]))
            } else {
                filters[String(parts[0])] = .values(parts[1].split(separator: ",").map(String.init))
            }
        }
        return filters
    }

    private func price(_ minor: Int64, _ pattern: MoneyPattern?, _ money: SearchMoney?) -> String? {
        guard let pattern, let money, let currency = Currency(money.currency) else { return nil }
        var bytes: [UInt8] = []
        pattern.append(Money(minorUnits: minor, currency: currency), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func printReasons(_ hit: SearchResult.Hit) {
        if hit.isPinned { print("     pinned for this query in Content/search.yaml") }
        for worth in hit.worths {
            let key = worth.key == worth.word ? "" : " as \(worth.key)\(worth.isNear ? ", a near word" : "")"
            print("     \(worth.worth)  \(worth.word)\(key): rarity \(worth.rarity) · level \(worth.level + 1) of 16 · weight \(worth.weight) of 16")
        }
        if hit.preference > 0 { print("     \(hit.preference)  preferred by its prior, \(hit.numbers["prior"] ?? 0) of 255") }
        print("     \(hit.score)  in all, place \(hit.place)")
    }

    private func printJSON(_ text: String, _ result: SearchResult) throws {
        struct Written: Encodable {
            struct Hit: Encodable {
                let place: Int32
                let score: Int
                let isPartial: Bool
                let url: String
            }
            let query: String
            let terms: [String]
            let total: Int
            let isApproximate: Bool
            let isRelaxed: Bool
            let corrections: [[String]]
            let dropped: [String]
            let redirect: String?
            let hits: [Hit]
            let facets: [String: [String: Int]]
        }
        let facets = result.facets.map { ($0.id, Dictionary(uniqueKeysWithValues: $0.values.map { ($0.token, $0.count) })) }
        let written = Written(
            query: text, terms: result.terms, total: result.total, isApproximate: result.isApproximate, isRelaxed: result.isRelaxed,
            corrections: result.corrections.map { [$0.from, $0.to] }, dropped: result.dropped, redirect: result.redirect,
            hits: result.hits.map { Written.Hit(place: $0.place, score: $0.score, isPartial: $0.isPartial, url: $0.card["url"] ?? "") },
            facets: Dictionary(facets) { first, _ in first })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(written), as: UTF8.self))
    }
}

extension MoneyPattern {
    /// Nil when its zero is no digit.
    fileprivate init?(_ money: SearchMoney) {
        guard let zero = money.zero.unicodeScalars.first else { return nil }
        self.init(
            prefix: money.prefix, suffix: money.suffix, negativePrefix: "-" + money.prefix, negativeSuffix: money.suffix,
            groupSeparator: money.group, decimalSeparator: money.decimal, primaryGroup: money.primary, secondaryGroup: money.secondary,
            minimumGroupingDigits: money.minimum, zero: zero, decimals: money.decimals)
    }
}
