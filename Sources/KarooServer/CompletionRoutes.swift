// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var completion: [APIRoute] {
        [
            APIRoute(.post, "/v1/carts/{cart}/complete", .cart()) { call in
                let id = call.cart
                guard let key = call.headers[.idempotencyKey] else { throw CheckoutError(.idempotencyKeyMissing) }
                let (completion, isReplay) = try await checkout.complete(id, completionRequest(call, key: key))
                var reply = reply(completion)
                if isReplay { reply.headers[.idempotentReplayed] = "true" }
                return reply
            },
            APIRoute(.post, "/v1/carts/{cart}/payments/{payment}/return", .cart()) { call in
                try reply(await checkout.returned(to: call.parameter("payment"), of: call.cart))
            },
        ]
    }

    private func completionRequest(_ call: APICall, key: String) throws -> CompletionRequest {
        var fields = try call.fields()
        guard var total = try fields.take("total")?.fields() else { throw JSONError("\"total\" is missing") }
        guard var payment = try fields.take("payment")?.fields() else { throw JSONError("\"payment\" is missing") }
        let told = try fields.optionalString("currencyQuote")
        try fields.end()
        let (amount, code, method) = (try total.integer("amount"), try total.string("currency"), try payment.string("method"))
        try total.end()
        try payment.end()
        guard let currency = Currency(code) else { throw CheckoutError(.invalid, field: "total/currency") }
        return CompletionRequest(key: key, body: call.body, total: Money(minorUnits: amount, currency: currency), method: method, currencyQuote: told)
    }

    /// 201 with the order and its token; 202 while the bank has to be asked, by the buyer or by us.
    private func reply(_ completion: Completion) -> APIReply {
        switch completion {
        case .placed(let group, let total):
            return placed(group, total, nil)
        case .promised(let group, let total, let due):
            return placed(group, total, due)
        case .actionRequired(let payment, let action):
            return APIReply.object(.accepted) { writer in
                writer.member("status", "actionRequired")
                writer.member("payment", payment.text)
                if let url = action.url { writer.member("url", url) }
                if let secret = action.clientSecret { writer.member("clientSecret", secret) }
            }
        case .pending(let payment):
            return APIReply.object(.accepted, headers: [.retryAfter: "5"]) { writer in
                writer.member("status", "pending")
                writer.member("payment", payment.text)
            }
        }
    }

    private func placed(_ group: OrderGroup.ID, _ total: Money, _ due: PaymentDue?) -> APIReply {
        APIReply.object(.created, headers: [.location: "/v1/orders/\(group)"]) { writer in
            writer.member("status", "placed")
            writer.member("order", group.text)
            writer.member("token", checkout.secret.token(.order, group.text))
            writer.name("total")
            writer.object { writer in
                writer.member("amount", total.minorUnits)
                writer.member("currency", total.currency.code)
            }
            if let due {
                writer.name("due")
                writer.due(due)
            }
        }
    }

    /// The buyer's bank, for want of a real one.
    func challenges(_ sandbox: SandboxProvider) -> [APIRoute] {
        [
            APIRoute(.post, "/v1/sandbox/challenges/{payment}", .anybody) { call in
                var fields = try call.fields()
                let confirms = try fields.bool("confirms")
                try fields.end()
                let payment: PaymentAttempt.ID = call.parameter("payment")
                guard sandbox.answerChallenge(of: payment.text, confirms: confirms) else { throw CheckoutError(.notFound) }
                return APIReply(status: .noContent)
            }
        ]
    }
}
