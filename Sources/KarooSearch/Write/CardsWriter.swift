// KarooExpress – Apache-2.0

import Foundation

/// Writes the files that are divided by places: cards, traits and numbers.
enum CardsWriter {
    /// One bit for each place, set when there is a document.
    static func presence(_ positions: ArraySlice<Int32>, size: Int) -> [UInt8] {
        var bits = [UInt8](repeating: 0, count: (size + 7) / 8)
        for (offset, position) in positions.enumerated() where position >= 0 { bits[offset / 8] |= 0x80 >> UInt8(offset % 8) }
        return bits
    }

    static func cards(_ positions: ArraySlice<Int32>, size: Int, columns: Int, _ cards: [[String]]) -> [UInt8] {
        var content = ByteWriter(kind: "C")
        content.bytes(presence(positions, size: size))
        let addresses = cards.map { address(of: $0.first ?? "") }
        for column in 0..<columns {
            for (place, card) in cards.enumerated() { content.string(column >= card.count ? "" : column == 0 ? card[0] : shortened(card[column], addresses[place])) }
        }
        return content.bytes
    }

    /// The text with U+0000 where it has the address that the title makes.
    private static func shortened(_ text: String, _ address: String) -> String {
        guard address.utf8.count > 3, !text.utf8.contains(0), let range = text.firstRange(of: address) else { return text }
        return text.replacingCharacters(in: range, with: "\0")
    }

    /// Latin letters in lower case and digits, with a hyphen for whatever stands between.
    static func address(of title: String) -> String {
        var address: [UInt8] = []
        for byte in title.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A: address.append(byte)
            case 0x41...0x5A: address.append(byte + 0x20)
            default: if let last = address.last, last != 0x2D { address.append(0x2D) }
            }
        }
        if address.last == 0x2D { address.removeLast() }
        return String(decoding: address, as: UTF8.self)
    }

    /// - parameter values: of each document, by place; only those of one array.
    static func traits(_ positions: ArraySlice<Int32>, size: Int, facets: [Int], _ values: [[SearchDocument.Value]]) -> [UInt8] {
        var columns: [[UInt8]] = []
        for facet in facets {
            if let column = column(facet, values) { columns.append(column) }
        }
        var content = ByteWriter(kind: "F")
        content.bytes(presence(positions, size: size))
        content.varint(columns.count)
        for column in columns { content.bytes(column) }
        return content.bytes
    }

    /// Nil when no document has the facet.
    private static func column(_ facet: Int, _ values: [[SearchDocument.Value]]) -> [UInt8]? {
        var numbers: [String: Int] = [:]
        var labels = ByteWriter()
        var sets: [[Int]: Int] = [[]: 0]
        var written = ByteWriter()
        written.varint(0)
        var ofDocuments: [Int] = []
        for document in values {
            var set: [Int] = []
            for value in document where value.facet == facet {
                let number = numbers[value.token] ?? numbers.count
                if number == numbers.count {
                    numbers[value.token] = number
                    let label = value.label.isEmpty ? value.token : value.label
                    labels.string(label)
                    labels.string(value.token == token(of: label) ? "" : value.token)
                }
                if !set.contains(number) { set.append(number) }
            }
            let number = sets[set] ?? sets.count
            if number == sets.count {
                sets[set] = number
                written.varint(set.count)
                for value in set { written.varint(value) }
            }
            ofDocuments.append(number)
        }
        guard !numbers.isEmpty else { return nil }
        var column = ByteWriter()
        column.varint(facet)
        column.varint(numbers.count)
        column.bytes(labels.bytes)
        column.varint(sets.count)
        column.bytes(written.bytes)
        column.bytes(ofDocuments.map { UInt8(truncatingIfNeeded: $0) })
        if sets.count > 256 { column.bytes(ofDocuments.map { UInt8(truncatingIfNeeded: $0 >> 8) }) }
        return column.bytes
    }

    /// How most tokens follow from their labels: Latin capitals become small letters, and spaces hyphens.
    static func token(of label: String) -> String {
        String(decoding: label.utf8.map { $0 == 0x20 ? 0x2D : (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }

    /// - parameter names: what comes before the numbers.
    /// - parameter numbers: of each document, by place, as many as of the others.
    static func numbers(
        _ kind: Character, _ positions: ArraySlice<Int32>, size: Int, names: ArraySlice<UInt8> = [], _ numbers: [ArraySlice<Int64?>]
    ) -> [UInt8] {
        var content = ByteWriter(kind: kind)
        content.bytes(presence(positions, size: size))
        content.bytes(names)
        for column in numbers.first?.indices ?? 0..<0 {
            let values = numbers.map { row in
                guard let value = row[column], value >= 0 else { return UInt64(0) }
                return UInt64(value) + 1
            }
            let greatest = values.max() ?? 0
            let width = (UInt64.bitWidth - greatest.leadingZeroBitCount + 7) / 8
            content.byte(UInt8(width))
            for plane in 0..<width { content.bytes(values.map { UInt8(truncatingIfNeeded: $0 >> UInt64(8 * plane)) }) }
        }
        return content.bytes
    }
}
