// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// Codes of the marketplace, and each seller's own.
    var coupons: [APIRoute] {
        [
            APIRoute(.get, "/v1/admin/coupons", .admin(scope: .promotionsWrite)) { call in try await list(call, of: nil) },
            APIRoute(.post, "/v1/admin/coupons", .admin(scope: .promotionsWrite)) { call in try await add(call, of: nil) },
            APIRoute(.post, "/v1/admin/coupons/{code}/end", .admin(scope: .promotionsWrite)) { call in try await end(call, of: nil) },
            APIRoute(.get, "/v1/sellers/{seller}/coupons", .seller(scope: .promotionsWrite)) { call in try await list(call, of: call.parameter("seller")) },
            APIRoute(.post, "/v1/sellers/{seller}/coupons", .seller(scope: .promotionsWrite)) { call in try await add(call, of: call.parameter("seller")) },
            APIRoute(.post, "/v1/sellers/{seller}/coupons/{code}/end", .seller(scope: .promotionsWrite)) { call in
                try await end(call, of: call.parameter("seller"))
            },
        ]
    }

    private func list(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        let page = try call.page()
        let coupons = try await checkout.coupons(of: seller, after: page.after, limit: page.limit + 1)
        return page.reply(coupons, cursor: \.coupon.code.text) { writer, state in writer.object { $0.couponMembers(state) } }
    }

    private func add(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        var fields = try call.fields()
        guard let code = CouponCode(try fields.string("code")) else { throw CheckoutError(.invalid, field: "code") }
        guard let reduction = fields.take("reduction") else { throw JSONError("\"reduction\" is missing") }
        let (limit, buyerLimit) = (try fields.optionalInteger("limit"), try fields.optionalInteger("buyerLimit"))
        // A seller's own is for the seller's goods, and the seller bears it.
        let named = seller == nil ? try fields.optionalString("seller").map { Seller.ID($0) } : nil
        let bearing = seller == nil ? try fields.optionalInteger("sellerPartsPerMillion") : nil
        let coupon = try Coupon(
            code: code, name: fields.optionalString("name"), reduction: Coupon.Reduction(reduction), seller: seller ?? named, sellerPartsPerMillion: bearing,
            minimum: fields.take("minimum").map { json throws(JSONError) in try Money(json) }, from: fields.instant("from"), until: fields.instant("until"))
        try fields.end()
        let state = try await checkout.addCoupon(coupon, limit: limit, buyerLimit: buyerLimit, by: call.actor())
        return APIReply.object(.created) { $0.couponMembers(state) }
    }

    private func end(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        guard let code = CouponCode(call.parameters["code"] ?? "") else { throw CheckoutError(.notFound) }
        try await checkout.endCoupon(code, of: seller, by: call.actor())
        return APIReply(status: .noContent)
    }
}

extension JSONWriter {
    fileprivate mutating func couponMembers(_ state: CouponState) {
        let coupon = state.coupon
        member("code", coupon.code.text)
        if let name = coupon.name { member("name", name) }
        name("reduction")
        Promotion.Reduction(coupon.reduction).write(to: &self)
        if let seller = coupon.seller { member("seller", seller.text) }
        member("sellerPartsPerMillion", coupon.sellerPartsPerMillion)
        if let minimum = coupon.minimum {
            name("minimum")
            minimum.write(to: &self)
        }
        if let from = coupon.from { member("from", from.description) }
        if let until = coupon.until { member("until", until.description) }
        if let limit = state.limit { member("limit", limit) }
        if let buyerLimit = state.buyerLimit { member("buyerLimit", buyerLimit) }
        member("used", state.used)
        if let endedAt = state.endedAt { member("endedAt", endedAt.description) }
    }
}
