// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var account: [APIRoute] {
        [
            APIRoute(.get, "/v1/account", .account(scope: .accountRead)) { call in
                reply(try await checkout.account(call.user()))
            }
        ]
    }

    /// What the staff does with accounts.
    var accounts: [APIRoute] {
        [
            APIRoute(.get, "/v1/admin/accounts", .support(scope: .accountsRead)) { call in
                let page = try call.page()
                let accounts = try await checkout.accounts(email: call.query["email"], before: page.after, limit: page.limit + 1)
                return page.reply(accounts, cursor: \.id.text) { writer, account in writer.object { $0.accountMembers(account) } }
            },
            APIRoute(.post, "/v1/admin/accounts/{account}/roles", .admin(fresh: true)) { call in
                var fields = try call.fields()
                let role = try role(fields.string("role"), seller: fields.optionalString("seller"))
                try fields.end()
                return reply(try await checkout.grant(role, to: call.parameter("account"), by: call.actor()))
            },
            APIRoute(.delete, "/v1/admin/accounts/{account}/roles", .admin(fresh: true)) { call in
                let role = try role(call.query["role"] ?? "", seller: call.query["seller"])
                return reply(try await checkout.revoke(role, from: call.parameter("account"), by: call.actor()))
            },
            APIRoute(.post, "/v1/admin/accounts/{account}/disable", .admin(fresh: true)) { call in
                reply(try await checkout.setDisabled(true, call.parameter("account"), by: call.actor()))
            },
            APIRoute(.post, "/v1/admin/accounts/{account}/enable", .admin(fresh: true)) { call in
                reply(try await checkout.setDisabled(false, call.parameter("account"), by: call.actor()))
            },
            APIRoute(.get, "/v1/admin/audit", .admin(scope: .auditRead)) { call in
                let page = try call.page()
                let entries = try await checkout.auditEntries(before: page.after.flatMap { Int64($0) }, limit: page.limit + 1)
                return page.reply(entries, cursor: { String($0.sequence) }) { writer, entry in
                    writer.object { writer in
                        writer.member("seq", entry.sequence)
                        writer.member("at", Instant(millisecondsSinceEpoch: entry.at).description)
                        writer.member("actor", entry.actor)
                        writer.member("action", entry.action)
                        writer.member("entity", entry.entity)
                        writer.member("hash", entry.hash)
                    }
                }
            },
        ]
    }

    private func role(_ name: String, seller: String?) throws -> Role {
        guard let role = Role(name, seller: seller.map { Seller.ID($0) }) else { throw CheckoutError(.invalid, field: "role") }
        return role
    }

    func reply(_ account: UserAccount) -> APIReply { APIReply.object { $0.accountMembers(account) } }
}

extension APICall {
    func actor() throws -> String {
        guard let caller else { throw CheckoutError(.unauthorized) }
        return caller.actor
    }
}

extension JSONWriter {
    mutating func accountMembers(_ account: UserAccount) {
        member("id", account.id.text)
        if let email = account.email { member("email", email) }
        if let name = account.name { member("name", name) }
        member("language", account.language)
        member("status", account.status.rawValue)
        member("createdAt", account.createdAt.description)
        member("roles", ["buyer"] + Set(account.roles.map(\.name)).sorted())
        member("sellers", account.sellers.map(\.text).sorted())
        member("hasPassword", account.hasPassword)
    }
}
