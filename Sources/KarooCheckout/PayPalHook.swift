// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import Synchronization

extension PayPalProvider {
    package func event(of hook: ProviderHook, at now: Int64) async throws(HookRefusal) -> ProviderEvent? {
        guard let webhookID = settings.webhookID, let transmission = PayPalTransmission(hook.headers) else { throw .notSigned }
        guard isOurs(transmission.certificateURL) else { throw .notSigned }
        guard let event = try? JSON(parsing: hook.body), let id = event.text("id"), let kind = event.text("event_type"), let resource = event.value("resource")
        else { throw .malformed }
        switch settings.verification {
        case .certificate(let trusted):
            let certificate = try await certificate(at: transmission.certificateURL, trusted, now)
            guard certificate.isValid(transmission.signature, for: transmission.message(webhookID, hook.body)) else { throw .notSigned }
        case .asking:
            guard try await isConfirmed(transmission, webhookID, hook.body) else { throw .notSigned }
        }
        return PayPalProvider.event(id, kind, resource)
    }

    private static func event(_ id: String, _ kind: String, _ resource: JSON) -> ProviderEvent? {
        switch kind {
        case _ where kind.hasPrefix("CUSTOMER.DISPUTE."):
            return resource.text("dispute_id").map {
                ProviderEvent(id: id, kind: kind, reference: resource.text("disputed_transactions/0/seller_transaction_id"), dispute: $0)
            }
        case _ where kind.hasPrefix("CHECKOUT.ORDER.") || kind.hasPrefix("CHECKOUT.PAYMENT-APPROVAL."):
            return ProviderEvent(
                id: id, kind: kind, charge: resource.text("purchase_units/0/custom_id"), reference: resource.text("id") ?? resource.text("order_id"),
                amount: PayPalAmount.money(resource.value("purchase_units/0/amount")))
        case "PAYMENT.CAPTURE.COMPLETED":
            return ProviderEvent(
                id: id, kind: kind, charge: resource.text("custom_id"), reference: resource.text("supplementary_data/related_ids/order_id"),
                amount: PayPalAmount.money(resource.value("amount")))
        case _ where kind.hasPrefix("PAYMENT.CAPTURE."):
            return ProviderEvent(id: id, kind: kind, charge: resource.text("custom_id"), reference: resource.text("supplementary_data/related_ids/order_id"))
        default:
            return nil
        }
    }

    /// Whether a certificate may be fetched there: only from PayPal itself, which is the configured host or its twin for
    /// certificates. Nothing else is ever asked, whatever a message says.
    private func isOurs(_ url: String) -> Bool {
        let path = "/v1/notifications/certs/"
        let bases = [settings.baseURL, settings.baseURL.replacing("//api-m.", with: "//api.")]
        return bases.contains { url.hasPrefix($0 + path) && url.utf8.dropFirst(($0 + path).utf8.count).allSatisfy(PayPalProvider.isPartOfName) }
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    private func certificate(at url: String, _ trusted: String?, _ now: Int64) async throws(HookRefusal) -> Certificate {
        if let known = certificates.certificate(at: url, now) { return known }
        guard let bytes = await client.fetch(url) else { throw .unavailable }
        let host = settings.baseURL.split(separator: "/").dropFirst().first.map { String($0.split(separator: ":")[0]) } ?? ""
        let domain = host.hasSuffix(".sandbox.paypal.com") ? "sandbox.paypal.com" : host.hasSuffix(".paypal.com") ? "paypal.com" : host
        guard
            let certificate = try? Certificate(
                chain: String(decoding: bytes, as: UTF8.self), trusted: trusted, names: ["messageverificationcerts.\(domain)", host], at: now / 1_000)
        else { throw .notSigned }
        certificates.keep(certificate, at: url, now)
        return certificate
    }

    /// Asks PayPal; the message goes back as it came.
    private func isConfirmed(_ transmission: PayPalTransmission, _ webhookID: String, _ body: [UInt8]) async throws(HookRefusal) -> Bool {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("transmission_id", transmission.id)
            writer.member("transmission_time", transmission.time)
            writer.member("cert_url", transmission.certificateURL)
            writer.member("auth_algo", PayPalTransmission.algorithm)
            writer.member("transmission_sig", Base64.encode(transmission.signature))
            writer.member("webhook_id", webhookID)
        }
        let request = writer.bytes.dropLast() + Array(",\"webhook_event\":".utf8) + body + [UInt8(ascii: "}")]
        guard let answer = await ask("POST", "/v1/notifications/verify-webhook-signature", key: nil, Array(request)) else { throw .unavailable }
        return answer.isSuccess && answer.text("verification_status") == "SUCCESS"
    }
}

/// What stands in the headers of a message.
struct PayPalTransmission {
    static let algorithm = "SHA256withRSA"

    let id: String
    let time: String
    let certificateURL: String
    let signature: [UInt8]

    /// Nil when something is missing, or signed in another way.
    init?(_ headers: [String: String]) {
        guard let id = headers["paypal-transmission-id"], let time = headers["paypal-transmission-time"], let url = headers["paypal-cert-url"],
            headers["paypal-auth-algo"] == PayPalTransmission.algorithm,
            let signature = headers["paypal-transmission-sig"].flatMap({ Base64.decode($0) }), !id.contains("|"), !time.contains("|")
        else { return nil }
        (self.id, self.time, certificateURL, self.signature) = (id, time, url, signature)
    }

    /// What is signed.
    func message(_ webhookID: String, _ body: [UInt8]) -> [UInt8] { Array("\(id)|\(time)|\(webhookID)|\(CRC32.checksum(of: body))".utf8) }
}

/// The checksum of Ethernet and of zlib.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1 } }

    static func checksum(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { rest, byte in table[Int((rest ^ UInt32(byte)) & 0xFF)] ^ (rest >> 8) }
    }
}

/// Certificates that were proven, for some time.
final class CertificateShelf: Sendable {
    private static let milliseconds: Int64 = 12 * 3_600_000
    private static let limit = 16
    private let kept = Mutex<[String: (certificate: Certificate, at: Int64)]>([:])

    func certificate(at url: String, _ now: Int64) -> Certificate? {
        kept.withLock { kept in
            guard let found = kept[url], abs(now - found.at) < CertificateShelf.milliseconds else { return nil }
            return found.certificate
        }
    }

    func keep(_ certificate: Certificate, at url: String, _ now: Int64) {
        kept.withLock { kept in
            if kept.count >= CertificateShelf.limit { kept = [:] }
            kept[url] = (certificate, now)
        }
    }
}
