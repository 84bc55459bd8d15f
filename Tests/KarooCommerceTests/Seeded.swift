// KarooExpress – Apache-2.0

import Support

extension Seeded {
    /// A whole number of any size: small ones as often as large ones.
    mutating func anyInt64() -> Int64 {
        let bits = UInt64.random(in: 0...64, using: &self)
        if bits == 64 { return Bool.random(using: &self) ? .min : .max }
        let magnitude = bits == 0 ? 0 : next() >> (64 - bits)
        let value = Int64(bitPattern: magnitude & 0x7FFF_FFFF_FFFF_FFFF)
        return Bool.random(using: &self) ? -value : value
    }

    /// The same, never below zero.
    mutating func anyPositive() -> Int64 {
        let value = anyInt64()
        return value == .min ? .max : abs(value)
    }

    /// A text of up to so many characters out of these.
    mutating func text(of characters: [Character], upTo count: Int) -> String {
        let length = Int.random(in: 0...count, using: &self)
        return String((0..<length).map { _ in characters[Int.random(in: 0..<characters.count, using: &self)] })
    }
}
