// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

/// Who moves the money, as the settings say.
extension Settings {
    /// In the order in which buyers are offered them; empty when nobody does.
    func paymentProviders(_ client: ProviderClient) throws -> [any PaymentProvider] {
        var all: [any PaymentProvider] = []
        if let stripe = try stripe() { all.append(StripeProvider(stripe, client: client)) }
        if let paypal = try paypal() { all.append(PayPalProvider(paypal, client: client)) }
        let (accounts, days) = (try bankAccounts(), try number(.bankTransferDays, in: 1...60) ?? 7)
        if !accounts.isEmpty { all.append(BankTransfer(accounts: accounts, days: days)) }
        if let cash = markets(.cashOnDeliveryMarkets) { all.append(CashOnDelivery(markets: cash)) }
        return all
    }

    private func stripe() throws -> StripeProvider.Settings? {
        guard let key = try secret(.stripeSecretKey) else { return nil }
        guard ["sk_test_", "sk_live_", "rk_test_", "rk_live_"].contains(where: key.hasPrefix) else {
            throw ValidationError("\(Setting.stripeSecretKey.variable) is no secret key of Stripe's (sk_… or rk_…)")
        }
        let secrets = try secret(.stripeWebhookSecrets)?.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
        var settings = StripeProvider.Settings(
            secretKey: key, publishableKey: text(.stripePublishableKey), webhookSecrets: secrets ?? [], markets: markets(.stripeMarkets))
        if let url = try url(.stripeURL) { settings.baseURL = url }
        return settings
    }

    private func paypal() throws -> PayPalProvider.Settings? {
        guard let id = text(.paypalClientID) else { return nil }
        guard let secret = try secret(.paypalClientSecret) else { throw ValidationError("\(Setting.paypalClientSecret.variable) is missing") }
        var settings = PayPalProvider.Settings(
            clientID: id, clientSecret: secret, webhookID: text(.paypalWebhookID), verification: try paypalVerification(), markets: markets(.paypalMarkets))
        if let url = try url(.paypalURL) { settings.baseURL = url }
        return settings
    }

    private func paypalVerification() throws -> PayPalProvider.Verification {
        switch text(.paypalVerification) ?? "certificate" {
        case "asking": return .asking
        case "certificate":
            guard let path = text(.paypalCertificates) else { return .certificate(trusted: nil) }
            guard let pem = FileManager.default.contents(atPath: path) else { throw wrong(.paypalCertificates, path, "the path of a file that can be read") }
            return .certificate(trusted: String(decoding: pem, as: UTF8.self))
        case let other: throw wrong(.paypalVerification, other, "certificate or asking")
        }
    }

    /// `de=Shop GmbH|DE89 3704 0044 0532 0130 00|COBADEFFXXX; fr=…`
    private func bankAccounts() throws -> [Market.ID: PaymentDue.Account] {
        var accounts: [Market.ID: PaymentDue.Account] = [:]
        for text in (text(.bankTransferAccounts) ?? "").split(separator: ";") {
            let pair = text.split(separator: "=", maxSplits: 1)
            let parts = pair.last?.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) } ?? []
            guard pair.count == 2, parts.count == 3, let account = PaymentDue.Account(holder: parts[0], typedIBAN: parts[1], bic: parts[2]) else {
                throw wrong(.bankTransferAccounts, String(text), "market=holder|IBAN|BIC with an IBAN whose check digits fit")
            }
            accounts[Market.ID(pair[0].trimmingCharacters(in: .whitespaces))] = account
        }
        return accounts
    }

    private func markets(_ setting: Setting) -> Set<Market.ID>? {
        let ids = list(setting).map { Market.ID($0) }
        return ids.isEmpty ? nil : Set(ids)
    }

    /// Without a slash at its end. Throws unless it is HTTPS, or HTTP on this machine.
    private func url(_ setting: Setting) throws -> String? {
        guard let text = text(setting) else { return nil }
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { url == $0 || url.hasPrefix($0 + ":") || url.hasPrefix($0 + "/") }
        guard isLocal || (url.hasPrefix("https://") && url.utf8.count > 8) else { throw wrong(setting, text, "an address that begins with https://") }
        return url
    }
}
