// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var wishlist: [APIRoute] {
        [
            APIRoute(.get, "/v1/account/wishlist", .account(scope: .accountRead)) { call in
                reply(wishes: try await checkout.wishes(of: call.user()))
            },
            APIRoute(.post, "/v1/account/wishlist", .account(scope: .accountWrite)) { call in
                reply(wishes: try await checkout.setWishes(wishes(call), replacing: false, of: call.user()))
            },
            APIRoute(.put, "/v1/account/wishlist", .account(scope: .accountWrite)) { call in
                reply(wishes: try await checkout.setWishes(wishes(call), replacing: true, of: call.user()))
            },
        ]
    }

    private func wishes(_ call: APICall) throws -> [Wish] {
        var fields = try call.fields()
        let items = try fields.array("items")
        try fields.end()
        guard items.count <= Wish.maximumPerUser else { throw CheckoutError(.invalid, field: "items") }
        return try items.map { item in
            var fields = try item.fields()
            let wish = try Wish(url: fields.string("url"), title: fields.string("title"), image: fields.optionalString("image"))
            try fields.end()
            return wish
        }
    }

    private func reply(wishes: [Wish]) -> APIReply {
        APIReply.object { writer in
            writer.name("items")
            writer.array { writer in for wish in wishes { writer.object { $0.wishMembers(wish) } } }
        }
    }
}

extension JSONWriter {
    mutating func wishMembers(_ wish: Wish) {
        member("url", wish.url)
        member("title", wish.title)
        if let image = wish.image { member("image", image) }
    }
}
