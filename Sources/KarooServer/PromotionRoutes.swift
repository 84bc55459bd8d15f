// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// What is cheaper without a code, for everybody's goods and for each seller's own.
    var promotions: [APIRoute] {
        [
            APIRoute(.get, "/v1/admin/promotions", .admin(scope: .promotionsWrite)) { call in try await list(call, of: nil) },
            APIRoute(.post, "/v1/admin/promotions", .admin(scope: .promotionsWrite)) { call in try await begin(call, of: nil) },
            APIRoute(.post, "/v1/admin/promotions/{promotion}/end", .admin(scope: .promotionsWrite)) { call in try await end(call, of: nil) },
            APIRoute(.get, "/v1/sellers/{seller}/promotions", .seller(scope: .promotionsWrite)) { call in try await list(call, of: call.parameter("seller")) },
            APIRoute(.post, "/v1/sellers/{seller}/promotions", .seller(scope: .promotionsWrite)) { call in try await begin(call, of: call.parameter("seller")) },
            APIRoute(.post, "/v1/sellers/{seller}/promotions/{promotion}/end", .seller(scope: .promotionsWrite)) { call in
                try await end(call, of: call.parameter("seller"))
            },
        ]
    }

    private func list(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        let page = try call.page()
        let promotions = try await checkout.promotions(of: seller, before: page.after.map { Promotion.ID($0) }, limit: page.limit + 1)
        return page.reply(promotions, cursor: \.promotion.id.text) { writer, state in writer.object { $0.promotionMembers(state) } }
    }

    private func begin(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        var fields = try call.fields()
        let name = try fields.string("name")
        guard let rule = fields.take("rule") else { throw JSONError("\"rule\" is missing") }
        var names: [String: String] = [:]
        if case .object(let members)? = fields.take("names") {
            for member in members {
                guard case .string(let text) = member.value, Language(member.name) != nil else { throw CheckoutError(.invalid, field: "names") }
                names[member.name] = text
            }
        }
        let new = NewPromotion(
            name: name, names: names, promotion: try Promotion(id: "", name: name, parsing: rule), unitLimit: try fields.optionalInteger("unitLimit"),
            setsAside: try fields.take("setsAside").map { json throws(JSONError) in try json.boolean("setsAside") } ?? false)
        try fields.end()
        let state = try await checkout.addPromotion(seller.map { new.owned(by: $0) } ?? new, by: call.actor())
        return APIReply.object(.created) { $0.promotionMembers(state) }
    }

    private func end(_ call: APICall, of seller: Seller.ID?) async throws -> APIReply {
        try await checkout.endPromotion(call.parameter("promotion"), of: seller, by: call.actor())
        return APIReply(status: .noContent)
    }
}

extension JSON {
    fileprivate func boolean(_ name: String) throws(JSONError) -> Bool {
        guard case .bool(let value) = self else { throw JSONError("\"\(name)\" is not true or false") }
        return value
    }
}

extension JSONWriter {
    fileprivate mutating func promotionMembers(_ state: PromotionState) {
        member("id", state.promotion.id.text)
        name("names")
        object { writer in for (tag, name) in state.names.sorted(by: { $0.key < $1.key }) { writer.member(tag, name) } }
        name("rule")
        state.promotion.writeRule(to: &self)
        if let unitLimit = state.unitLimit { member("unitLimit", unitLimit) }
        member("usedUnits", state.usedUnits)
        if let offer = state.setAside { member("setAside", offer) }
        if let endedAt = state.endedAt { member("endedAt", endedAt.description) }
    }
}
