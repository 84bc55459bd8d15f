// KarooExpress – Apache-2.0

import Foundation

/// What the index says of one key.
struct TermEntry {
    struct Segment {
        var tiers: Range<Int>
        var count: Int
        var name: SearchName
    }

    var key: [UInt8]
    var count = 0
    /// What stands beside the word, which is all there is.
    var few: [Posting] = []
    var inline: [UInt8]?
    var segments: [Segment] = []
    var aliases: [(weight: Int, key: [UInt8])] = []
}

/// What the operator says of a query.
struct QueryRule: Decodable {
    var redirect: String?
    var pins: [Int32]?
}

/// A list of postings that answers a slot.
struct Alternative {
    var entry: TermEntry
    /// Of 16.
    var weight: Int
    var rarity: Int
    /// True when it is a word that was not asked for: documents that have it alone are partial matches.
    var isNear = false
}

extension SearchFolder {
    func entry(_ key: [UInt8]) throws -> TermEntry? {
        guard let leaf = try leaves(terms, key).first else { return nil }
        var reader = try reader(leaf.name, kind: "T")
        var found: [UInt8] = []
        for _ in 0..<(try reader.count()) {
            found = try reader.key(after: found)
            let entry = try readEntry(found, &reader)
            if found == key { return entry }
            if key.lexicographicallyPrecedes(found) { return nil }
        }
        return nil
    }

    /// Nil when nothing is said of these words.
    func rule(_ words: [UInt8]) throws -> QueryRule? {
        guard let leaf = try leaves(rules, words).first else { return nil }
        var reader = try reader(leaf.name, kind: "Q")
        var found: [UInt8] = []
        for _ in 0..<(try reader.count()) {
            found = try reader.key(after: found)
            let text = try reader.string()
            guard found == words else { continue }
            guard let rule = try? JSONDecoder().decode(QueryRule.self, from: Data(text.utf8)) else { throw SearchDamage("a rule that is none") }
            return rule
        }
        return nil
    }

    private func readEntry(_ key: [UInt8], _ reader: inout ByteReader) throws -> TermEntry {
        var entry = TermEntry(key: key)
        let header = try reader.varint()
        guard header & 3 != 3 else { throw SearchDamage("postings in two places") }
        if header & 3 != 0 {
            entry.count = try reader.varint()
            guard entry.count > 0, entry.count <= schema.places else { throw SearchDamage("more documents than places") }
        }
        if header & 1 != 0 { entry.inline = Array(try reader.bytes(try reader.varint())) }
        if header & 2 != 0 {
            var first = 0
            for _ in 0..<(try reader.count()) {
                let count = try reader.varint()
                guard count > 0, count <= schema.places else { throw SearchDamage("a segment beyond all places") }
                let end = first + count
                guard (end - 1) * schema.tier < schema.places else { throw SearchDamage("a segment beyond all places") }
                entry.segments.append(TermEntry.Segment(tiers: first..<end, count: try reader.varint(), name: try reader.name()))
                first = end
            }
        }
        guard header >> 2 <= reader.rest.count else { throw SearchDamage("more aliases than bytes") }
        for _ in 0..<(header >> 2) {
            let weight = try reader.varint()
            guard weight <= Slot.fullWeight else { throw SearchDamage("an alias that weighs too much") }
            entry.aliases.append((weight, Array(try reader.bytes(try reader.varint()))))
        }
        return entry
    }

    /// What answers a word that was not asked for.
    func alternatives(_ word: KnownWord, weight: Int) throws -> [Alternative] {
        guard !word.postings.isEmpty else { return try alternatives(word.text, weight: weight) }
        let entry = TermEntry(key: word.text, count: word.postings.count, few: word.postings)
        return [Alternative(entry: entry, weight: weight, rarity: rarity(entry.count))]
    }

    /// What answers a key, with the documents of its aliases.
    func alternatives(_ key: [UInt8], weight: Int = 16) throws -> [Alternative] {
        guard let entry = try entry(key) else { return [] }
        var found: [Alternative] = []
        if entry.count > 0 { found.append(Alternative(entry: entry, weight: weight, rarity: rarity(entry.count))) }
        for alias in entry.aliases.prefix(Slot.maximumAlternatives) {
            guard let other = try self.entry(alias.key), other.count > 0 else { continue }
            found.append(Alternative(entry: other, weight: (weight * alias.weight) >> 4, rarity: rarity(other.count)))
        }
        return found
    }

    /// 16 · log₂((documents + count) / count), in whole numbers.
    private func rarity(_ count: Int) -> Int {
        let ratio = (schema.documents + count) * 4_096 / count
        let bits = Int.bitWidth - 1 - ratio.leadingZeroBitCount
        let mantissa = (ratio * 32_768) >> bits
        return 16 * (bits - 12) + SearchFolder.mantissas.count { mantissa >= $0 }
    }

    private static let mantissas = [34_219, 35_734, 37_316, 38_968, 40_694, 42_495, 44_377, 46_341, 48_393, 50_536, 52_773, 55_109, 57_549, 60_097, 62_758]
}
