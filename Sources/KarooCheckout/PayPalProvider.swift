// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import Synchronization

/// PayPal, Orders v2: an order for each attempt, which the buyer approves at PayPal and we then capture.
package final class PayPalProvider: PaymentProvider {
    /// How a message is proven to be PayPal's.
    package enum Verification: Sendable {
        /// By its certificate, here; PEM of trusted certificates, nil for those that the system trusts.
        case certificate(trusted: String?)
        /// PayPal is asked.
        case asking
    }

    package struct Settings: Sendable {
        package var clientID: String
        package var clientSecret: String
        package var webhookID: String?
        package var verification: Verification
        package var baseURL: String
        /// Where it is offered; nil for everywhere.
        package var markets: Set<Market.ID>?

        package init(
            clientID: String, clientSecret: String, webhookID: String? = nil, verification: Verification = .certificate(trusted: nil),
            baseURL: String = "https://api-m.paypal.com", markets: Set<Market.ID>? = nil
        ) {
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.webhookID = webhookID
            self.verification = verification
            self.baseURL = baseURL
            self.markets = markets
        }
    }

    /// A pass for some hours.
    private struct Token {
        let text: String
        let until: ContinuousClock.Instant
    }

    package let name = "paypal"
    let settings: Settings
    let client: ProviderClient
    let certificates = CertificateShelf()
    private let token = Mutex<Token?>(nil)

    package init(_ settings: Settings, client: ProviderClient) {
        self.settings = settings
        self.client = client
    }

    package func method(in market: Market.ID, for total: Money?) -> PaymentMethod? {
        guard settings.markets?.contains(market) ?? true, total.map({ PayPalAmount.text($0) != nil }) ?? true else { return nil }
        return PaymentMethod(id: name, kind: .paypal)
    }

    package func accepts(method: String) -> Bool { method == name }

    // MARK: Charging

    package func authorize(_ charge: Charge) async -> ChargeOutcome {
        guard let created = await create(charge), created.isSuccess else { return .unknown }
        return outcome(created)
    }

    package func capture(_ charge: Charge) async -> ChargeOutcome {
        guard let id = charge.reference else { return .unknown }
        let captured = await ask("POST", "/v2/checkout/orders/\(id)/capture", key: "\(charge.key):capture", Array("{}".utf8))
        guard let captured else { return .unknown }
        if captured.isSuccess {
            let outcome = outcome(captured)
            if case .approved = outcome { return .unknown }
            return outcome
        }
        guard captured.status == 422 else { return .unknown }
        switch captured.text("details/0/issue") {
        case "ORDER_ALREADY_CAPTURED", "ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED":
            let outcome = await outcome(of: charge)
            if case .approved = outcome { return .unknown }
            return outcome
        case "ORDER_COMPLETION_IN_PROGRESS": return .unknown
        default: return .declined(.declined, reference: id)
        }
    }

    /// Nothing is taken but by our own capture, so there is nothing to undo; it may only be too late.
    package func void(_ charge: Charge) async -> ChargeOutcome {
        guard charge.reference != nil else { return .cancelled }
        let outcome = await outcome(of: charge)
        switch outcome {
        case .captured, .unknown: return outcome
        default: return .cancelled
        }
    }

    package func outcome(of charge: Charge) async -> ChargeOutcome {
        guard let id = charge.reference else { return await authorize(charge) }
        guard let order = await ask("GET", "/v2/checkout/orders/\(id)", key: nil) else { return .unknown }
        // PayPal forgets orders that nobody approved.
        if order.status == 404 { return .cancelled }
        return order.isSuccess ? outcome(order) : .unknown
    }

    private func create(_ charge: Charge) async -> ProviderClient.Answer? {
        guard let amount = PayPalAmount.text(charge.amount) else { return nil }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("intent", "CAPTURE")
            writer.name("purchase_units")
            writer.array { writer in
                writer.object { writer in
                    writer.member("reference_id", charge.key)
                    writer.member("custom_id", charge.key)
                    writer.name("amount")
                    writer.object { writer in
                        writer.member("currency_code", charge.amount.currency.code)
                        writer.member("value", amount)
                    }
                }
            }
            guard let url = charge.returnURL else { return }
            writer.name("payment_source")
            writer.object { writer in
                writer.name("paypal")
                writer.object { writer in
                    writer.name("experience_context")
                    writer.object { writer in
                        writer.member("return_url", url)
                        writer.member("cancel_url", "\(url)&cancelled=1")
                        writer.member("user_action", "PAY_NOW")
                        // The address is known, and is no business of PayPal's.
                        writer.member("shipping_preference", "NO_SHIPPING")
                    }
                }
            }
        }
        return await ask("POST", "/v2/checkout/orders", key: charge.key, writer.bytes)
    }

    private func outcome(_ order: ProviderClient.Answer) -> ChargeOutcome {
        guard let id = order.text("id"), PayPalProvider.isID(id) else { return .unknown }
        if let capture = order.value("purchase_units/0/payments/captures/0") { return outcome(ofCapture: capture) }
        switch order.text("status") {
        case "CREATED", "SAVED", "PAYER_ACTION_REQUIRED":
            let link = order.body.list("links").first { ["payer-action", "approve"].contains($0.text("rel")) }
            guard let url = link?.text("href") else { return .unknown }
            return .actionRequired(PaymentAction(url: url), reference: id)
        case "APPROVED": return .approved(reference: id)
        case "VOIDED": return .cancelled
        default: return .unknown
        }
    }

    private func outcome(ofCapture capture: JSON) -> ChargeOutcome {
        guard let id = capture.text("id"), let money = PayPalAmount.money(capture.value("amount")) else { return .unknown }
        switch capture.text("status") {
        case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED": return .captured(money, reference: id)
        case "DECLINED", "FAILED": return .declined(.declined, reference: id)
        default: return .unknown
        }
    }

    // MARK: Giving back

    package func refund(_ refund: RefundRequest) async -> RefundOutcome {
        guard let capture = refund.capture, let amount = PayPalAmount.text(refund.amount) else { return .unknown }
        let answer: ProviderClient.Answer?
        if let reference = refund.reference {
            answer = await ask("GET", "/v2/payments/refunds/\(reference)", key: nil)
        } else {
            var writer = JSONWriter()
            writer.object { writer in
                writer.name("amount")
                writer.object { writer in
                    writer.member("value", amount)
                    writer.member("currency_code", refund.amount.currency.code)
                }
                writer.member("invoice_id", refund.key)
            }
            answer = await ask("POST", "/v2/payments/captures/\(capture)/refund", key: refund.key, writer.bytes)
        }
        guard let answer else { return .unknown }
        guard answer.isSuccess, let id = answer.text("id") else { return [400, 404, 422].contains(answer.status) ? .refused : .unknown }
        switch answer.text("status") {
        case "COMPLETED": return .refunded(reference: id)
        case "PENDING": return .pending(reference: id)
        case "FAILED", "CANCELLED": return .refused
        default: return .unknown
        }
    }

    package func dispute(_ reference: String) async -> DisputeState? {
        guard let answer = await ask("GET", "/v1/customer/disputes/\(reference)", key: nil), answer.isSuccess,
            let capture = answer.text("disputed_transactions/0/seller_transaction_id"), let amount = PayPalAmount.money(answer.value("dispute_amount"))
        else { return nil }
        let isDecided = answer.text("status") == "RESOLVED"
        let isLost = answer.text("dispute_outcome/outcome_code")?.contains("BUYER") ?? false
        return DisputeState(capture: capture, amount: amount, stage: isDecided ? (isLost ? .lost : .won) : .open)
    }

    // MARK: Asking

    /// The answer; nil when there was none, or one that says nothing of what was asked.
    func ask(_ method: String, _ path: String, key: String?, _ body: [UInt8] = []) async -> ProviderClient.Answer? {
        for isSecond in [false, true] {
            guard let token = await pass() else { return nil }
            var headers = [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json"), ("Prefer", "return=representation")]
            if let key { headers.append(("PayPal-Request-Id", key)) }
            guard let answer = await client.send(method, settings.baseURL + path, headers, body) else { return nil }
            if answer.status == 401, !isSecond {
                self.token.withLock { $0 = nil }
                continue
            }
            return answer.status >= 500 || [401, 403, 409, 429].contains(answer.status) ? nil : answer
        }
        return nil
    }

    private func pass() async -> String? {
        if let known = token.withLock({ $0 }), known.until > .now { return known.text }
        let credentials = Base64.encode(Array("\(settings.clientID):\(settings.clientSecret)".utf8))
        let answer = await client.send(
            "POST", "\(settings.baseURL)/v1/oauth2/token",
            [("Authorization", "Basic \(credentials)"), ("Content-Type", "application/x-www-form-urlencoded")],
            FormBody([("grant_type", "client_credentials")]).bytes)
        guard let answer, answer.isSuccess, let text = answer.text("access_token") else { return nil }
        // Given up a minute early, so that none ends on its way.
        let seconds = max(0, min(answer.body.integer("expires_in") ?? 0, 86_400) - 60)
        token.withLock { $0 = Token(text: text, until: .now + .seconds(seconds)) }
        return text
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
    }
}

/// Amounts as PayPal writes them: a decimal number, without decimals in some currencies that have them elsewhere.
enum PayPalAmount {
    /// The currencies that PayPal takes.
    private static let currencies: Set<String> = [
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN",
        "SEK", "SGD", "THB", "TWD", "USD",
    ]
    private static let whole: Set<String> = ["HUF", "JPY", "TWD"]

    /// Nil when PayPal does not take the currency, or not so small a part of it.
    static func text(_ money: Money) -> String? {
        let unit = money.currency.minorUnitsPerUnit
        guard currencies.contains(money.currency.code), money.minorUnits > 0 else { return nil }
        guard whole.contains(money.currency.code) else { return money.decimal }
        return money.minorUnits % unit == 0 ? String(money.minorUnits / unit) : nil
    }

    /// Of `{"currency_code": …, "value": …}`; nil for anything else.
    static func money(_ json: JSON?) -> Money? {
        guard let currency = json?.text("currency_code").flatMap({ Currency($0) }), let value = json?.text("value") else { return nil }
        return try? Money(parsing: value, currency: currency)
    }
}
