// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var payments: [APIRoute] {
        [
            APIRoute(.get, "/v1/carts/{cart}/payment-methods") { call in
                let methods = try await checkout.paymentMethods(of: cart(call))
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for method in methods { writer.method(method) } }
                }
            },
            // Proven on the bytes as they came, before anything is read.
            APIRoute(.post, "/v1/hooks/{provider}") { call in
                let headers = Dictionary(call.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
                try await checkout.take(ProviderHook(headers: headers, body: call.body), from: call.parameters["provider"] ?? "")
                return APIReply(status: .noContent)
            },
        ]
    }
}

extension PaymentMethod.Kind {
    /// The word of Locales by which buyers know it.
    fileprivate var word: String {
        switch self {
        case .sandbox: "payment.sandbox"
        case .stripe: "payment.card"
        case .paypal: "payment.paypal"
        case .bankTransfer: "payment.bankTransfer"
        case .cashOnDelivery: "payment.cashOnDelivery"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func method(_ method: PaymentMethod) {
        object { writer in
            writer.member("id", method.id)
            writer.member("kind", method.kind.rawValue)
            writer.member("name", method.kind.word)
            if let key = method.publishableKey { writer.member("publishableKey", key) }
            if !method.tokens.isEmpty { writer.member("tokens", method.tokens) }
            if let days = method.days { writer.member("days", days) }
        }
    }

    /// What a buyer has to do who has promised to pay.
    mutating func due(_ due: PaymentDue) {
        object { writer in
            writer.member("kind", due.kind.rawValue)
            if let reference = due.reference { writer.member("reference", reference) }
            if let account = due.account {
                writer.name("account")
                writer.object { writer in
                    writer.member("holder", account.holder)
                    writer.member("iban", account.iban)
                    writer.member("bic", account.bic)
                }
            }
            if let until = due.until { writer.member("until", until.description) }
        }
    }
}
