// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var accountCarts: [APIRoute] {
        [
            APIRoute(.post, "/v1/account/carts", .account(scope: .cartsWrite)) { call in
                var fields = try call.fields()
                let (market, language) = (try fields.string("market"), try fields.string("language"))
                let guest = try guest(fields.take("guest"))
                try fields.end()
                return try reply(await checkout.accountCart(of: call.user(), market: Market.ID(market), language: language, merging: guest))
            },
            APIRoute(.get, "/v1/account/carts", .account(scope: .cartsWrite)) { call in
                let carts = try await checkout.accountCarts(of: call.user())
                let writers = try carts.map { try amounts($0.cart) }
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in
                        for (contents, amounts) in zip(carts, writers) { writer.object { $0.cartMembers(contents, amounts) } }
                    }
                }
            },
        ]
    }

    /// A cart of nobody, which whoever shows its token may take.
    private func guest(_ json: JSON?) throws -> Cart.ID? {
        guard var fields = try json?.fields() else { return nil }
        let (id, token) = (try fields.string("cart"), try fields.string("token"))
        try fields.end()
        guard checkout.secret.isValid(token, .cart, id) else { throw CheckoutError(.notFound) }
        return Cart.ID(id)
    }
}
