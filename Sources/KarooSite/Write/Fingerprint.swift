// KarooExpress – Apache-2.0

/// 128 bits that tell whether something is still what it was.
///
/// It finds changes; it is no protection against somebody who wants two things to look alike (for
/// that, published names and signatures use SHA-256). The mixing step is the folded 64 × 64 → 128
/// bit product that the wyhash family is built on.
package struct Fingerprint: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(of bytes: UnsafeRawBufferPointer) {
        var hasher = Hasher()
        hasher.add(bytes)
        self = hasher.finish()
    }

    package init(of text: String) {
        var hasher = Hasher()
        hasher.add(text)
        self = hasher.finish()
    }

    package static let none = Fingerprint(high: 0, low: 0)

    package struct Hasher {
        private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
        private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93
        private static let third: UInt64 = 0xA076_1D64_78BD_642F
        private static let fourth: UInt64 = 0xE703_7ED1_A0B4_28DB

        private var high = Hasher.first
        private var low = Hasher.second

        package init() {}

        package mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

        package mutating func add(_ number: UInt64) {
            high = Hasher.mix(high ^ number, Hasher.third) &+ low
            low = Hasher.mix(low ^ number, Hasher.fourth) &+ high
        }

        package mutating func add(_ flag: Bool) { add(flag ? 1 as UInt64 : 2) }

        package mutating func add(_ other: Fingerprint) {
            add(other.high)
            add(other.low)
        }

        package mutating func add(_ text: String) {
            var text = text
            text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
        }

        package mutating func add(_ bytes: UnsafeRawBufferPointer) {
            var place = 0
            var a = high
            var b = low
            while place + 32 <= bytes.count {
                a = Hasher.mix(a ^ Hasher.word(bytes, place), Hasher.third ^ Hasher.word(bytes, place + 8)) &+ b
                b = Hasher.mix(b ^ Hasher.word(bytes, place + 16), Hasher.fourth ^ Hasher.word(bytes, place + 24)) &+ a
                place += 32
            }
            high = a
            low = b
            while place + 8 <= bytes.count {
                add(Hasher.word(bytes, place))
                place += 8
            }
            var last: UInt64 = 0
            while place < bytes.count {
                last = last << 8 | UInt64(bytes[place])
                place += 1
            }
            add(last)
            add(bytes.count)
        }

        package func finish() -> Fingerprint {
            let a = Hasher.mix(high ^ Hasher.first, low ^ Hasher.third)
            let b = Hasher.mix(low ^ Hasher.second, high ^ Hasher.fourth)
            return Fingerprint(high: a ^ low, low: b ^ high)
        }

        @inline(__always)
        private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        }

        @inline(__always)
        private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
    }
}
