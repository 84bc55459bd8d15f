// KarooExpress – Apache-2.0

/// Writes what is offered while somebody types.
struct SuggestionsWriter {
    private static let leaves = Cutting(size: 12_288)
    /// Queries ask for none of them.
    private static let mostInRoot = 16
    /// More completions of one prefix are represented by the best.
    private static let crowd = 64
    private static let best = 8
    /// The longest prefix, in bytes, that may be represented.
    private static let longestPrefix = 24

    private let jobs: Int

    init(jobs: Int) { self.jobs = jobs }

    func write(_ completions: [SearchCompletion], to tables: inout TableWriter) {
        var words = Words()
        var keyed: [(key: [UInt8], completion: SearchCompletion)] = []
        for completion in completions {
            words.read(completion.text)
            let key = words.key
            if !key.isEmpty, key.count <= FrontCoding.longestKey { keyed.append((key, completion)) }
        }
        keyed.sort { one, other in one.key != other.key ? one.key.lexicographicallyPrecedes(other.key) : precedes(one.completion, other.completion) }
        var entries = grouped(keyed)
        entries += crowds(keyed)
        entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
        write(entries, to: &tables)
    }

    private func precedes(_ one: SearchCompletion, _ other: SearchCompletion) -> Bool {
        one.weight != other.weight
            ? one.weight > other.weight
            : (one.kind.rawValue, one.text, one.address) < (other.kind.rawValue, other.text, other.address)
    }

    private typealias Entry = (key: [UInt8], completions: [SearchCompletion])

    private func grouped(_ keyed: [(key: [UInt8], completion: SearchCompletion)]) -> [Entry] {
        var entries: [Entry] = []
        for (key, completion) in keyed {
            if entries.last?.key == key {
                if entries[entries.count - 1].completions.count < SuggestionsWriter.best { entries[entries.count - 1].completions.append(completion) }
            } else {
                entries.append((key, [completion]))
            }
        }
        return entries
    }

    /// The best of each prefix that too many begin with.
    private func crowds(_ keyed: [(key: [UInt8], completion: SearchCompletion)]) -> [Entry] {
        var entries: [Entry] = []
        func visit(_ range: Range<Int>, _ length: Int) {
            guard range.count > SuggestionsWriter.crowd, length <= SuggestionsWriter.longestPrefix else { return }
            if length > 0, isBoundary(keyed[range.lowerBound].key, length) {
                let best = keyed[range].sorted { one, other in
                    one.completion.weight != other.completion.weight
                        ? one.completion.weight > other.completion.weight
                        : one.key != other.key ? one.key.lexicographicallyPrecedes(other.key) : precedes(one.completion, other.completion)
                }
                entries.append((Array(keyed[range.lowerBound].key.prefix(length)) + [0], best.prefix(SuggestionsWriter.best).map(\.completion)))
            }
            var start = range.lowerBound
            while start < range.upperBound, keyed[start].key.count <= length { start += 1 }
            while start < range.upperBound {
                let byte = keyed[start].key[length]
                var end = start + 1
                while end < range.upperBound, keyed[end].key[length] == byte { end += 1 }
                visit(start..<end, length + 1)
                start = end
            }
        }
        visit(0..<keyed.count, 0)
        return entries
    }

    /// True when a code point ends after so many bytes.
    private func isBoundary(_ key: [UInt8], _ length: Int) -> Bool {
        length == key.count || key[length] & 0xC0 != 0x80
    }

    private func write(_ entries: [Entry], to tables: inout TableWriter) {
        tables.leaves(
            "S", count: entries.count, SuggestionsWriter.leaves, mostInRoot: SuggestionsWriter.mostInRoot, jobs: jobs, key: { entries[$0].key },
            bytes: { entries[$0].completions.reduce(entries[$0].key.count) { $0 + $1.text.utf8.count + $1.address.utf8.count } }
        ) { entry, leaf in
            leaf.varint(entries[entry].completions.count)
            for completion in entries[entry].completions {
                leaf.string(completion.text)
                leaf.byte(completion.kind.rawValue)
                leaf.varint(Int(completion.weight))
                leaf.string(completion.address)
            }
        }
    }
}

extension Words {
    /// The words with one space between them.
    var key: [UInt8] {
        var key: [UInt8] = []
        for word in words {
            if !key.isEmpty { key.append(0x20) }
            key.append(contentsOf: bytes[word.start..<word.end])
        }
        return key
    }
}
