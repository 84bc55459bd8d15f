// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// Nothing is counted that marketplace.yaml does not ask for, and the policy of the hosts opens for nothing else.
@Suite struct AnalyticsTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    private func shop(_ analytics: String?) throws -> (pages: String, policy: String) {
        let shop = try Shop(Shop.small)
        if let analytics { try shop.change("Content/marketplace.yaml", "markets:", "analytics: \(analytics)\nmarkets:") }
        var options = shop.options()
        options.host = .cloudflare
        let summary = SiteBuild(options).run()
        try #require(summary.isDone, "\(shop.errors(summary))")
        let pages = shop.files().filter { $0.key.hasSuffix(".html") }.map { name, bytes in
            let page = String(decoding: bytes, as: UTF8.self)
            // The style guide shows every component, whatever the site has; but for that sample it is a page as the others.
            guard name.contains("styleguide") else { return page }
            return page.replacing(/<div class="consent still">.*<\/div><\/div>/, with: "").replacing(/<link [^>]*consent\.[0-9a-f]+\.css">/, with: "")
        }.joined()
        let policy = try #require(shop.page("_headers").firstMatch(of: /Content-Security-Policy: (.*)/)?.1)
        return (pages, String(policy))
    }

    @Test func withoutSettingsNoPageKnowsOfCounting() throws {
        let (pages, policy) = try shop(nil)
        for word in ["beacon", "consent", "name=\"counts\"", "google", "mixpanel"] { #expect(!pages.contains(word), "\(word)") }
        #expect(policy.contains("script-src 'self'; "))
        #expect(policy.contains("connect-src 'self'; "))
        #expect(!policy.contains("http"))
    }

    @Test func countsOfOurOwnNeedNoConsent() throws {
        let (pages, policy) = try shop("{endpoint: /v1/counts}")
        #expect(pages.contains("<meta name=\"counts\" content=\"/v1/counts\">"))
        #expect(!pages.contains("consent"))
        #expect(policy.contains("connect-src 'self'; "))
    }

    @Test func thePolicyOpensForTheHostOfTheEndpointAlone() throws {
        let policy = try shop("{endpoint: \"https://count.example:8443/shop/v1\"}").policy
        #expect(policy.contains("connect-src 'self' https://count.example:8443; "))
        #expect(policy.contains("script-src 'self'; "))
        #expect(policy.contains("form-action 'self'; "))
    }

    @Test func servicesOfOthersAreAskedFor() throws {
        let (pages, policy) = try shop("{google: G-AB12CD34EF, mixpanel: {token: \(AnalyticsTests.token), region: eu}}")
        #expect(pages.contains("data-google=\"G-AB12CD34EF\" data-mixpanel=\"\(AnalyticsTests.token)\" data-mixpanel-host=\"https://api-eu.mixpanel.com\""))
        #expect(!pages.contains("src=\"https://www.googletagmanager.com"))
        #expect(!pages.contains("beacon"))
        #expect(policy.contains("script-src 'self' https://www.googletagmanager.com; "))
        #expect(policy.contains("https://api-eu.mixpanel.com; "))
        #expect(policy.contains("require-trusted-types-for 'script'"))
        // Mixpanel is spoken to without a script of theirs.
        let alone = try shop("{mixpanel: {token: \(AnalyticsTests.token)}}").policy
        #expect(alone.contains("script-src 'self'; "))
        #expect(alone.contains("connect-src 'self' https://api.mixpanel.com; "))
    }
}
