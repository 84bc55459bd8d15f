// KarooExpress – Apache-2.0

/// A word of a query and what answers it.
struct Slot {
    static let maximum = 12
    static let maximumAlternatives = 48
    static let fullWeight = 16

    var text: [UInt8]
    var alternatives: [Alternative] = []
    var isDense = false
    var isLast = false
    var isKey = false
    /// True when documents need not have it.
    var isParticle = false
}

/// From the words of a query to slots.
struct Slots {
    /// Shorter words that are keys have too many near words.
    private static let shortestWidened = 3

    private(set) var slots: [Slot] = []
    private(set) var corrections: [SearchResult.Correction] = []
    private(set) var dropped: [String] = []
    private let folder: SearchFolder

    init(_ words: Words, _ folder: SearchFolder) throws {
        self.folder = folder
        try open(words)
        for place in slots.indices {
            if slots[place].alternatives.isEmpty { slots[place].alternatives = Slots.distinct(try folder.alternatives(slots[place].text)) }
            slots[place].isKey = !slots[place].alternatives.isEmpty
        }
        _ = try join { one, other in !one.isKey || !other.isKey || (one.text + other.text).contains { $0 >= 0x30 && $0 <= 0x39 } }
        slots = Array(try slots.flatMap { $0.alternatives.isEmpty ? try mend($0) : [$0] }.prefix(Slot.maximum))
        let particles = Set(folder.schema.particles.map { Array($0.utf8) })
        for place in slots.indices { slots[place].isParticle = particles.contains(slots[place].text) }
        if slots.allSatisfy(\.isParticle) { for place in slots.indices { slots[place].isParticle = false } }
    }

    /// Compounds that are keys, and words.
    private mutating func open(_ words: Words) throws {
        var start = 0
        var groups = 0
        while start < words.words.count, groups < Slot.maximum {
            var end = start + 1
            while end < words.words.count, words.words[end].isJoined { end += 1 }
            let parts = words.words[start..<end].map { Array(words.bytes[$0.start..<$0.end]) }
            let together = parts.flatMap(\.self)
            let alternatives = parts.count > 1 ? try folder.alternatives(together) : []
            if alternatives.isEmpty {
                for (offset, part) in parts.enumerated() {
                    slots.append(Slot(text: part, isDense: words.words[start + offset].kind == .dense, isLast: start + offset + 1 == words.words.count))
                }
            } else {
                slots.append(Slot(text: together, alternatives: Slots.distinct(alternatives)))
            }
            start = end
            groups += 1
        }
        slots = Array(slots.prefix(Slot.maximum))
    }

    /// Neighbours written together are alternatives for both. Tells whether there are any.
    mutating func join(where isAsked: (Slot, Slot) -> Bool) throws -> Bool {
        let joined = try slots.indices.dropLast().map { place in
            let (one, other) = (slots[place], slots[place + 1])
            return !one.isDense && !other.isDense && isAsked(one, other) ? try folder.alternatives(one.text + other.text) : []
        }
        for (place, alternatives) in joined.enumerated() {
            for slot in place...place + 1 { slots[slot].alternatives = Slots.distinct(slots[slot].alternatives + alternatives) }
        }
        return joined.contains { !$0.isEmpty }
    }

    /// Takes in words that differ in one letter from those that few documents have. Tells whether there are any.
    mutating func widen(few: Int) throws -> Bool {
        var isWider = false
        for place in slots.indices where slots[place].isKey && !slots[place].isDense && slots[place].text.codePoints >= Slots.shortestWidened && slots[place].alternatives.reduce(0, { $0 + $1.entry.count }) < few {
            let near = try folder.misspelled(slots[place].text, most: 1)
            for (word, weight) in near {
                let more = try folder.alternatives(word, weight: weight).filter { one in !slots[place].alternatives.contains { $0.entry.key == one.entry.key } }
                slots[place].alternatives += more.map { one in
                    var one = one
                    one.isNear = true
                    return one
                }
                isWider = isWider || !more.isEmpty
            }
            slots[place].alternatives = Array(slots[place].alternatives.prefix(Slot.maximumAlternatives))
        }
        return isWider
    }

    /// The slots that take the place of one whose word is no key.
    private mutating func mend(_ slot: Slot) throws -> [Slot] {
        guard !slot.isDense else {
            dropped.append(String(decoding: slot.text, as: UTF8.self))
            return []
        }
        var slot = slot
        let longer = slot.isLast ? try folder.longer(than: slot.text).map { ($0, SearchFolder.prefixWeight) } : []
        let near = try folder.misspelled(slot.text)
        slot.alternatives = Slots.distinct(try (longer + near.map { ($0.word, $0.weight) }).flatMap { try folder.alternatives($0.0, weight: $0.1) })
        if longer.isEmpty, let best = near.first {
            corrections.append(SearchResult.Correction(from: String(decoding: slot.text, as: UTF8.self), to: String(decoding: best.word.text, as: UTF8.self)))
        }
        if !slot.alternatives.isEmpty { return [slot] }
        let kinds = Slots.runs(slot.text)
        if kinds.count > 1, let parts = try both(kinds) { return parts }
        if let parts = try split(slot.text) { return parts }
        dropped.append(String(decoding: slot.text, as: UTF8.self))
        return []
    }

    /// Of all ways to write two keys together the one whose rarer part is the most frequent.
    private func split(_ text: [UInt8]) throws -> [Slot]? {
        let letters = text.scalars
        var best: [Slot]?
        var most = 0
        for place in letters.indices.dropFirst() {
            let (head, tail) = (Array(letters[..<place]), Array(letters[place...]).utf8)
            // Between the parts of a compound a letter may be missing or added.
            let heads = [head.utf8, (head + ["e"]).utf8] + (head.count > 1 && head.last == "s" ? [Array(head.dropLast()).utf8] : [])
            var ways: [Slot]?
            for head in heads where ways == nil { ways = try both([head, tail]) }
            guard let parts = ways else { continue }
            let least = parts.map { $0.alternatives.map(\.entry.count).max() ?? 0 }.min() ?? 0
            if least > most { (best, most) = (parts, least) }
        }
        return best
    }

    private func both(_ parts: [[UInt8]]) throws -> [Slot]? {
        var slots: [Slot] = []
        for part in parts {
            let alternatives = try folder.alternatives(part)
            guard !alternatives.isEmpty else { return nil }
            slots.append(Slot(text: part, alternatives: alternatives))
        }
        return slots
    }

    /// Runs of ASCII digits and of everything else.
    private static func runs(_ text: [UInt8]) -> [[UInt8]] {
        var runs: [[UInt8]] = []
        var wasDigit = false
        for byte in text {
            let isDigit = byte >= 0x30 && byte <= 0x39
            if runs.isEmpty || isDigit != wasDigit { runs.append([]) }
            runs[runs.count - 1].append(byte)
            wasDigit = isDigit
        }
        return runs
    }

    /// Each list once, as it came first.
    private static func distinct(_ alternatives: [Alternative]) -> [Alternative] {
        var seen: Set<[UInt8]> = []
        return Array(alternatives.filter { seen.insert($0.entry.key).inserted }.prefix(Slot.maximumAlternatives))
    }
}
