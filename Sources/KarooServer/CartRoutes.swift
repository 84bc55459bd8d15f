// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var carts: [APIRoute] {
        [
            APIRoute(.get, "/v1/carts/{cart}", .cart()) { call in
                try reply(await checkout.cart(call.cart))
            },
            APIRoute(.post, "/v1/carts/{cart}/lines", .cart()) { call in
                var fields = try call.fields()
                let (offer, quantity) = (try fields.string("offer"), try fields.integer("quantity"))
                try fields.end()
                return try reply(await checkout.addLine(offer, quantity: quantity, to: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.put, "/v1/carts/{cart}/delivery", .cart()) { call in
                var fields = try call.fields()
                let (email, json) = (try fields.string("email"), fields.take("address"))
                try fields.end()
                guard let json else { throw JSONError("\"address\" is missing") }
                let address = try PostalAddress(json)
                return try reply(await checkout.setDelivery(email: email, address: address, of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.post, "/v1/carts", .anybody) { call in
                var fields = try call.fields()
                let (market, language) = (try fields.string("market"), try fields.string("language"))
                try fields.end()
                let contents = try await checkout.openCart(market: Market.ID(market), language: language)
                let token = checkout.secret.token(.cart, contents.cart.id.text)
                var reply = try reply(contents, token: token, status: .created)
                reply.headers[.location] = "/v1/carts/\(contents.cart.id)"
                return reply
            },
            APIRoute(.patch, "/v1/carts/{cart}/lines/{line}", .cart()) { call in
                var fields = try call.fields()
                let (quantity, isSaved) = (try fields.optionalInteger("quantity"), try fields.optionalBool("saved"))
                try fields.end()
                if let isSaved, quantity == nil {
                    return try reply(
                        await checkout.setSaved(isSaved, line: call.parameter("line"), in: call.cart, version: call.expectedVersion()))
                }
                guard let quantity, isSaved == nil else { throw JSONError("one of \"quantity\" and \"saved\" is needed") }
                return try reply(
                    await checkout.setQuantity(quantity, ofLine: call.parameter("line"), in: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.delete, "/v1/carts/{cart}/lines/{line}", .cart()) { call in
                try reply(await checkout.setQuantity(0, ofLine: call.parameter("line"), in: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.put, "/v1/carts/{cart}/coupon", .cart(), limit: .guesses) { call in
                var fields = try call.fields()
                let text = try fields.string("code")
                try fields.end()
                guard let code = CouponCode(text) else { throw CheckoutError(.couponUnknown, field: "code") }
                return try reply(await checkout.setCoupon(code, of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.delete, "/v1/carts/{cart}/coupon", .cart()) { call in
                try reply(await checkout.setCoupon(nil, of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.put, "/v1/carts/{cart}/shipping", .cart()) { call in
                try reply(await checkout.chooseShipping(shippingChoices(call), of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.put, "/v1/carts/{cart}/tax-id", .cart()) { call in
                var fields = try call.fields()
                let text = try fields.string("taxID")
                try fields.end()
                guard let taxID = TaxID(text) else { throw CheckoutError(.taxIDInvalid, field: "taxID") }
                return try reply(await checkout.setTaxID(taxID, of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.delete, "/v1/carts/{cart}/tax-id", .cart()) { call in
                try reply(await checkout.setTaxID(nil, of: call.cart, version: call.expectedVersion()))
            },
            APIRoute(.get, "/v1/carts/{cart}/quote", .cart()) { call in
                let contents = try await checkout.cart(call.cart)
                guard let quote = contents.quote else { throw CheckoutError(.cartEmpty) }
                let amounts = try amounts(contents.cart)
                return APIReply.object(headers: [.eTag: contents.cart.tag]) { $0.quoteMembers(quote, amounts) }
            },
        ]
    }

    func amounts(_ cart: Cart) throws -> AmountWriter {
        AmountWriter(edition: try checkout.offers.current(), market: cart.market, language: cart.language)
    }

    private func shippingChoices(_ call: APICall) throws -> [Seller.ID: ShippingChoice] {
        var fields = try call.fields()
        var choices: [Seller.ID: ShippingChoice] = [:]
        for json in try fields.array("choices") {
            var choice = try json.fields()
            choices[Seller.ID(try choice.string("seller"))] = ShippingChoice(
                method: try choice.string("method"), point: try choice.optionalString("point"))
            try choice.end()
        }
        try fields.end()
        return choices
    }

    /// - parameter token: told once, to whoever opened the cart.
    func reply(_ contents: CartContents, token: String? = nil, status: HTTPResponse.Status = .ok) throws -> APIReply {
        let amounts = try amounts(contents.cart)
        return APIReply.object(status, headers: [.eTag: contents.cart.tag]) { $0.cartMembers(contents, amounts, token: token) }
    }
}

extension Cart {
    fileprivate var tag: String { "\"\(version)\"" }
}

extension JSONWriter {
    mutating func cartMembers(_ contents: CartContents, _ amounts: AmountWriter, token: String? = nil) {
        let cart = contents.cart
        member("id", cart.id.text)
        if let token { member("token", token) }
        member("version", cart.version)
        member("status", cart.status.rawValue)
        member("market", cart.market.text)
        member("currency", cart.currency.code)
        member("language", cart.language)
        if let email = cart.email { member("email", email) }
        if let address = cart.address {
            name("address")
            address.write(to: &self)
        }
        if let coupon = cart.coupon { member("coupon", coupon.text) }
        if let taxID = cart.taxID { member("taxID", taxID.text) }
        name("lines")
        array { writer in for line in contents.lines { writer.cartLine(line, contents.quote, amounts) } }
        if let quote = contents.quote {
            name("quote")
            object { $0.quoteMembers(quote, amounts) }
            name("shippingWays")
            array { writer in for way in contents.ways { writer.shippingWay(way, amounts) } }
        }
        name("problems")
        array { writer in for problem in contents.problems { writer.problem(problem) } }
        name("saved")
        array { writer in for line in contents.saved { writer.cartLine(line, nil, amounts) } }
    }

    fileprivate mutating func cartLine(_ line: CartLine, _ quote: Quote?, _ amounts: AmountWriter) {
        object { writer in
            writer.member("id", line.id.text)
            writer.member("offer", line.offer)
            writer.member("quantity", line.quantity)
            guard let priced = quote?.lines.first(where: { $0.offer == line.offer }) else { return }
            amounts.write("unitPrice", priced.unitPrice, to: &writer)
            amounts.write("goods", priced.goods, to: &writer)
            amounts.write("discount", priced.discount, to: &writer)
            amounts.write("price", priced.price, to: &writer)
        }
    }

    fileprivate mutating func problem(_ problem: CartProblem) {
        object { writer in
            writer.member("code", problem.code.rawValue)
            if let line = problem.line { writer.member("line", line.text) }
            writer.member("isBlocking", problem.isBlocking)
            guard !problem.meta.isEmpty else { return }
            writer.name("meta")
            writer.object { writer in for (name, value) in problem.meta.sorted(by: { $0.key < $1.key }) { writer.member(name, value) } }
        }
    }
}
