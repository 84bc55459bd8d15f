// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// What a seller sees of the own money.
    var sellerMoney: [APIRoute] {
        [
            APIRoute(.get, "/v1/sellers/{seller}/balances", .seller(scope: .payoutsRead)) { call in
                reply(try await checkout.sellerBalances(of: call.parameter("seller")))
            },
            APIRoute(.get, "/v1/sellers/{seller}/payouts", .seller(scope: .payoutsRead)) { call in
                reply(try await checkout.payouts(of: call.parameter("seller"), limit: call.page().limit))
            },
            APIRoute(.get, "/v1/sellers/{seller}/statement", .seller(scope: .payoutsRead)) { call in
                let (from, until) = (try call.instant("from"), try call.instant("until"))
                let earnings = try await checkout.statement(of: call.parameter("seller"), from: from, until: until)
                guard call.headers[.accept].map({ $0.contains("text/csv") }) ?? false else {
                    return APIReply.object { writer in
                        writer.name("data")
                        writer.array { writer in for earning in earnings { earning.write(to: &writer) } }
                    }
                }
                return APIReply(headers: [.contentType: "text/csv; charset=utf-8"], body: Array(Earning.csv(earnings).utf8))
            },
        ]
    }

    /// What the staff does with the money of sellers.
    var payouts: [APIRoute] {
        [
            APIRoute(.get, "/v1/admin/balances", .support(scope: .payoutsRead)) { _ in reply(try await checkout.sellerBalances()) },
            APIRoute(.get, "/v1/admin/payouts", .support(scope: .payoutsRead)) { call in
                let status = try call.query["status"].map { text in
                    guard let status = PayoutStatus(rawValue: text) else { throw CheckoutError(.invalid, field: "status") }
                    return status
                }
                return reply(try await checkout.payouts(of: call.query["seller"].map { Seller.ID($0) }, status, limit: call.page().limit))
            },
            APIRoute(.post, "/v1/admin/payouts", .admin(scope: .payoutsWrite, fresh: true)) { _ in reply(try await checkout.runPayouts()) },
            APIRoute(.post, "/v1/admin/payouts/{payout}/paid", .admin(scope: .payoutsWrite, fresh: true)) { call in
                let reference = try call.text("reference")
                return reply(try await checkout.markPaid(call.parameter("payout"), reference: reference, actor: call.actor()))
            },
            APIRoute(.post, "/v1/admin/payouts/{payout}/failed", .admin(scope: .payoutsWrite, fresh: true)) { call in
                let reason = try call.text("reason")
                return reply(try await checkout.markFailed(call.parameter("payout"), reason: reason, actor: call.actor()))
            },
        ]
    }

    private func reply(_ balances: [SellerBalance]) -> APIReply {
        APIReply.object { writer in
            writer.name("data")
            writer.array { writer in
                for balance in balances {
                    writer.object { writer in
                        writer.member("seller", balance.seller.text)
                        writer.member("currency", balance.available.currency.code)
                        writer.member("available", balance.available.minorUnits)
                        writer.member("waiting", balance.waiting.minorUnits)
                        writer.member("promised", balance.promised.minorUnits)
                        writer.member("processing", balance.processing.minorUnits)
                        writer.member("paid", balance.paid.minorUnits)
                    }
                }
            }
        }
    }

    private func reply(_ payouts: [Payout]) -> APIReply {
        APIReply.object { writer in
            writer.name("data")
            writer.array { writer in for payout in payouts { writer.object { $0.payoutMembers(payout) } } }
        }
    }

    private func reply(_ payout: Payout) -> APIReply { APIReply.object { $0.payoutMembers(payout) } }
}

extension APICall {
    /// The one text that the body has. Throws `malformed` for anything else, and `invalid` for an empty or a long one.
    fileprivate func text(_ name: String) throws -> String {
        var fields = try fields()
        let text = try fields.string(name)
        try fields.end()
        guard (1...500).contains(text.count) else { throw CheckoutError(.invalid, field: name) }
        return text
    }

    /// A moment of the query; nil when it is not there. Throws `invalid` for what is none.
    fileprivate func instant(_ name: String) throws -> Instant? {
        guard let text = query[name] else { return nil }
        guard let instant = Instant(text) else { throw CheckoutError(.invalid, field: name) }
        return instant
    }
}

extension JSONWriter {
    fileprivate mutating func payoutMembers(_ payout: Payout) {
        member("id", payout.id.text)
        member("seller", payout.seller.text)
        member("amount", payout.amount.minorUnits)
        member("currency", payout.amount.currency.code)
        member("status", payout.status.rawValue)
        member("createdAt", payout.createdAt.description)
        if let paidAt = payout.paidAt { member("paidAt", paidAt.description) }
        if let reference = payout.reference { member("reference", reference) }
        if let problem = payout.problem { member("problem", problem) }
    }
}
