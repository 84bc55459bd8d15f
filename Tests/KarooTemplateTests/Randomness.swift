// KarooExpress – Apache-2.0

import Foundation

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct Randomness: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }

    /// The seed of this run: KAROO_TEST_SEED, or a new one. Printed, so that a failure can be repeated.
    static func seed(for test: String) -> UInt64 {
        let seed = ProcessInfo.processInfo.environment["KAROO_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("\(test): KAROO_TEST_SEED=\(seed)")
        return seed
    }

    /// How many random cases a test tries: KAROO_TEST_ROUNDS, or 200.
    static let rounds = ProcessInfo.processInfo.environment["KAROO_TEST_ROUNDS"].flatMap { Int($0) } ?? 200
}
