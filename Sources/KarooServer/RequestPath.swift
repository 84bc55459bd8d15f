// KarooExpress – Apache-2.0

/// The path that a request asks for, decoded once, by the rules of a careful static host.
struct RequestPath: Hashable, Sendable {
    /// The names between the slashes; none for `/`. A name may be empty (`//`) or begin with a dot: see `isPublic`.
    private(set) var names: [String]
    /// Whether the path ends in a slash, and so asks for a folder.
    let endsInSlash: Bool
    /// What follows the path, as it was sent: empty, or `?` and the query.
    let query: String

    /// Reads the target of a request line. Nil when it is not a path, when an escape is broken or the bytes are not
    /// UTF-8, and when a name holds what no published file has in its name: a slash, a backslash or a control
    /// character, NUL among them.
    init?(_ target: String) {
        let path = target.prefix { $0 != "?" }
        guard path.utf8.first == UInt8(ascii: "/"), !target.utf8.contains(UInt8(ascii: "#")) else { return nil }

        var names: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let name = Self.decoded(part) else { return nil }
            names.append(name)
        }
        self.endsInSlash = names.last == ""
        if endsInSlash { names.removeLast() }
        self.names = names
        self.query = String(target[path.endIndex...])
    }

    /// Whether the path can name a published file at all: no name is empty or begins with a dot. That rules out `.`
    /// and `..`, and keeps the files of the build's own, of editors and of version control to themselves.
    var isPublic: Bool { !names.contains { $0.isEmpty || $0.hasPrefix(".") } }

    /// The path, decoded. No two paths have the same one, since a name has no slash in it.
    var text: String { "/" + names.joined(separator: "/") + (endsInSlash && !names.isEmpty ? "/" : "") }

    /// The path as seen from a folder above it; nil when it does not lie there.
    func below(_ folder: [String]) -> RequestPath? {
        guard names.starts(with: folder), names.count > folder.count || endsInSlash || folder.isEmpty else { return nil }
        var path = self
        path.names.removeFirst(folder.count)
        return path
    }

    /// The same path as a folder, with a slash at its end and its query, escaped for a `Location` header.
    var asFolder: String {
        names.reduce(into: "/") { $0 += Self.escaped($1) + "/" } + query
    }

    private static func decoded(_ part: Substring.UTF8View) -> String? {
        guard let name = unescaped(part) else { return nil }
        let isUnfit = name.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        return isUnfit ? nil : name
    }

    /// The text with its escapes (`%2F`) resolved; nil when one is broken or the bytes are not UTF-8.
    static func unescaped(_ part: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(part.count)
        var rest = part[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func escaped(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
