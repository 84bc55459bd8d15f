// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooServer

/// Every route of the document, asked by everybody.
struct AccessTests {
    enum Persona: String, CaseIterable {
        case anonymous, buyer, otherBuyer, seller, otherSeller, support, admin
    }

    enum Verdict: String {
        /// Whoever asks is let in; what comes then is another matter.
        case letIn
        case unauthorized, forbidden, notFound
    }

    @Test func everyRouteLetsInWhomItsDocumentNames() async throws {
        let documented = try await audiences(Selling())
        #expect(documented.count > 20)
        for (address, audience) in documented.sorted(by: { $0.key < $1.key }) {
            let (shop, people) = try await AccessTests.opened()
            let route = try #require(shop.routes.first { "\($0.method.rawValue) \($0.path)" == address }, "\(address)")
            #expect(route.access.audience == audience, "\(address)")
            let things = try await belongings(shop)
            for persona in Persona.allCases {
                let answer = try await ask(shop, route, things, people[persona])
                #expect(
                    AccessTests.verdict(answer, isOwner: AccessTests.isOwner(audience, persona, route.path))
                        == AccessTests.expected(audience, persona, route.path),
                    "\(address) as \(persona): \(answer.status) \(answer.text)")
            }
        }
    }

    @Test func whatMovesRightsWantsAFreshLogIn() async throws {
        let (shop, people) = try await AccessTests.opened()
        shop.clock.advance(Session.freshMilliseconds)
        let fresh = shop.routes.filter(\.access.isFresh)
        let things = try await belongings(shop)
        #expect(fresh.count >= 4)
        for route in fresh {
            let answer = try await ask(shop, route, things, people[route.access.audience == .seller ? .seller : .admin])
            #expect(answer.status == 403 && answer.value("code") == "stepUpRequired", "\(route.method) \(route.path)")
        }
    }

    // MARK: Who is let in

    private static func expected(_ audience: Access.Audience, _ persona: Persona, _ path: String) -> Verdict {
        switch (audience, persona) {
        case (.anybody, _), (.visitor, _): .letIn
        case (_, .anonymous): .unauthorized
        case (.account, _): .letIn
        case (.cart, .buyer), (.order, .buyer): .letIn
        case (.cart, _), (.order, _): .notFound
        case (.seller, .seller): .letIn
        case (.seller, .otherSeller): path.contains("{seller}") ? .notFound : .letIn
        case (.support, .support), (.support, .admin), (.admin, .admin): .letIn
        case (.seller, _), (.support, _), (.admin, _): .forbidden
        }
    }

    /// Whether all that the path names, as far as it is there, is this persona's.
    private static func isOwner(_ audience: Access.Audience, _ persona: Persona, _ path: String) -> Bool {
        switch audience {
        case .cart, .order: persona == .buyer
        case .seller: persona == .seller || !path.contains("{seller}")
        default: true
        }
    }

    /// - parameter isOwner: of all things of the path that there are; what the owner does not find is not there.
    private static func verdict(_ answer: Selling.Answer, isOwner: Bool) -> Verdict {
        switch (answer.status, answer.value("code")) {
        // Wrong secrets in a body are answered with 401, too, and a log-in that is not fresh enough with 403.
        case (401, "unauthorized"): .unauthorized
        case (403, "forbidden"): .forbidden
        case (404, "notFound") where !isOwner: .notFound
        default: .letIn
        }
    }

    /// A shop with a member of every kind, a cart and an order of the buyer, each with its own time of nothing yet done.
    private static func opened() async throws -> (Selling, [Persona: Selling.Member]) {
        let shop = try await Selling()
        let roles: [Persona: Set<Role>] = [.seller: [.seller("alpha")], .otherSeller: [.seller("beta")], .support: [.support], .admin: [.admin]]
        var people: [Persona: Selling.Member] = [:]
        for persona in Persona.allCases where persona != .anonymous {
            people[persona] = try await shop.member("\(persona)@example.com", roles: roles[persona] ?? [])
        }
        _ = try await shop.member("another-admin@example.com", roles: [.admin])
        return (shop, people)
    }

    private func ask(_ shop: Selling, _ route: APIRoute, _ things: (cart: String, order: String), _ member: Selling.Member?) async throws -> Selling.Answer {
        let values = [
            "cart": things.cart, "order": things.order, "seller": "alpha",
            "account": try await shop.checkout.account(email: "buyer@example.com")?.id.text ?? "",
        ]
        var path = route.path
        for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
        path = path.replacing(#/\{[a-z]+\}/#, with: "x_1")
        let body = [.post, .put, .patch].contains(route.method) ? "{}" : nil
        guard let member else { return try await shop.ask(route.method, path, headers: [.idempotencyKey: "k"], body) }
        return try await shop.ask(route.method, path, as: member, headers: [.idempotencyKey: "k"], body)
    }

    /// A cart and an order of the buyer.
    private func belongings(_ shop: Selling) async throws -> (cart: String, order: String) {
        let (cart, bought) = (try await shop.filledCart(), try await shop.filledCart())
        let order = try await shop.complete(bought).value("order") ?? ""
        try await shop.checkout.database.write { tx in
            let buyer = try tx.row("SELECT id FROM users WHERE email_key = 'buyer@example.com'")?.text("id")
            try tx.execute("UPDATE carts SET status = 'expired' WHERE user_id = \(buyer)")
            try tx.execute("UPDATE carts SET user_id = \(buyer) WHERE id = \(cart.id)")
            try tx.execute("UPDATE order_groups SET user_id = \(buyer) WHERE id = \(order)")
        }
        return (cart.id, order)
    }

    /// Who may, as the document says it, by method and path.
    private func audiences(_ shop: Selling) async throws -> [String: Access.Audience] {
        var fields = try JSON(parsing: await shop.ask(.get, "/v1/openapi.json").body).fields()
        guard case .object(let paths)? = fields.take("paths") else { return [:] }
        var audiences: [String: Access.Audience] = [:]
        for path in paths {
            guard case .object(let operations) = path.value else { continue }
            for operation in operations where operation.name != "parameters" {
                var members = try operation.value.fields()
                let names = try members.strings("x-audience")
                let audience = try #require(names.count == 1 ? Access.Audience(rawValue: names[0]) : nil, "\(operation.name) \(path.name) names \(names)")
                audiences["\(operation.name.uppercased()) \(path.name)"] = audience
                let isOpen = audience == .anybody || audience == .visitor
                #expect((members.take("security") == nil) == isOpen, "\(operation.name) \(path.name)")
            }
        }
        return audiences
    }
}
