// KarooExpress – Apache-2.0

import Foundation

/// Writes what operators say of queries.
struct RulesWriter {
    private static let leaves = Cutting(size: 4_096)
    private static let mostInRoot = 16

    private let jobs: Int

    private struct Written: Encodable {
        let redirect: String?
        let pins: [Int32]?
    }

    init(jobs: Int) { self.jobs = jobs }

    /// The later of two rules for the same words counts.
    func write(_ rules: [SearchRule], _ places: Places, to tables: inout TableWriter) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var words = Words()
        var texts: [[UInt8]: [UInt8]] = [:]
        for rule in rules {
            words.read(rule.query)
            guard !words.words.isEmpty, words.key.count <= FrontCoding.longestKey else { continue }
            let pins = rule.pins.map { places.places[$0] }
            texts[words.key] = Array(try! encoder.encode(Written(redirect: rule.redirect, pins: pins.isEmpty ? nil : pins)))
        }
        let entries = texts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        tables.leaves(
            "Q", count: entries.count, RulesWriter.leaves, mostInRoot: RulesWriter.mostInRoot, jobs: jobs, key: { entries[$0].key },
            bytes: { entries[$0].key.count + entries[$0].value.count }
        ) { entry, leaf in entries[entry].value.withUnsafeBufferPointer { leaf.string($0) } }
    }
}
