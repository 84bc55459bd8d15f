// KarooExpress – Apache-2.0

/// Tells addresses of the public Internet from those of this machine and of private networks, so that a list of
/// picture addresses cannot make this machine knock at doors behind its own firewall.
package enum PublicAddress {
    /// True when four bytes are an IPv4 address, or sixteen an IPv6 address, that the public Internet routes
    /// (the special-purpose registries of RFC 6890); false for any other number of bytes.
    package static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: isPublicIPv4(address)
        case 16: isPublicIPv6(address)
        default: false
        }
    }

    private static func isPublicIPv4(_ a: [UInt8]) -> Bool {
        switch (a[0], a[1], a[2]) {
        case (0, _, _), (10, _, _), (127, _, _): false
        case (100, 64...127, _): false  // shared by carriers
        case (169, 254, _): false  // link-local, and the metadata services of clouds
        case (172, 16...31, _), (192, 168, _): false
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): false  // protocols and documentation
        case (192, 31, 196), (192, 52, 193), (192, 175, 48), (192, 88, 99): false  // anycast for name servers, old relays
        case (198, 18...19, _): false  // benchmarks
        case (224..., _, _): false  // multicast, reserved, broadcast
        default: true
        }
    }

    private static func isPublicIPv6(_ a: [UInt8]) -> Bool {
        // An IPv4 address in another coat is judged by what is below it.
        if a[..<10].allSatisfy({ $0 == 0 }), a[10] == 0xFF, a[11] == 0xFF { return isPublicIPv4(Array(a[12...])) }
        if a[..<12].elementsEqual([0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return isPublicIPv4(Array(a[12...])) }
        if a[0] == 0x20, a[1] == 0x02 { return isPublicIPv4(Array(a[2..<6])) }
        guard a[0] & 0xE0 == 0x20 else { return false }  // only 2000::/3 is given out
        if a[0] == 0x20, a[1] == 0x01 {
            if a[2] <= 0x01 { return false }  // 2001::/23: Teredo, benchmarks, ORCHID
            if a[2] == 0x0D, a[3] == 0xB8 { return false }  // documentation
        }
        if a[0] == 0x3F, a[1] == 0xFF, a[2] & 0xF0 == 0 { return false }  // documentation, 3fff::/20
        return true
    }
}
