// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce
import KarooServer

/// Who moves the money, as the environment says.
struct PaymentOptions {
    /// Between two rounds in which the server asks after payments that have no end.
    let intervalSeconds: Int64
    /// For one question to a provider, with its repetitions.
    let timeoutSeconds: Int64
    private let site: String?
    private let stripe: StripeProvider.Settings?
    private let paypal: PayPalProvider.Settings?
    private let accounts: [Market.ID: PaymentDue.Account]
    private let transferDays: Int64
    private let cashMarkets: Set<Market.ID>

    /// Throws what is wrong with a variable.
    init(_ environment: [String: String]) throws {
        let reader = Reader(environment)
        intervalSeconds = try reader.number("KAROO_RECONCILE_INTERVAL", 1...3_600) ?? Housekeeping.seconds
        timeoutSeconds = try reader.number("KAROO_PROVIDER_TIMEOUT", 1...60) ?? 10
        site = try reader.url("KAROO_SITE_URL")
        stripe = try PaymentOptions.stripe(reader)
        paypal = try PaymentOptions.paypal(reader)
        accounts = try PaymentOptions.accounts(reader)
        transferDays = try reader.number("KAROO_BANK_TRANSFER_DAYS", 1...60) ?? 7
        cashMarkets = reader.markets("KAROO_CASH_ON_DELIVERY") ?? []
    }

    var hasProvider: Bool { stripe != nil || paypal != nil || !accounts.isEmpty || !cashMarkets.isEmpty }

    /// In the order in which buyers are offered them.
    func providers(_ sandbox: SandboxProvider?, _ client: ProviderClient) -> PaymentProviders {
        var all: [any PaymentProvider] = []
        if let sandbox { all.append(sandbox) }
        if let stripe { all.append(StripeProvider(stripe, client: client)) }
        if let paypal { all.append(PayPalProvider(paypal, client: client)) }
        if !accounts.isEmpty { all.append(BankTransfer(accounts: accounts, days: transferDays)) }
        if !cashMarkets.isEmpty { all.append(CashOnDelivery(markets: cashMarkets)) }
        return PaymentProviders(all, site: site)
    }

    private static func stripe(_ reader: Reader) throws -> StripeProvider.Settings? {
        guard let key = reader.text("KAROO_STRIPE_SECRET_KEY") else { return nil }
        guard ["sk_test_", "sk_live_", "rk_test_", "rk_live_"].contains(where: key.hasPrefix) else {
            throw ValidationError("KAROO_STRIPE_SECRET_KEY is no secret key of Stripe's (sk_… or rk_…)")
        }
        var settings = StripeProvider.Settings(
            secretKey: key, publishableKey: reader.text("KAROO_STRIPE_PUBLISHABLE_KEY"), webhookSecrets: reader.list("KAROO_STRIPE_WEBHOOK_SECRETS"),
            markets: reader.markets("KAROO_STRIPE_MARKETS"))
        if let url = try reader.url("KAROO_STRIPE_URL") { settings.baseURL = url }
        return settings
    }

    private static func paypal(_ reader: Reader) throws -> PayPalProvider.Settings? {
        guard let id = reader.text("KAROO_PAYPAL_CLIENT_ID") else { return nil }
        guard let secret = reader.text("KAROO_PAYPAL_CLIENT_SECRET") else { throw ValidationError("KAROO_PAYPAL_CLIENT_SECRET is missing") }
        var settings = PayPalProvider.Settings(
            clientID: id, clientSecret: secret, webhookID: reader.text("KAROO_PAYPAL_WEBHOOK_ID"), markets: reader.markets("KAROO_PAYPAL_MARKETS"))
        if let url = try reader.url("KAROO_PAYPAL_URL") { settings.baseURL = url }
        switch (reader.text("KAROO_PAYPAL_VERIFICATION") ?? "certificate", reader.text("KAROO_PAYPAL_CERTIFICATES")) {
        case ("asking", _): settings.verification = .asking
        case ("certificate", nil): settings.verification = .certificate(trusted: nil)
        case ("certificate", let path?):
            guard let pem = FileManager.default.contents(atPath: path) else { throw ValidationError("KAROO_PAYPAL_CERTIFICATES: \(path) cannot be read") }
            settings.verification = .certificate(trusted: String(decoding: pem, as: UTF8.self))
        default: throw ValidationError("KAROO_PAYPAL_VERIFICATION is certificate or asking")
        }
        return settings
    }

    /// `de=KarooExpress GmbH|DE89 3704 0044 0532 0130 00|COBADEFFXXX; fr=…`
    private static func accounts(_ reader: Reader) throws -> [Market.ID: PaymentDue.Account] {
        var accounts: [Market.ID: PaymentDue.Account] = [:]
        for text in (reader.text("KAROO_BANK_ACCOUNTS") ?? "").split(separator: ";") {
            let pair = text.split(separator: "=", maxSplits: 1)
            let parts = pair.last?.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) } ?? []
            guard pair.count == 2, parts.count == 3, let account = PaymentDue.Account(holder: parts[0], typedIBAN: parts[1], bic: parts[2]) else {
                throw ValidationError("KAROO_BANK_ACCOUNTS: \"\(text)\" is no market=holder|IBAN|BIC, or the IBAN's check digits do not fit")
            }
            accounts[Market.ID(pair[0].trimmingCharacters(in: .whitespaces))] = account
        }
        return accounts
    }
}

/// Values of the environment; an empty one is none.
private struct Reader {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    func list(_ name: String) -> [String] { (text(name) ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }

    func markets(_ name: String) -> Set<Market.ID>? {
        let ids = list(name).map { Market.ID($0) }
        return ids.isEmpty ? nil : Set(ids)
    }

    func number(_ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else { throw ValidationError("\(name) takes a number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// Without a slash at its end. Throws unless it is HTTPS, or HTTP on this machine.
    func url(_ name: String) throws -> String? {
        guard let text = text(name) else { return nil }
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { url == $0 || url.hasPrefix($0 + ":") || url.hasPrefix($0 + "/") }
        guard isLocal || (url.hasPrefix("https://") && url.utf8.count > 8) else { throw ValidationError("\(name) must begin with https://") }
        return url
    }
}
