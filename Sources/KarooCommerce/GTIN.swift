// KarooExpress – Apache-2.0

/// A Global Trade Item Number with a right check digit (GS1 General Specifications, section 7.9): 8, 12, 13 or 14
/// digits. UPC-A is the form of 12 digits, EAN-13 that of 13.
public struct GTIN: Hashable, Sendable, CustomStringConvertible {
    /// The digits as they were given.
    public let digits: String

    /// Reads 8, 12, 13 or 14 digits and nothing else.
    public init(_ text: String) throws(GTINError) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notDigits }
        guard [8, 12, 13, 14].contains(bytes.count) else { throw .wrongLength(bytes.count) }
        let expected = GTIN.checkDigit(of: bytes.dropLast())
        guard bytes[bytes.count - 1] == UInt8(ascii: "0") + expected else { throw .wrongCheckDigit(expected: expected) }
        digits = text
    }

    /// The same number with zeros in front, 14 digits: the form in which two of them compare.
    public var padded: String {
        String(repeating: "0", count: 14 - digits.utf8.count) + digits
    }

    /// The digits as they were given.
    public var description: String { digits }

    /// From the right, digits count three times and once in turn; the check digit completes the sum to a multiple
    /// of ten.
    private static func checkDigit(of digits: some BidirectionalCollection<UInt8>) -> UInt8 {
        var sum = 0
        for (position, digit) in digits.reversed().enumerated() {
            sum += Int(digit - UInt8(ascii: "0")) * (position.isMultiple(of: 2) ? 3 : 1)
        }
        return UInt8((10 - sum % 10) % 10)
    }
}

/// Why a text is no GTIN.
public enum GTINError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is something other than digits.
    case notDigits
    /// There are not 8, 12, 13 or 14 digits.
    case wrongLength(Int)
    /// The last digit does not follow from the others.
    case wrongCheckDigit(expected: UInt8)

    public var description: String {
        switch self {
        case .notDigits: "a GTIN has digits only"
        case .wrongLength(let count): "a GTIN has 8, 12, 13 or 14 digits, not \(count)"
        case .wrongCheckDigit(let expected): "the check digit should be \(expected); a digit may be mistyped"
        }
    }
}
