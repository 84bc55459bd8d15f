// KarooExpress – Apache-2.0

@testable import KarooSearch

/// Random numbers that a printed seed repeats: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// One document with everything that an index says of it.
struct Sample: Sendable {
    var id: String
    var group = "all"
    var popularity: UInt32 = 0
    var title: String
    var brand = ""
    var attributes = ""
    var description = ""
    var colours: [String] = []
    var price: Int64 = 100
    var stock: Int64 = 2
    var prior: Int64 = 0
}

/// A small index in memory, written and read.
struct SampleIndex {
    let writer: SearchWriter
    let texts: SearchPart
    let numbers: SearchPart
    let root: SearchFile
    let reader: SearchReader
    let samples: [Sample]

    var files: [String: [UInt8]] {
        Dictionary((texts.files + numbers.files + [root]).map { ($0.name, $0.bytes) }) { first, _ in first }
    }

    /// FNV-1a, stirred three times: enough to tell the files of a test apart.
    static let digest: SearchWriter.Digest = { bytes in
        var hash = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        hash ^= hash >> 29
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
    }

    static func schema(_ language: String, tier: Int = 65_536) -> SearchSchema {
        var schema = SearchSchema(
            language: language, columns: ["title", "url"], numbers: ["price", "stock", "prior"],
            facets: [
                SearchFacet(id: "category", label: "Category", kind: .tree, isScope: true),
                SearchFacet(id: "colour", label: "Colour", kind: .list, isAttribute: true),
            ])
        schema.tier = tier
        return schema
    }

    init(
        _ samples: [Sample], language: String = "en", completions: [SearchCompletion] = [], rules: [SearchRule] = [],
        synonyms: [SearchSynonym] = [], tier: Int = 65_536, jobs: Int = 2
    ) throws {
        self.samples = samples
        writer = SearchWriter(
            SampleIndex.schema(language, tier: tier), samples.map { SearchKey(id: $0.id, group: $0.group, popularity: $0.popularity) }, jobs: jobs,
            digest: SampleIndex.digest)
        texts = writer.texts(completions: completions, rules: rules, synonyms: synonyms) { SampleIndex.document(samples[$0]) }
        numbers = writer.numbers(beside: texts) { [samples[$0].price, samples[$0].stock, samples[$0].prior] }
        root = writer.root(texts: texts, numbers: numbers)
        let files = Dictionary((texts.files + numbers.files + [root]).map { ($0.name, $0.bytes) }) { first, _ in first }
        reader = try SampleIndex.reader(root, files)
    }

    static func reader(_ root: SearchFile, _ files: [String: [UInt8]]) throws -> SearchReader {
        try SearchReader(head: Array(SearchWriter.head(root: root, files: "/search/").utf8)) { path in
            guard let bytes = files[path] else { throw SearchDamage("no \(path)") }
            return bytes
        }
    }

    private static func document(_ sample: Sample) -> SearchDocument {
        var path: [String] = []
        var values: [SearchDocument.Value] = []
        for part in sample.group.split(separator: "/") {
            path.append(String(part))
            values.append(SearchDocument.Value(facet: 0, token: path.joined(separator: "/"), label: String(part)))
        }
        for colour in sample.colours { values.append(SearchDocument.Value(facet: 1, token: colour, label: colour)) }
        return SearchDocument(
            title: sample.title, brand: sample.brand, attributes: sample.attributes, description: sample.description,
            card: [sample.title, sample.id], values: values)
    }

    /// The ids of what is found, in order.
    func ids(_ query: String, scope: String? = nil, filters: [String: SearchRequest.Filter] = [:], sort: SearchRequest.Sort = .relevance) throws -> [String] {
        try reader.search(SearchRequest(query, scope: scope, filters: filters, sort: sort, size: 1_000)).hits.map { $0.card["url"] ?? "" }
    }
}
