// KarooExpress – Apache-2.0

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
    func numbersBlock(_ chunk: Int) throws -> NumbersBlock? {
        if let known = numbersBlocks[chunk] { return known }
        let block = try numbersBlock(numbers, schema.numbers, chunk, kind: "O")
        if numbersBlocks.count >= SearchFolder.maximumBlocks { numbersBlocks = [:] }
        numbersBlocks[chunk] = block
        return block
    }

    func datesBlock(_ chunk: Int) throws -> NumbersBlock? { try numbersBlock(dates, schema.dates, chunk, kind: "D") }

    private func numbersBlock(_ table: Table, _ names: [String], _ chunk: Int, kind: Character) throws -> NumbersBlock? {
        guard var reader = try block(table, chunk, kind: kind) else { return nil }
        let (ranks, count) = try self.ranks(&reader, size: schema.chunk)
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

    func traitsBlock(_ table: Table, _ chunk: Int) throws -> TraitsBlock? {
        guard var reader = try block(table, chunk, kind: "F") else { return nil }
        let (ranks, count) = try self.ranks(&reader, size: schema.chunk)
        var block = TraitsBlock(ranks: ranks, columns: [:])
        for _ in 0..<(try reader.count()) {
            let facet = try reader.varint()
            guard facet < schema.facets.count else { throw SearchDamage("a facet that does not exist") }
            var column = TraitsBlock.Column(values: [], sets: [], documents: [])
            for _ in 0..<(try reader.count()) {
                let token = try reader.string()
                let label = try reader.string()
                column.values.append((token, label.isEmpty ? token : label))
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
        guard var reader = try block(cards, Int(place) / schema.card, kind: "C") else { throw SearchDamage("a place without a card") }
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
        return card
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
