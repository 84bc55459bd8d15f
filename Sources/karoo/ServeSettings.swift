// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooServer
import Logging

/// What `karoo serve` makes of the settings. Each is read once, at the start, and a wrong one keeps the server from starting.
extension Settings {
    /// Where requests come in, and how many are taken.
    func api() throws -> APISettings {
        var api = APISettings()
        api.host = text(.host) ?? api.host
        api.port = Int(try number(.port, in: 0...65_535) ?? Int64(api.port))
        api.allowedOrigins = Set(try list(.allowedOrigins).map(origin))
        api.limits = try limits()
        api.rates = try rates()
        api.proxies = try proxies()
        api.tls = try tls()
        // Pages that came by TLS send their cookies by it too.
        api.cookiesAreSecure = api.tls != nil || api.allowedOrigins.contains { $0.hasPrefix("https:") }
        return api
    }

    /// Whose offer books are taken. Throws when there is nobody.
    func trustedVerifyingKeys() throws -> [VerifyingKey] {
        let texts = list(.trustedKeys)
        guard !texts.isEmpty else {
            throw ValidationError("say by --trust or \(Setting.trustedKeys.variable) whose offer books are taken: karoo keys public shows the key")
        }
        return try texts.map { text in
            do { return try VerifyingKey(text: text) } catch { throw wrong(.trustedKeys, text, "public keys as karoo keys public shows them") }
        }
    }

    /// What the marketplace keeps, in parts in a million.
    func commissionPartsPerMillion() throws -> Int64 {
        let text = text(.commission) ?? "0"
        guard let parts = Percent.partsPerMillion(text) else { throw wrong(.commission, text, "0 to 100 percent, as 12.5") }
        return parts
    }

    var publicFolderPath: String { text(.publicFolder) ?? "Public" }

    /// Older exchange rates turn amounts in other currencies off.
    func maximumRateAgeDays() throws -> Int { try number(.exchangeRatesDays, in: 0...366).map { Int($0) } ?? Checkout.standardRateAgeDays }

    /// The time between two looks at what is new or half done.
    func reconcileInterval() throws -> Duration { .seconds(try number(.reconcileSeconds, in: 1...3_600) ?? 5) }

    /// How long a payment provider may take to answer.
    func providerTimeout() throws -> Duration { .seconds(try number(.providerTimeoutSeconds, in: 1...120) ?? 10) }

    func logger(_ label: String) throws -> Logger {
        let text = text(.logLevel) ?? "notice"
        guard let level = Logger.Level(rawValue: text) else {
            throw wrong(.logLevel, text, "one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Logger(label: label, factory: { _ in LogLines(level) })
    }

    /// Who looks after the shop first; nil when nobody is named.
    func firstAdmin() throws -> FirstAdmin? { try text(.adminEmail).map { FirstAdmin(email: $0, password: try secret(.adminPassword)) } }

    /// Where the pages are; nil when the address in the offer book holds.
    func siteURL() throws -> String? {
        try text(.siteURL).map { text in
            guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.hasSuffix("/") else {
                throw wrong(.siteURL, text, "an address without a slash at its end, as https://www.example.org")
            }
            return text
        }
    }

    // MARK: Parts

    private func origin(_ text: String) throws -> String {
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host != nil, url.path.isEmpty, url.query == nil,
            url.user == nil, text == text.lowercased()
        else { throw wrong(.allowedOrigins, text, "origins as https://www.example.org, in small letters and without a path") }
        return text
    }

    private func limits() throws -> APILimits {
        var limits = APILimits()
        limits.bodyBytes = Int(try number(.bodyBytes, in: 1_024...(16 << 20)) ?? Int64(limits.bodyBytes))
        limits.headerFieldBytes = Int(try number(.headerFieldBytes, in: 1_024...(1 << 20)) ?? Int64(limits.headerFieldBytes))
        limits.headerBytes = Int(try number(.headerBytes, in: 1_024...(1 << 20)) ?? Int64(limits.headerBytes))
        limits.headerFields = Int(try number(.headerFields, in: 10...1_000) ?? Int64(limits.headerFields))
        limits.jsonDepth = Int(try number(.jsonDepth, in: 4...64) ?? Int64(limits.jsonDepth))
        limits.requestSeconds = try number(.requestSeconds, in: 1...600) ?? limits.requestSeconds
        limits.answerSeconds = try number(.answerSeconds, in: 1...600) ?? limits.answerSeconds
        limits.connections = min(Int(try number(.connections, in: 1...100_000) ?? Int64(limits.connections)), OpenFiles.forConnections())
        limits.shutdownSeconds = try number(.shutdownSeconds, in: 1...600) ?? limits.shutdownSeconds
        return limits
    }

    private func rates() throws -> RateLimits {
        var rates = RateLimits()
        rates.address = try policy(.ratePerAddress, "address", 1_200)
        rates.credential = try policy(.ratePerCredential, "credential", 600)
        rates.guesses = try policy(.rateOfGuesses, "guesses", 20)
        return rates
    }

    /// 0 limits nothing.
    private func policy(_ setting: Setting, _ name: String, _ usual: Int64) throws -> RatePolicy? {
        let quota = try number(setting, in: 0...10_000_000) ?? usual
        return quota > 0 ? RatePolicy(name: name, quota: quota) : nil
    }

    private func proxies() throws -> TrustedProxies {
        let ranges = try list(.trustedProxies).map { text in
            guard let range = AddressRange(text) else { throw wrong(.trustedProxies, text, "addresses and networks as 10.0.0.0/8") }
            return range
        }
        let name = text(.proxyHeader) ?? TrustedProxies.Header.xForwardedFor.rawValue
        guard let header = TrustedProxies.Header.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            throw wrong(.proxyHeader, name, TrustedProxies.Header.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return TrustedProxies(ranges, header: header)
    }

    private func tls() throws -> TLSFiles? {
        switch (text(.tlsCertificate), text(.tlsKey)) {
        case (nil, nil): nil
        case (let certificate?, let key?): TLSFiles(certificate: certificate, key: key)
        case (_?, nil): throw ValidationError("\(Setting.tlsCertificate.name) is set without \(Setting.tlsKey.name)")
        case (nil, _?): throw ValidationError("\(Setting.tlsKey.name) is set without \(Setting.tlsCertificate.name)")
        }
    }
}

/// The account that a new shop begins with.
struct FirstAdmin: Sendable {
    let email: String
    /// Nil when the account is there already.
    let password: String?
}

/// How many files and connections a process may have open.
enum OpenFiles {
    /// What the database, the log and the listening socket need beside the connections.
    private static let reserve = 40

    /// As many connections as there can be without running out of descriptors, after the limit was raised as far as it may be.
    static func forConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return max(8, Int(clamping: limit.rlim_cur) - reserve)
    }
}
