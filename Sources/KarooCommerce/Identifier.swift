// KarooExpress – Apache-2.0

/// The identifier of one kind of thing: a product's cannot be passed where a seller's is asked for.
public struct Identifier<Subject>: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral text: String) { self.text = text }

    public var description: String { text }

    public static func < (one: Self, other: Self) -> Bool { one.text < other.text }
}

/// The last part of a URL: lower-case letters, digits and hyphens of any script, never empty, at most 100 characters.
///
/// A slug is what a folder is called or what `slugs:` says; it is refused rather than mended, so that
/// nobody is surprised by an address.
public struct Slug: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let maximumLength = 100
    /// Of UTF-8: file systems take names of 255, and `.html` comes behind.
    public static let maximumBytes = 240

    public let text: String

    /// Nil when the text is no slug.
    public init?(_ text: String) {
        guard Slug.isValid(text) else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (one: Self, other: Self) -> Bool { one.text < other.text }

    private static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else { return false }
        var isASCII = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): continue
            case 0x80...: isASCII = false
            default: return false
            }
        }
        if isASCII { return bytes.count <= maximumLength }
        return text.count <= maximumLength && bytes.count <= maximumBytes
            && text.unicodeScalars.allSatisfy { $0.isASCII || $0.properties.isAlphabetic || $0.properties.numericType != nil || $0.properties.generalCategory == .nonspacingMark }
            && text.lowercased() == text
    }
}
