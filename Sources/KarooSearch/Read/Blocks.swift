// KarooExpress – Apache-2.0

import Foundation

/// What a run of places has: its numbers, and the names of the files with everything else.
struct Chunk {
    var numbers: NumbersBlock
    var cards: [SearchName]
    var traits: SearchName
    var attributes: SearchName
    var dates: SearchName
}

/// The numbers of a run of places.
struct NumbersBlock {
    /// Which document of the file a place has; -1 for none.
    var ranks: [Int]
    /// By column; -1 where there is none.
    var columns: [[Int64]]
}

/// The traits of a run of places.
struct TraitsBlock {
    struct Column {
        var values: [(token: String, label: String)]
        /// Positions in the values.
        var sets: [[Int]]
        /// The set of each document.
        var documents: [Int]
    }

    var ranks: [Int]
    /// By facet.
    var columns: [Int: Column]
}

extension SearchFolder {
    /// Nil when no document stands there.
    func chunk(_ number: Int) throws -> Chunk? {
        if let known = chunks[number] { return known }
        guard var reader = try chunkReader(number) else { return nil }
        let (ranks, count) = try self.ranks(&reader, size: schema.chunk)
        var names: [SearchName] = []
        for _ in 0..<schema.chunk / schema.card + 3 { names.append(try reader.name()) }
        let numbers = try self.numbers(&reader, ranks, count, schema.numbers)
        let chunk = Chunk(numbers: numbers, cards: names.dropLast(3), traits: names[names.count - 3], attributes: names[names.count - 2], dates: names[names.count - 1])
        if chunks.count >= SearchFolder.maximumChunks { chunks = [:] }
        chunks[number] = chunk
        return chunk
    }

    func dates(_ chunk: Chunk) throws -> NumbersBlock? {
        guard chunk.dates != .none else { return nil }
        var reader = try reader(chunk.dates, kind: "D")
        let (ranks, count) = try self.ranks(&reader, size: schema.chunk)
        return try numbers(&reader, ranks, count, schema.dates)
    }

    private func numbers(_ reader: inout ByteReader, _ ranks: [Int], _ count: Int, _ names: [String]) throws -> NumbersBlock {
        var block = NumbersBlock(ranks: ranks, columns: [])
        for _ in names {
            let width = Int(try reader.byte())
            guard width <= 7 else { throw SearchDamage("numbers that are too wide") }
            var values = [Int64](repeating: 0, count: count)
            for plane in 0..<width {
                for (place, byte) in try reader.bytes(count).enumerated() { values[place] |= Int64(byte) << Int64(8 * plane) }
            }
            block.columns.append(values.map { $0 - 1 })
        }
        return block
    }

    /// Nil when there is no such file.
    func traits(_ name: SearchName) throws -> TraitsBlock? {
        guard name != .none else { return nil }
        var reader = try reader(name, kind: "F")
        let (ranks, count) = try self.ranks(&reader, size: schema.chunk)
        var block = TraitsBlock(ranks: ranks, columns: [:])
        for _ in 0..<(try reader.count()) {
            let facet = try reader.varint()
            guard facet < schema.facets.count else { throw SearchDamage("a facet that does not exist") }
            var column = TraitsBlock.Column(values: [], sets: [], documents: [])
            for _ in 0..<(try reader.count()) {
                let label = try reader.string()
                let token = try reader.string()
                column.values.append((token.isEmpty ? CardsWriter.token(of: label) : token, label))
            }
            for _ in 0..<(try reader.count()) {
                var set: [Int] = []
                for _ in 0..<(try reader.count()) {
                    let value = try reader.varint()
                    guard value < column.values.count else { throw SearchDamage("a value that does not exist") }
                    set.append(value)
                }
                column.sets.append(set)
            }
            column.documents = try reader.bytes(count).map(Int.init)
            if column.sets.count > 256 { for (place, byte) in try reader.bytes(count).enumerated() { column.documents[place] |= Int(byte) << 8 } }
            guard column.documents.allSatisfy({ $0 < column.sets.count }) else { throw SearchDamage("a set that does not exist") }
            block.columns[facet] = column
        }
        return block
    }

    /// The card of a place.
    func card(_ place: Int32) throws -> [String] {
        let name = try chunk(Int(place) / schema.chunk)?.cards[Int(place) % schema.chunk / schema.card]
        guard let name, name != .none else { throw SearchDamage("a place without a card") }
        var reader = try reader(name, kind: "C")
        let (ranks, count) = try self.ranks(&reader, size: schema.card)
        let rank = ranks[Int(place) % schema.card]
        guard rank >= 0 else { throw SearchDamage("a place without a card") }
        var card: [String] = []
        for _ in schema.columns {
            for document in 0..<count {
                let text = try reader.string()
                if document == rank { card.append(text) }
            }
        }
        // In a text, U+0000 stands for the address that the first one makes.
        let address = CardsWriter.address(of: card.first ?? "")
        return card.map { text in
            guard let range = text.firstRange(of: "\0") else { return text }
            return text.replacingCharacters(in: range, with: address)
        }
    }

    private func ranks(_ reader: inout ByteReader, size: Int) throws(SearchDamage) -> (ranks: [Int], count: Int) {
        let bits = Array(try reader.bytes((size + 7) / 8))
        var count = 0
        let ranks = (0..<size).map { place in
            guard bits[place / 8] & 0x80 >> UInt8(place % 8) != 0 else { return -1 }
            count += 1
            return count - 1
        }
        return (ranks, count)
    }
}
