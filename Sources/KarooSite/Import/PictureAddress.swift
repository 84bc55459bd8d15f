// KarooExpress – Apache-2.0

/// The addresses of pictures elsewhere, as foreign files write them.
enum PictureAddress {
    static let maximumLength = 2_048

    /// The address with its scheme, in ASCII: `//cdn.example/a b.jpg` becomes `https://cdn.example/a%20b.jpg`. Nil for what
    /// is no address of the web.
    static func clean(_ text: String) -> String? {
        let address = text.hasPrefix("//") ? "https:" + text : text
        guard let scheme = ["https://", "http://"].first(where: { address.prefix($0.count).lowercased() == $0 }) else { return nil }
        let rest = address.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "@<>\"\\^`{}|".contains($0) }) else { return nil }
        var result = scheme + host
        for byte in rest.dropFirst(host.count).utf8 {
            if byte <= 0x20 || byte >= 0x7F || "<>\"\\^`{}|".utf8.contains(byte) {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 0x10 ? "%0\(digits)" : "%\(digits)"
            } else {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        // A path that climbs is not needed by anybody, and the build refuses it.
        guard result.utf8.count <= maximumLength, !result.split(separator: "/").contains("..") else { return nil }
        return result
    }
}
