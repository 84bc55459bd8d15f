// KarooExpress – Apache-2.0

import Testing

@testable import KarooSearch

struct PostingsTests {
    @Test func whatIsWrittenIsRead() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        for _ in 0..<400 {
            let low = Int32.random(in: 0...1_000, using: &random)
            let high = low + Int32.random(in: 0...Int32([1, 20, 700, 65_535].randomElement(using: &random)!), using: &random)
            let share = [0.01, 0.5, 1].randomElement(using: &random)!
            var postings: [UInt32] = (low...high).filter { _ in Double.random(in: 0..<1, using: &random) < share }
                .map { Posting(place: $0, level: Int.random(in: 0..<16, using: &random)).packed }
            if postings.isEmpty { postings = [Posting(place: high, level: 15).packed] }
            var reader = ByteReader(Postings.encode(postings, low: low, high: high))
            var read: [UInt32] = []
            try Postings.decode(&reader, count: postings.count, low: low, high: high) { read.append(Posting(place: $0, level: $1).packed) }
            #expect(read.sorted { Posting(packed: $0).place < Posting(packed: $1).place } == postings, "seed \(seed)")
            #expect(reader.isAtEnd, "seed \(seed)")
        }
    }

    @Test func damageIsToldAndNeverTrusted() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        let postings = (0..<500).map { Posting(place: Int32($0 * 7), level: $0 % 16).packed }
        let bytes = Postings.encode(postings, low: 0, high: 4_000)
        var told = 0
        for _ in 0..<2_000 {
            var damaged = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            if !damaged.isEmpty { damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            var reader = ByteReader(damaged)
            do {
                try Postings.decode(&reader, count: 500, low: 0, high: 4_000) { place, level in
                    precondition(place >= 0 && place <= 4_000 && level < 16, "seed \(seed)")
                }
            } catch {
                told += 1
            }
        }
        #expect(told > 1_000, "seed \(seed)")
    }
}
