// KarooExpress – Apache-2.0

import Glibc
import HTTPTypes

/// An address of IP. One of version 4 is the address of version 6 that stands for it, so both are compared alike.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    let bits: UInt128

    init(bits: UInt128) { self.bits = bits }

    /// Reads `192.0.2.1`, `2001:db8::1` and `[2001:db8::1]`; nil for anything else, names included.
    package init?(_ text: String) {
        var name = text
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        var version4 = in_addr()
        if inet_pton(AF_INET, name, &version4) == 1 {
            bits = NetworkAddress.version4 | UInt128(UInt32(bigEndian: version4.s_addr))
            return
        }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, name, &version6) == 1 else { return nil }
        bits = withUnsafeBytes(of: version6) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
    }

    /// What all addresses of version 4 begin with.
    private static let version4: UInt128 = 0xFFFF << 32

    var isVersion4: Bool { bits >> 32 == NetworkAddress.version4 >> 32 }

    /// Whose address it is, as far as limits care: a whole network of 64 bits belongs to one subscriber of version 6.
    var subscriber: NetworkAddress { isVersion4 ? self : NetworkAddress(bits: bits & UInt128.max << 64) }

    package var description: String {
        if isVersion4 { return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> $0)) }.joined(separator: ".") }
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            for place in 0..<16 { bytes[place] = UInt8(truncatingIfNeeded: bits >> UInt128(120 - place * 8)) }
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A network, as `10.0.0.0/8`; or one address.
package struct AddressRange: Hashable, Sendable {
    private let first: UInt128
    private let prefix: Int

    /// Nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = NetworkAddress(String(parts[0])) else { return nil }
        let bits = address.isVersion4 ? 32 : 128
        guard parts.count == 1 || parts[1].allSatisfy(\.isWholeNumber), let length = parts.count == 1 ? bits : Int(parts[1]), (0...bits).contains(length)
        else { return nil }
        prefix = 128 - bits + length
        first = address.bits & AddressRange.mask(prefix)
    }

    func contains(_ address: NetworkAddress) -> Bool { address.bits & AddressRange.mask(prefix) == first }

    private static func mask(_ prefix: Int) -> UInt128 { prefix == 0 ? 0 : UInt128.max << UInt128(128 - prefix) }
}

/// The proxies in front of the server, and the one header in which they say for whom they ask.
///
/// Everybody can send such a header. So it counts only when a trusted proxy sent the request, and of its addresses, to which
/// each proxy adds at the right, only as far from the right as trusted proxies wrote them.
package struct TrustedProxies: Sendable {
    package enum Header: String, CaseIterable, Sendable {
        case xForwardedFor = "X-Forwarded-For"
        /// RFC 7239.
        case forwarded = "Forwarded"
    }

    let ranges: [AddressRange]
    let header: Header

    package init(_ ranges: [AddressRange] = [], header: Header = .xForwardedFor) {
        self.ranges = ranges
        self.header = header
    }

    /// Who asks: the other end of the connection, unless that is a trusted proxy that names somebody.
    func client(of peer: NetworkAddress, _ headers: HTTPFields) -> NetworkAddress {
        guard isTrusted(peer), let name = HTTPField.Name(header.rawValue) else { return peer }
        var client = peer
        for hop in headers[values: name].flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }).reversed() {
            guard let address = address(of: String(hop).trimmed) else { return client }
            client = address
            guard isTrusted(address) else { return client }
        }
        return client
    }

    private func isTrusted(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// Nil for what is no address, such as `unknown`.
    private func address(of hop: String) -> NetworkAddress? {
        switch header {
        case .xForwardedFor: NetworkAddress(TrustedProxies.withoutPort(hop))
        case .forwarded:
            hop.split(separator: ";").map { String($0).trimmed }.first { $0.lowercased().hasPrefix("for=") }
                .flatMap { NetworkAddress(TrustedProxies.withoutPort($0.dropFirst(4).filter { $0 != "\"" })) }
        }
    }

    /// `192.0.2.1:80` and `[2001:db8::1]:80` without what follows the address.
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("[") { return text.firstIndex(of: "]").map { String(text[...$0]) } ?? text }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : text
    }
}
