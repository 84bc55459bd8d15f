// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var accountOrders: [APIRoute] {
        [
            APIRoute(.get, "/v1/account/orders", .account(scope: .ordersRead)) { call in
                let (page, user) = (try call.page(), try call.user())
                let orders = try await checkout.orders(of: user, before: page.after, limit: page.limit + 1)
                let claimable = try await checkout.claimableOrders(of: user)
                let edition = try checkout.offers.current()
                return page.reply(orders, cursor: \.id.text) { writer in
                    writer.member("claimable", claimable)
                } write: { writer, group in
                    writer.object { $0.summaryMembers(group, AmountWriter(edition: edition, market: group.market, language: group.language)) }
                }
            },
            APIRoute(.post, "/v1/account/orders/claim", .account()) { call in
                let count = try await checkout.claimOrders(of: call.user())
                return APIReply.object { $0.member("claimed", count) }
            },
        ]
    }
}

extension JSONWriter {
    fileprivate mutating func summaryMembers(_ group: OrderGroup, _ amounts: AmountWriter) {
        member("id", group.id.text)
        member("placedAt", group.placedAt.description)
        member("market", group.market.text)
        member("currency", group.currency.code)
        amounts.write("total", group.total, to: &self)
        amounts.write("refunded", Money(minorUnits: group.balance.refunded, currency: group.currency), to: &self)
        member("statuses", group.orders.map(\.status.rawValue))
        member("sellers", group.orders.map(\.seller.text))
        member("items", group.orders.flatMap(\.lines).reduce(0) { $0 + $1.quantity })
    }
}
