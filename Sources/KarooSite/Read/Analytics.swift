// KarooExpress – Apache-2.0

/// Who counts visits, as `analytics` of marketplace.yaml says: nobody, unless something stands there.
package struct Analytics: Sendable {
    /// Where counts without identifiers go: a path of the site, or an address elsewhere. Nil when nothing is counted.
    package var endpoint: String?
    /// A measurement id of Google Analytics, `G-…`. It is used after consent only.
    package var google: String?
    /// A project token of Mixpanel, and the host that keeps its data. It is used after consent only.
    package var mixpanel: String?
    package var mixpanelHost = Region.us.host

    enum Region: String, CaseIterable {
        case us, eu, `in`

        var host: String {
            switch self {
            case .us: "https://api.mixpanel.com"
            case .eu: "https://api-eu.mixpanel.com"
            case .in: "https://api-in.mixpanel.com"
            }
        }
    }

    /// True when visitors must be asked.
    package var needsConsent: Bool { google != nil || mixpanel != nil }

    // MARK: The security policy

    /// Whose scripts run here after consent.
    var scripts: [String] { google == nil ? [] : ["https://www.googletagmanager.com"] }

    var pictures: [String] { google == nil ? [] : ["https://*.google-analytics.com", "https://www.googletagmanager.com"] }

    var connections: [String] {
        (google == nil ? [] : ["https://*.google-analytics.com", "https://*.analytics.google.com", "https://www.googletagmanager.com"])
            + (mixpanel == nil ? [] : [mixpanelHost])
    }
}

extension Analytics {
    /// Nothing is counted where the member is missing.
    static func read(_ members: inout Members, _ issues: inout Issues) -> Analytics {
        guard let node = members.member("analytics") else { return Analytics() }
        var members = Members(node)
        var analytics = Analytics()
        analytics.endpoint = endpoint(&members, &issues)
        analytics.google = google(&members, &issues)
        if let node = members.member("mixpanel") { analytics.readMixpanel(node, &issues) }
        members.reportUnknown(["endpoint", "google", "mixpanel"], &issues)
        return analytics
    }

    private static func endpoint(_ members: inout Members, _ issues: inout Issues) -> String? {
        guard let address = members.text("endpoint", &issues) else { return nil }
        let isPlain = !address.contains { $0.isWhitespace || !$0.isASCII || "\"'<>\\;,#?".contains($0) }
        let host = address.hasPrefix("https://") ? address.dropFirst(8).prefix { $0 != "/" } : ""
        if isPlain, !host.isEmpty && !host.contains("*") || address.hasPrefix("/") && !address.hasPrefix("//") { return address }
        issues.add(members.node.issue(
            .error, "\"endpoint\" cannot be \"\(address)\"", remedy: "write a path such as /v1/counts, or an address that begins with https://"))
        return nil
    }

    private static func google(_ members: inout Members, _ issues: inout Issues) -> String? {
        guard let id = members.text("google", &issues) else { return nil }
        if id.hasPrefix("G-"), (6...20).contains(id.utf8.count), id.utf8.dropFirst(2).allSatisfy(isCapitalOrDigit) { return id }
        issues.add(members.node.issue(
            .error, "\"\(id)\" is no measurement id of Google Analytics", remedy: "copy the id of the web data stream, as G-AB12CD34EF"))
        return nil
    }

    private mutating func readMixpanel(_ node: Node, _ issues: inout Issues) {
        var members = Members(node)
        let token = members.requiredText("token", &issues)
        if let region = members.choice("region", Region.self, &issues) { mixpanelHost = region.host }
        members.reportUnknown(["token", "region"], &issues)
        guard let token else { return }
        if token.utf8.count == 32, token.utf8.allSatisfy(isHexadecimal) {
            mixpanel = token
        } else {
            issues.add(node.issue(.error, "\"\(token)\" is no project token of Mixpanel", remedy: "copy the 32 hexadecimal digits from the project's settings"))
        }
    }
}

private func isCapitalOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
