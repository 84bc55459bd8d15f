// KarooExpress – Apache-2.0

/// The name of a file of the index: the first bytes of the SHA-256 of the file.
struct SearchName: Hashable, Sendable {
    static let size = 6
    static let none = SearchName(value: 0)

    private let value: UInt64

    private init(value: UInt64) { self.value = value }

    init(bytes: some Sequence<UInt8>) {
        value = bytes.prefix(SearchName.size).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Of twelve hexadecimal digits; nil when it is something else.
    init?(hex: String) {
        guard hex.utf8.count == SearchName.size * 2, let value = UInt64(hex, radix: 16) else { return nil }
        self.value = value
    }

    var bytes: [UInt8] {
        (0..<SearchName.size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (SearchName.size - 1 - $0))) }
    }

    var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: SearchName.size * 2 - digits.utf8.count) + digits
    }

    /// `01/23456789ab.bin`
    var path: String { "\(hex.prefix(2))/\(hex.dropFirst(2)).bin" }
}
