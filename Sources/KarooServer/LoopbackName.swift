// KarooExpress – Apache-2.0

import Glibc

/// A host that certainly means this machine: `localhost` and names under it, 127.0.0.0/8, and ::1.
///
/// A browser sends the name that it was given in the `Host` header. Whoever points a name of their own at
/// 127.0.0.1 makes the browser of a visitor ask the preview, but under that name (DNS rebinding).
struct LoopbackName: Hashable, Sendable {
    let name: String

    /// Nil for any other name. `host` is without a port; an address of IPv6 may stand in brackets.
    init?(_ host: String) {
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        guard name == "localhost" || name.hasSuffix(".localhost") || Self.isLoopbackAddress(name) else { return nil }
        self.name = name
    }

    /// Reads a `Host` header: a name, or a name and a port. Nil when the name is not on loopback.
    init?(authority: String) {
        if let colon = authority.lastIndex(of: ":"), authority[colon...].dropFirst().allSatisfy(\.isWholeNumber),
            !authority.hasPrefix("[") || authority[..<colon].hasSuffix("]")
        {
            self.init(String(authority[..<colon]))
        } else {
            self.init(authority)
        }
    }

    private static func isLoopbackAddress(_ text: String) -> Bool {
        var version4 = in_addr()
        if inet_pton(AF_INET, text, &version4) == 1 { return UInt32(bigEndian: version4.s_addr) >> 24 == 127 }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return false }
        return withUnsafeBytes(of: version6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }
}
