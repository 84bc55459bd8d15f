// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto

/// Stripe: a PaymentIntent for each attempt, held until the order stands, then captured.
package struct StripeProvider: PaymentProvider {
    package struct Settings: Sendable {
        /// `sk_…` or `rk_…`; whether money is real follows from it.
        package var secretKey: String
        /// `pk_…`, which pages give to Stripe's script; nil when there is none.
        package var publishableKey: String?
        /// `whsec_…`; several while one follows the other.
        package var webhookSecrets: [String]
        package var baseURL: String
        /// Where it is offered; nil for everywhere.
        package var markets: Set<Market.ID>?

        package init(
            secretKey: String, publishableKey: String? = nil, webhookSecrets: [String], baseURL: String = "https://api.stripe.com",
            markets: Set<Market.ID>? = nil
        ) {
            self.secretKey = secretKey
            self.publishableKey = publishableKey
            self.webhookSecrets = webhookSecrets
            self.baseURL = baseURL
            self.markets = markets
        }
    }

    /// The version of Stripe's interface that this file was written to.
    static let version = "2026-10-28.endive"

    package let name = "stripe"
    let settings: Settings
    private let client: ProviderClient

    package init(_ settings: Settings, client: ProviderClient) {
        self.settings = settings
        self.client = client
    }

    var isLive: Bool { settings.secretKey.hasPrefix("sk_live_") || settings.secretKey.hasPrefix("rk_live_") }

    package func method(in market: Market.ID, for total: Money?) -> PaymentMethod? {
        guard settings.markets?.contains(market) ?? true, total.map({ $0.isChargeable && $0.providerAmount != nil }) ?? true else { return nil }
        return PaymentMethod(id: name, kind: .stripe, publishableKey: settings.publishableKey)
    }

    /// `pm_…` is confirmed from here; `stripe` by Stripe's script on the page.
    package func accepts(method: String) -> Bool {
        method == name || (method.hasPrefix("pm_") && method.utf8.count <= 255 && method.utf8.allSatisfy(StripeProvider.isPartOfID))
    }

    private static func isPartOfID(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    // MARK: Charging

    package func authorize(_ charge: Charge) async -> ChargeOutcome {
        guard let created = await create(charge), created.isSuccess, let id = created.text("id") else { return .unknown }
        guard created.text("status") == "requires_confirmation" else { return outcome(created, charge) }
        let confirmed = await post("/v1/payment_intents/\(id)/confirm", [("return_url", charge.returnURL)], key: "\(charge.key):confirm")
        guard let confirmed else { return .unknown }
        if confirmed.isSuccess { return outcome(confirmed, charge) }
        guard confirmed.status == 402 else { return await outcome(of: charge.named(id)) }
        return .declined(reason(confirmed.body, "error"), reference: id)
    }

    package func capture(_ charge: Charge) async -> ChargeOutcome {
        guard let id = charge.reference else { return .unknown }
        let captured = await post("/v1/payment_intents/\(id)/capture", [], key: "\(charge.key):capture")
        guard let captured else { return .unknown }
        // What is held no longer is found out by asking.
        let outcome = captured.isSuccess ? outcome(captured, charge) : await outcome(of: charge)
        if case .authorized = outcome { return .unknown }
        return outcome
    }

    package func void(_ charge: Charge) async -> ChargeOutcome {
        guard let id = await find(charge)?.text("id") else { return .unknown }
        let cancelled = await post("/v1/payment_intents/\(id)/cancel", [], key: "\(charge.key):cancel")
        guard let cancelled else { return .unknown }
        let outcome = cancelled.isSuccess ? outcome(cancelled, charge) : await outcome(of: charge.named(id))
        switch outcome {
        case .cancelled, .captured: return outcome
        default: return .unknown
        }
    }

    package func outcome(of charge: Charge) async -> ChargeOutcome {
        guard let found = await find(charge) else { return .unknown }
        return outcome(found, charge)
    }

    /// An attempt whose answer was lost is found by creating it again: the same key gives the same PaymentIntent.
    private func find(_ charge: Charge) async -> ProviderClient.Answer? {
        let answer = charge.reference == nil ? await create(charge) : await get("/v1/payment_intents/\(charge.reference ?? "")")
        return answer.flatMap { $0.isSuccess ? $0 : nil }
    }

    private func create(_ charge: Charge) async -> ProviderClient.Answer? {
        guard charge.amount.isChargeable, let amount = charge.amount.providerAmount else { return nil }
        return await post(
            "/v1/payment_intents",
            [
                ("amount", String(amount)), ("currency", charge.amount.currency.code.lowercased()), ("capture_method", "manual"),
                ("payment_method_types[0]", "card"), ("payment_method", charge.method == name ? nil : charge.method),
                ("metadata[attempt]", charge.key),
            ], key: charge.key)
    }

    private func outcome(_ intent: ProviderClient.Answer, _ charge: Charge) -> ChargeOutcome {
        guard let id = intent.text("id"), let currency = intent.text("currency").flatMap({ Currency($0.uppercased()) }) else { return .unknown }
        func money(_ name: String) -> Money? {
            (intent.body.integer(name) ?? intent.body.integer("amount")).flatMap { Money(providerAmount: $0, currency: currency) }
        }
        let isConfirmedHere = charge.method != name
        switch intent.text("status") {
        case "succeeded": return money("amount_received").map { .captured($0, reference: id) } ?? .unknown
        case "requires_capture": return money("amount_capturable").map { .authorized($0, reference: id) } ?? .unknown
        case "requires_action":
            return .actionRequired(
                PaymentAction(url: intent.text("next_action/redirect_to_url/url"), clientSecret: intent.text("client_secret")), reference: id)
        case "requires_confirmation" where isConfirmedHere: return .neverAsked
        case "requires_payment_method" where isConfirmedHere: return .declined(reason(intent.body, "last_payment_error"), reference: id)
        case "requires_confirmation", "requires_payment_method":
            return .actionRequired(PaymentAction(clientSecret: intent.text("client_secret")), reference: id)
        case "canceled": return .cancelled
        default: return .unknown
        }
    }

    private func reason(_ body: JSON, _ path: String) -> DeclineReason {
        switch (body.text("\(path)/code"), body.text("\(path)/decline_code")) {
        case (_, "insufficient_funds"): .insufficientFunds
        case ("payment_intent_authentication_failure", _), ("authentication_required", _), (_, "authentication_required"): .authenticationFailed
        default: .declined
        }
    }

    // MARK: Giving back

    package func refund(_ refund: RefundRequest) async -> RefundOutcome {
        guard let amount = refund.amount.providerAmount, let capture = refund.capture else { return .unknown }
        let answer: ProviderClient.Answer?
        if let reference = refund.reference {
            answer = await get("/v1/refunds/\(reference)")
        } else {
            answer = await post(
                "/v1/refunds", [("payment_intent", capture), ("amount", String(amount)), ("metadata[refund]", refund.key)], key: refund.key)
        }
        guard let answer else { return .unknown }
        guard answer.isSuccess, let id = answer.text("id") else { return answer.status == 400 ? .refused : .unknown }
        switch answer.text("status") {
        case "succeeded": return .refunded(reference: id)
        case "pending", "requires_action": return .pending(reference: id)
        case "failed", "canceled": return .refused
        default: return .unknown
        }
    }

    package func dispute(_ reference: String) async -> DisputeState? {
        guard let answer = await get("/v1/disputes/\(reference)"), answer.isSuccess, let intent = answer.text("payment_intent"),
            let currency = answer.text("currency").flatMap({ Currency($0.uppercased()) }),
            let amount = answer.body.integer("amount").flatMap({ Money(providerAmount: $0, currency: currency) })
        else { return nil }
        return DisputeState(capture: intent, amount: amount, stage: StripeProvider.stage(answer.text("status")))
    }

    private static func stage(_ status: String?) -> DisputeState.Stage {
        switch status {
        case "won": .won
        case "lost": .lost
        case "needs_response", "under_review": .open
        // Warnings, and what was prevented.
        default: .inquiry
        }
    }

    // MARK: Asking

    func get(_ path: String) async -> ProviderClient.Answer? { await client.send("GET", settings.baseURL + path, headers(key: nil)) }

    func post(_ path: String, _ fields: [(String, String?)], key: String) async -> ProviderClient.Answer? {
        let answer = await client.send("POST", settings.baseURL + path, headers(key: key), FormBody(fields).bytes)
        // A server that has broken, or is at work on the same key, has told us nothing.
        return answer.flatMap { $0.status >= 500 || $0.status == 409 || $0.status == 429 || $0.status == 401 || $0.status == 403 ? nil : $0 }
    }

    private func headers(key: String?) -> [(String, String)] {
        var headers = [
            ("Authorization", "Bearer \(settings.secretKey)"), ("Stripe-Version", StripeProvider.version),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        if let key { headers.append(("Idempotency-Key", key)) }
        return headers
    }
}

extension Charge {
    /// The same, now that the provider has said what it calls it.
    func named(_ reference: String) -> Charge { Charge(key: key, amount: amount, method: method, reference: reference, returnURL: returnURL) }
}
