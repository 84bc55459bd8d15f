// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto

extension StripeProvider {
    /// How far the moment of a signature may be from now.
    static let toleranceSeconds: Int64 = 300

    package func event(of hook: ProviderHook, at now: Int64) async throws(HookRefusal) -> ProviderEvent? {
        guard let header = hook.headers["stripe-signature"], let signature = StripeSignature(header) else { throw .notSigned }
        guard settings.webhookSecrets.contains(where: { signature.isValid(for: hook.body, secret: $0) }) else { throw .notSigned }
        guard abs(signature.seconds - now / 1_000) <= StripeProvider.toleranceSeconds else { throw .outOfTime }
        guard let event = try? JSON(parsing: hook.body), let id = event.text("id"), let kind = event.text("type"), let object = event.value("data/object")
        else { throw .malformed }
        guard event.value("livemode") == .bool(isLive), event.text("account") == nil else { throw .otherAccount }
        return StripeProvider.event(id, kind, object)
    }

    private static func event(_ id: String, _ kind: String, _ object: JSON) -> ProviderEvent? {
        guard let reference = object.text("id") else { return nil }
        switch kind {
        case "payment_intent.succeeded", "payment_intent.amount_capturable_updated":
            let name = kind.hasSuffix("succeeded") ? "amount_received" : "amount_capturable"
            let currency = object.text("currency").flatMap { Currency($0.uppercased()) }
            let amount = (object.integer(name) ?? object.integer("amount")).flatMap { amount in currency.flatMap { Money(providerAmount: amount, currency: $0) } }
            return ProviderEvent(id: id, kind: kind, charge: object.text("metadata/attempt"), reference: reference, amount: amount)
        case "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.requires_action", "payment_intent.processing":
            return ProviderEvent(id: id, kind: kind, charge: object.text("metadata/attempt"), reference: reference)
        case _ where kind.hasPrefix("charge.dispute."):
            return ProviderEvent(id: id, kind: kind, reference: object.text("payment_intent"), dispute: reference)
        case _ where kind.hasPrefix("charge.") || kind.hasPrefix("refund."):
            return object.text("payment_intent").map { ProviderEvent(id: id, kind: kind, reference: $0) }
        default:
            return nil
        }
    }
}

/// `t=…,v1=…,v1=…`: when the message was signed, and codes of which one has to be ours. Other schemes count for nothing.
struct StripeSignature {
    let seconds: Int64
    private let codes: [Digest]

    /// Nil when there is no moment, or no code.
    init?(_ header: String) {
        var seconds: Int64?
        var codes: [Digest] = []
        for part in header.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            if pair[0] == "t" { seconds = Int64(pair[1]) }
            if pair[0] == "v1", let code = Digest(hex: String(pair[1])) { codes.append(code) }
        }
        guard let seconds, seconds > 0, seconds < 1 << 40, !codes.isEmpty else { return nil }
        self.seconds = seconds
        self.codes = codes
    }

    /// Whether one of the codes is that of these bytes; the time it takes does not tell which, or how far it agrees.
    func isValid(for body: [UInt8], secret: String) -> Bool {
        let expected = HMAC.sha256(Array("\(seconds).".utf8) + body, key: Array(secret.utf8)).bytes
        return codes.reduce(false) { ConstantTime.isEqual($1.bytes, expected) || $0 }
    }
}
