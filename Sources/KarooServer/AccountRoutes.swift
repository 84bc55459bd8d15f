// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// Accounts come about and are found again by letters.
    var registrations: [APIRoute] {
        [
            APIRoute(.post, "/v1/accounts", .anybody) { call in
                var fields = try call.fields()
                let (email, password, name) = (try fields.string("email"), try fields.string("password"), try fields.optionalString("name"))
                let (language, market) = try edition(&fields)
                try fields.end()
                try await checkout.register(
                    email: email, password: password, name: name, language: language, market: market, from: call.clientAddress)
                return APIReply.object(.accepted) { $0.member("status", "confirmationSent") }
            },
            APIRoute(.post, "/v1/accounts/confirm", .anybody) { call in
                var fields = try call.fields()
                let token = try fields.string("token")
                try fields.end()
                try await checkout.confirm(token: token)
                return APIReply(status: .noContent)
            },
            APIRoute(.post, "/v1/password-resets", .anybody) { call in
                var fields = try call.fields()
                let email = try fields.string("email")
                let (language, market) = try edition(&fields)
                try fields.end()
                try await checkout.requestPasswordReset(email: email, language: language, market: market, from: call.clientAddress)
                return APIReply.object(.accepted) { $0.member("status", "resetSent") }
            },
            APIRoute(.post, "/v1/password-resets/complete", .anybody) { call in
                var fields = try call.fields()
                let (token, password) = (try fields.string("token"), try fields.string("password"))
                try fields.end()
                try await checkout.resetPassword(token: token, to: password)
                return APIReply(status: .noContent)
            },
        ]
    }

    /// The language and the market of the page that asks, for the links of the letter.
    private func edition(_ fields: inout JSONFields) throws -> (language: String, market: Market.ID?) {
        (try fields.string("language"), try fields.optionalString("market").map { Market.ID($0) })
    }

    var account: [APIRoute] {
        [
            APIRoute(.get, "/v1/account", .account(scope: .accountRead)) { call in
                reply(try await checkout.account(call.user()))
            },
            APIRoute(.patch, "/v1/account", .account(scope: .accountWrite)) { call in
                var fields = try call.fields()
                let (name, language) = (try fields.optionalString("name"), try fields.optionalString("language"))
                try fields.end()
                return reply(try await checkout.setProfile(of: call.user(), name: name, language: language))
            },
            APIRoute(.post, "/v1/account/password", .account()) { call in
                var fields = try call.fields()
                let (current, new) = (try fields.optionalString("current"), try fields.string("new"))
                try fields.end()
                guard let caller = call.caller else { throw CheckoutError(.unauthorized) }
                try await checkout.changePassword(of: caller, call.session().id, current: current, to: new, from: call.clientAddress)
                return APIReply(status: .noContent)
            },
            APIRoute(.post, "/v1/account/email", .account(fresh: true)) { call in
                var fields = try call.fields()
                let email = try fields.string("email")
                try fields.end()
                try await checkout.requestEmailChange(of: call.user(), to: email, from: call.clientAddress)
                return APIReply.object(.accepted) { $0.member("status", "confirmationSent") }
            },
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
        member("secondFactor", account.hasSecondFactor)
        member("recoveryCodesLeft", account.recoveryCodes)
        member("passkeys", account.passkeys)
    }
}
