// KarooExpress – Apache-2.0

/// Bytes as letters, digits, `+` and `/`, padded with `=` to a multiple of four (RFC 4648, section 4), as headers have them.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes, Base64URL.standard)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// Nil for anything else.
    package static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count % 4 == 0 else { return nil }
        let padding = text.utf8.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
        return Base64URL.decode(Array(text.utf8.dropLast(padding)), Base64URL.standard)
    }
}
