// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooSite

/// Whoever finds a weakness finds whom to tell, RFC 9116.
@Suite struct SecurityContactTests {
    private func shop(_ security: String) throws -> Shop {
        let shop = try Shop(Shop.small)
        try shop.change("Content/marketplace.yaml", "markets:", "security: \(security)\nmarkets:")
        return shop
    }

    @Test func contactsArePublishedWithTheirDay() throws {
        let shop = try shop("{contacts: [security@shop.example, \"https://shop.example/report\"], expires: 2027-06-30, policy: \"https://shop.example/policy\"}")
        let summary = try shop.built()
        #expect(try shop.page(".well-known/security.txt") == """
            Contact: mailto:security@shop.example
            Contact: https://shop.example/report
            Expires: 2027-06-30T00:00:00Z
            Policy: https://shop.example/policy
            Canonical: https://shop.example/.well-known/security.txt

            """)
        #expect(!summary.issues.sorted.contains { $0.text.contains("security") })
        try shop.change("Content/marketplace.yaml", "security:", "x:")
        try shop.built()
        #expect(!shop.has("Public/.well-known/security.txt"))
    }

    @Test func aDayThatHasComeIsWarnedOf() throws {
        let summary = try shop("{contacts: [security@shop.example], expires: 2026-11-22}").built()
        #expect(summary.issues.sorted.contains { $0.severity == .warning && $0.text.contains("put \"expires\" off") })
    }

    @Test func whatNobodyCouldReachIsRefused() throws {
        for (security, message) in [
            ("{contacts: [security@shop.example]}", "needs contacts and the day"), ("{expires: 2027-01-01}", "needs contacts and the day"),
            ("{contacts: [\"http://shop.example\"], expires: 2027-01-01}", "no address that a contact may have"),
        ] {
            let shop = try shop(security)
            #expect(shop.errors(shop.build()).contains { $0.contains(message) }, "\(security)")
        }
    }
}
