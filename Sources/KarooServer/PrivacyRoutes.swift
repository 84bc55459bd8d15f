// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var privacy: [APIRoute] {
        [
            APIRoute(.get, "/v1/account/preferences", .account(scope: .accountRead)) { call in
                reply(consents: try await checkout.consents(of: call.user()))
            },
            APIRoute(.put, "/v1/account/preferences", .account(scope: .accountWrite)) { call in
                var fields = try call.fields()
                let marketing = try fields.bool("marketing")
                try fields.end()
                return reply(consents: try await checkout.setConsents(marketing ? [.marketing] : [], of: call.user()))
            },
            APIRoute(.get, "/v1/account/export", .account(fresh: true)) { call in
                let data = try await checkout.personalData(of: call.user())
                return APIReply.object(headers: [.contentDisposition: "attachment; filename=\"account.json\""]) { $0.personalMembers(data) }
            },
            APIRoute(.post, "/v1/account/erase", .account(fresh: true)) { call in
                let erasure = try await checkout.erase(call.user())
                return APIReply.object(headers: [.setCookie: SessionCookie.clearing(isSecure: cookiesAreSecure)]) { writer in
                    writer.member("status", "erased")
                    if let until = erasure.addressesUntil { writer.member("addressesUntil", until.description) }
                }
            },
        ]
    }

    private func reply(consents: Set<Consent>) -> APIReply {
        APIReply.object { $0.member("marketing", consents.contains(.marketing)) }
    }
}

extension JSONWriter {
    fileprivate mutating func list<Element>(_ name: String, _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        self.name(name)
        array { writer in for element in elements { writer.object { write(&$0, element) } } }
    }

    fileprivate mutating func time(_ name: String, _ milliseconds: Int64) {
        member(name, Instant(millisecondsSinceEpoch: milliseconds).description)
    }

    /// Everything, in the words of the API; amounts are in minor units.
    fileprivate mutating func personalMembers(_ data: PersonalData) {
        name("account")
        object { $0.accountMembers(data.account) }
        list("addresses", data.addresses) { $0.addressMembers($1) }
        list("orders", data.orders) { $0.exportMembers($1) }
        list("carts", data.carts) { writer, cart in
            writer.member("id", cart.cart.id.text)
            writer.member("market", cart.cart.market.text)
            writer.member("status", cart.cart.status.rawValue)
            if let email = cart.cart.email { writer.member("email", email) }
            if let address = cart.cart.address {
                writer.name("address")
                address.write(to: &writer)
            }
            writer.list("lines", cart.lines) { writer, line in
                writer.member("offer", line.offer)
                writer.member("quantity", line.quantity)
            }
        }
        list("wishlist", data.wishes) { $0.wishMembers($1) }
        list("consents", data.consents) { writer, consent in
            writer.member("kind", consent.kind)
            writer.member("isGiven", consent.isGiven)
            writer.time("at", consent.at)
        }
        list("sessions", data.sessions) { writer, session in
            writer.member("id", session.id.text)
            writer.member("kind", session.kind.rawValue)
            writer.time("createdAt", session.createdAt)
            writer.time("lastSeenAt", session.seenAt)
        }
        list("passkeys", data.passkeys) { writer, passkey in
            writer.member("id", passkey.id.text)
            writer.member("name", passkey.name)
            writer.time("createdAt", passkey.createdAt)
        }
        list("apiKeys", data.keys) { writer, key in
            writer.member("id", key.id.text)
            writer.member("name", key.name)
            writer.member("scopes", key.scopes.map(\.rawValue).sorted())
            writer.time("createdAt", key.createdAt)
        }
        list("audit", data.audit) { writer, entry in
            writer.time("at", entry.at)
            writer.member("action", entry.action)
            writer.member("entity", entry.entity)
        }
    }

    private mutating func exportMembers(_ group: OrderGroup) {
        member("id", group.id.text)
        member("placedAt", group.placedAt.description)
        member("market", group.market.text)
        member("currency", group.currency.code)
        member("email", group.email)
        name("address")
        group.address.write(to: &self)
        member("total", group.total.minorUnits)
        member("refunded", group.balance.refunded)
        list("lines", group.orders.flatMap { order in order.lines.map { (order, $0) } }) { writer, line in
            writer.member("seller", line.0.seller.text)
            writer.member("status", line.0.status.rawValue)
            writer.member("sku", line.1.sku)
            writer.member("quantity", line.1.quantity)
            writer.member("unitPrice", line.1.unitPrice.minorUnits)
        }
    }
}
