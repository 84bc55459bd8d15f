// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct AllocationTests {
    @Test(
        arguments: [
            (100, [1, 1, 1], [34, 33, 33]), (101, [1, 1, 1], [34, 34, 33]), (-100, [1, 1, 1], [-34, -33, -33]),
            (0, [1, 2], [0, 0]), (10, [0, 0, 0], [4, 3, 3]), (10, [0, 5, 0], [0, 10, 0]), (1, [1, 2, 1], [0, 1, 0]),
            (5, [1, 1], [3, 2]), (7, [50, 30, 20], [4, 2, 1]), (1, [1], [1]), (0, [], []),
            // Hamilton's method: whole parts 2, 2, 0; the remainders 0.5, 0.5 and 0 go by position.
            (5, [5, 5, 0], [3, 2, 0]),
            // The largest remainder is in the middle.
            (10, [15, 17, 3], [4, 5, 1]),
        ] as [(Int64, [Int64], [Int64])])
    func sharesByHand(total: Int64, weights: [Int64], expected: [Int64]) {
        #expect(Allocation.shares(of: total, weights: weights) == expected)
    }

    @Test func sharesAddUpAndAreNearlyExact() {
        var random = Seeded("allocation")
        for _ in 0..<5_000 {
            let total = random.anyInt64()
            let weights = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Bool.random(using: &random) ? Int64.random(in: 0...20, using: &random) : random.anyPositive()
            }
            let shares = Allocation.shares(of: total, weights: weights)
            let label = "\(total) by \(weights), seed \(Seeded.seed)"
            #expect(shares.reduce(Int128(0)) { $0 + Int128($1) } == Int128(total), "\(label)")
            #expect(shares == slow(total, weights), "\(label)")

            let sum = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
            for (share, weight) in zip(shares, weights) {
                #expect(share == 0 || (share < 0) == (total < 0), "\(label)")
                guard sum > 0 else { continue }
                // |share| is the whole part of total × weight / sum, or one more.
                let whole = UInt128(total.magnitude) * UInt128(weight) / sum
                #expect(UInt128(share.magnitude) - whole <= 1, "\(label)")
            }
            for (first, second) in zip(zip(shares, weights), zip(shares, weights).dropFirst()) where first.1 > second.1 {
                #expect(first.0.magnitude >= second.0.magnitude, "\(label)")
            }
        }
    }

    /// One unit after the other to whoever has the largest remainder among those who had none.
    private func slow(_ total: Int64, _ weights: [Int64]) -> [Int64] {
        var weights = weights.map { UInt128($0) }
        if weights.allSatisfy({ $0 == 0 }) { weights = weights.map { _ in 1 } }
        let sum = weights.reduce(0, +)
        var shares = weights.map { UInt128(total.magnitude) * $0 / sum }
        var remainders = weights.map { UInt128(total.magnitude) * $0 % sum }
        var left = UInt128(total.magnitude) - shares.reduce(0, +)
        while left > 0 {
            var best = 0
            for index in remainders.indices where remainders[index] > remainders[best] { best = index }
            shares[best] += 1
            remainders[best] = 0
            left -= 1
        }
        return shares.map { total < 0 ? Int64(-Int128($0)) : Int64($0) }
    }

    @Test func negativeTotalsMirrorPositiveOnes() {
        var random = Seeded("allocation mirror")
        for _ in 0..<1_000 {
            let total = Int64.random(in: 0...Int64.max, using: &random)
            let weights = (0..<5).map { _ in Int64.random(in: 0...1_000, using: &random) }
            let caps = (0..<5).map { _ in random.anyPositive() }
            let positive = Allocation.shares(of: total, weights: weights)
            #expect(Allocation.shares(of: -total, weights: weights) == positive.map { -$0 }, "seed \(Seeded.seed)")
            let capped = Allocation.shares(of: total, weights: weights, caps: caps)
            let mirrored = Allocation.shares(of: -total, weights: weights, caps: caps)
            #expect(mirrored.shares == capped.shares.map { -$0 } && mirrored.rest == -capped.rest, "seed \(Seeded.seed)")
        }
    }

    @Test func theSmallestTotalIsDividedToo() {
        #expect(Allocation.shares(of: .min, weights: [1]) == [.min])
        #expect(Allocation.shares(of: .min, weights: [1, 1]) == [.min / 2, .min / 2])
        #expect(Allocation.shares(of: .min, weights: [1], caps: [.max]) == ([.max * -1], -1))
    }

    @Test(
        arguments: [
            // A discount of 50 over lines of 30, 30 and 10 that remain: in proportion, nobody above what remains.
            (50, [30, 30, 10], [22, 21, 7], 0),
            (70, [30, 30, 10], [30, 30, 10], 0),
            (75, [30, 30, 10], [30, 30, 10], 5),
            (0, [30, 30], [0, 0], 0), (5, [0, 0], [0, 0], 5), (-50, [30, 30, 10], [-22, -21, -7], 0),
        ] as [(Int64, [Int64], [Int64], Int64)])
    func sharesOfWhatRemains(total: Int64, remaining: [Int64], shares: [Int64], rest: Int64) {
        #expect(Allocation.shares(of: total, remaining: remaining) == (shares, rest))
    }

    @Test(
        arguments: [
            (100, [1, 1, 1], [10, 100, 100], [10, 45, 45], 0), (100, [1, 1, 1], [10, 20, 30], [10, 20, 30], 40),
            // The second cannot take its 90: the rest goes to the first, though its weight is small.
            (100, [1, 9], [100, 20], [80, 20], 0),
            // Only weights of zero are left: equally.
            (10, [1, 0, 0], [4, 9, 9], [4, 3, 3], 0), (9, [0, 0], [2, 100], [2, 7], 0),
        ] as [(Int64, [Int64], [Int64], [Int64], Int64)])
    func capsByHand(total: Int64, weights: [Int64], caps: [Int64], shares: [Int64], rest: Int64) {
        #expect(Allocation.shares(of: total, weights: weights, caps: caps) == (shares, rest))
    }

    @Test func capsHoldAndNothingIsLost() {
        var random = Seeded("allocation caps")
        for _ in 0..<5_000 {
            let count = Int.random(in: 1...8, using: &random)
            let large = Bool.random(using: &random)
            let total = large ? random.anyInt64() : Int64.random(in: -200...200, using: &random)
            let weights = (0..<count).map { _ in Int64.random(in: 0...9, using: &random) }
            let caps = (0..<count).map { _ in large ? random.anyPositive() : Int64.random(in: 0...60, using: &random) }
            let (shares, rest) = Allocation.shares(of: total, weights: weights, caps: caps)
            let label = "\(total) by \(weights) up to \(caps), seed \(Seeded.seed)"
            #expect(shares.reduce(Int128(rest)) { $0 + Int128($1) } == Int128(total), "\(label)")
            #expect(zip(shares, caps).allSatisfy { $0.magnitude <= $1.magnitude }, "\(label)")
            let capSum = caps.reduce(Int128(0)) { $0 + Int128($1) }
            #expect(Int128(rest).magnitude == max(0, Int128(total).magnitude - min(Int128(total).magnitude, capSum.magnitude)), "\(label)")
            // Where no cap is met, it is the plain division.
            let plain = Allocation.shares(of: total, weights: weights)
            if zip(plain, caps).allSatisfy({ $0.magnitude < $1.magnitude }) { #expect(shares == plain, "\(label)") }
        }
    }

    @Test func partsAddUpToTheWholeInAnyOrderOfSteps() throws {
        var random = Seeded("cumulative difference")
        for _ in 0..<2_000 {
            let total = random.anyInt64() / 4
            let all = Int64.random(in: 1...50, using: &random)
            var (count, given) = (Int64(0), Int64(0))
            while count < all {
                count = Int64.random(in: count + 1...all, using: &random)
                given += try #require(Allocation.due(of: total, count: count, of: all, already: given))
                #expect(given == Rounding.scaled(total, by: count, over: all), "seed \(Seeded.seed)")
            }
            #expect(given == total, "seed \(Seeded.seed)")
        }
    }

    @Test func threeThirdsOfAEuro() {
        #expect(Allocation.due(of: 100, count: 1, of: 3, already: 0) == 33)
        #expect(Allocation.due(of: 100, count: 2, of: 3, already: 33) == 34)
        #expect(Allocation.due(of: 100, count: 3, of: 3, already: 67) == 33)
        #expect(Allocation.due(of: .min, count: 1, of: 1, already: .max) == nil)
    }

    @Test func moneyIsDivided() {
        let money = Money(minorUnits: 1_000, currency: currency("KWD"))
        #expect(money.divided(by: [1, 1, 1]).map(\.decimal) == ["0.334", "0.333", "0.333"])
    }
}
