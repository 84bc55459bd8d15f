// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct RatingTests {
    @Test(
        arguments: [
            // counts, mean in tenths, half stars, percent of five stars
            ([0, 0, 0, 0, 1], 50, 10, 100), ([1, 0, 0, 0, 0], 10, 2, 20), ([0, 0, 1, 1, 0], 35, 7, 70),
            ([0, 0, 0, 1, 3], 48, 10, 95),  // 4.75
            ([1, 0, 0, 0, 19], 48, 10, 96),  // 4.8
            ([0, 1, 2, 5, 12], 44, 9, 88),  // 4.4
            ([0, 0, 7, 0, 1], 33, 7, 65),  // 3.25: a half tenth goes up
        ] as [([Int64], Int64, Int64, Int64)])
    func means(counts: [Int64], tenths: Int64, halfStars: Int64, percent: Int64) throws {
        let rating = try #require(Rating(counts: counts))
        #expect(rating.meanTenths == tenths)
        #expect(rating.meanDecimal == "\(tenths / 10).\(tenths % 10)")
        #expect(rating.meanHalfStars == halfStars)
        #expect(rating.meanPercent == percent)
    }

    @Test func nobodyHasRated() throws {
        let rating = try #require(Rating(counts: [0, 0, 0, 0, 0]))
        #expect(rating.count == 0 && rating.meanTenths == nil && rating.meanDecimal == nil && rating.meanHalfStars == nil)
        #expect(rating.percentages == [0, 0, 0, 0, 0])
        #expect(rating.rank() == 4_000)
    }

    @Test func percentagesAddUp() throws {
        #expect(Rating(counts: [1, 1, 1, 0, 0])?.percentages == [34, 33, 33, 0, 0])
        var random = Seeded("ratings")
        for _ in 0..<500 {
            let counts = (0..<5).map { _ in Int64.random(in: 0...1_000, using: &random) }
            let rating = try #require(Rating(counts: counts))
            #expect(rating.percentages.reduce(0, +) == (rating.count == 0 ? 0 : 100), "seed \(Seeded.seed)")
        }
    }

    @Test func manyGoodRatingsRankAboveOnePerfect() throws {
        let one = try #require(Rating(counts: [0, 0, 0, 0, 1]))
        let many = try #require(Rating(counts: [0, 0, 0, 20, 80]))
        #expect(one.rank() == 4_091 && many.rank() == 4_727)
        #expect(one.rank(towards: 3_000, weight: 1) == 4_000)
    }

    @Test func whatIsNoRatingIsNil() {
        for counts in [[], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, -1], [.max, .max, 0, 0, 0], [1_000_000_000, 1, 0, 0, 0]] as [[Int64]] {
            #expect(Rating(counts: counts) == nil)
        }
    }
}

@Suite struct FactsTests {
    private func read<Fact>(_ text: String, _ make: (UnsafeRawBufferPointer) throws -> Fact) rethrows -> Fact {
        try Array(text.utf8).withUnsafeBytes { try make($0) }
    }

    @Test(arguments: [
        #"{"id":"rev_1","product":"nordlicht/arne","rating":5,"author":"Mara K.","language":"en","title":"Good","body":"A \"lamp\".","date":"2026-09-14","verified":true,"reply":{"body":"Thanks","date":"2026-09-15"}}"#,
        #"{"id":"rev_2","product":"nordlicht/arne","rating":1,"author":"م","language":"ar","body":"","date":"2026-09-14","verified":false}"#,
    ])
    func reviews(line: String) throws {
        let review = try read(line) { try Review(line: $0) }
        #expect(String(decoding: review.line, as: UTF8.self) == line)
        #expect(review.product == "nordlicht/arne")
    }

    @Test func ratings() throws {
        for line in [#"{"product":"nordlicht/arne","counts":[0,1,2,5,12]}"#, #"{"seller":"nordlicht","counts":[0,0,0,0,0]}"#] {
            #expect(String(decoding: try read(line) { try RatingFact(line: $0) }.line, as: UTF8.self) == line)
        }
        for line in [
            #"{"counts":[0,0,0,0,0]}"#, #"{"product":"a","seller":"b","counts":[0,0,0,0,0]}"#, #"{"product":"a","counts":[1]}"#,
            #"{"product":"a","counts":[1,1,1,1,1.5]}"#, #"{"product":"a","counts":[1,1,1,1,1],"mean":5}"#,
        ] {
            #expect(throws: JSONError.self) { try read(line) { try RatingFact(line: $0) } }
        }
    }

    @Test func takedownsAndAvailability() throws {
        let takedown = #"{"product":"nordlicht/arne","reason":"recalled"}"#
        #expect(String(decoding: try read(takedown) { try Takedown(line: $0) }.line, as: UTF8.self) == takedown)
        for band in AvailabilityBand.allCases {
            let line = #"{"seller":"nordlicht","sku":"A","band":"\#(band.rawValue)"}"#
            let fact = try read(line) { try AvailabilityFact(line: $0) }
            #expect(fact.band == band && String(decoding: fact.line, as: UTF8.self) == line)
        }
        #expect(throws: JSONError("\"plenty\" is no band")) {
            try read(#"{"seller":"a","sku":"b","band":"plenty"}"#) { try AvailabilityFact(line: $0) }
        }
    }

    @Test(arguments: [
        (#""rating":5"#, #""rating":6"#), (#""rating":5"#, #""rating":0"#), (#""language":"en""#, #""language":"e""#),
        (#""date":"2026-09-14""#, #""date":"2026-09-31""#), (#""verified":true"#, #""verified":"yes""#),
        (#""author":"M","#, ""), (#""id":"r""#, #""id":"r","email":"x@y""#),
    ])
    func aReviewOfAnotherFormIsRefused(good: String, bad: String) throws {
        let line = #"{"id":"r","product":"a/b","rating":5,"author":"M","language":"en","body":"x","date":"2026-09-14","verified":true}"#
        _ = try read(line) { try Review(line: $0) }
        let broken = line.replacing(good, with: bad)
        #expect(broken != line)
        #expect(throws: JSONError.self) { try read(broken) { try Review(line: $0) } }
    }
}
