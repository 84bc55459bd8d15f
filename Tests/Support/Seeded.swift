// KarooExpress – Apache-2.0

import Foundation

/// Random numbers that can be had again: SplitMix64. The seed is new in each run and printed; a failing run is
/// repeated with `KAROO_TEST_SEED=… swift test`.
package struct Seeded: RandomNumberGenerator, Sendable {
    package static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["KAROO_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("KAROO_TEST_SEED=\(seed)")
        return seed
    }()

    private var state: UInt64

    /// The same numbers for the same seed and purpose, whatever other tests take.
    package init(_ purpose: String) {
        state = Seeded.seed
        for byte in purpose.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    package mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

    package mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
}
