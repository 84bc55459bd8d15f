// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var payments: [APIRoute] {
        [
            APIRoute(.get, "/v1/carts/{cart}/payment-methods", .cart()) { call in
                let methods = try await checkout.paymentMethods(of: call.cart)
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for method in methods { writer.method(method) } }
                }
            },
            // Proven on the bytes as they came, before anything is read.
            APIRoute(.post, "/v1/hooks/{provider}", .anybody) { call in
                let headers = Dictionary(call.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
                try await checkout.take(ProviderHook(headers: headers, body: call.body), from: call.parameters["provider"] ?? "")
                return APIReply(status: .noContent)
            },
            APIRoute(.get, "/v1/admin/refunds", .support(scope: .ordersRead)) { _ in
                let refunds = try await checkout.refundsToDo()
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for refund in refunds { writer.object { $0.refundMembers(refund) } } }
                }
            },
            APIRoute(.post, "/v1/admin/refunds", .support(fresh: true)) { call in
                guard let key = call.headers[.idempotencyKey] else { throw CheckoutError(.idempotencyKeyMissing) }
                var fields = try call.fields()
                let (order, amount) = (try fields.string("order"), try fields.amount("amount"))
                let reason = Refund.Reason(rawValue: try fields.string("reason"))
                try fields.end()
                guard let reason, reason.isChosen else { throw CheckoutError(.invalid, field: "reason") }
                let refund = try await checkout.refund(SellerOrder.ID(order), amount, reason: reason, key: key, by: call.actor())
                return APIReply.object(.created) { $0.refundMembers(refund) }
            },
            APIRoute(.post, "/v1/admin/refunds/{refund}/refunded", .admin(fresh: true)) { call in
                try await checkout.noteRefunded(call.parameter("refund"), by: call.actor())
                return APIReply(status: .noContent)
            },
            APIRoute(.post, "/v1/admin/payments/{reference}/received", .admin(fresh: true)) { call in
                var fields = try call.fields()
                let amount = try fields.amount("amount")
                try fields.end()
                let receipt = try await checkout.noteReceived(call.parameters["reference"] ?? "", amount: amount, by: call.actor())
                return APIReply.object { writer in
                    switch receipt {
                    case .paid: writer.member("status", "paid")
                    case .known: writer.member("status", "known")
                    case .late(let refund, _):
                        writer.member("status", "late")
                        writer.member("refund", refund.text)
                    }
                }
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

extension JSONFields {
    /// `{"amount": 500, "currency": "EUR"}`. Throws `invalid` for a currency that there is not.
    fileprivate mutating func amount(_ name: String) throws -> Money {
        guard var fields = try take(name)?.fields() else { throw JSONError("\"\(name)\" is missing") }
        let (minorUnits, code) = (try fields.integer("amount"), try fields.string("currency"))
        try fields.end()
        guard let currency = Currency(code) else { throw CheckoutError(.invalid, field: "\(name)/currency") }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}

extension JSONWriter {
    fileprivate mutating func refundMembers(_ refund: Refund) {
        member("id", refund.id.text)
        if let order = refund.order { member("order", order.text) }
        name("amount")
        object { writer in
            writer.member("amount", refund.amount.minorUnits)
            writer.member("currency", refund.amount.currency.code)
        }
        member("reason", refund.reason)
        member("status", refund.status)
    }

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
