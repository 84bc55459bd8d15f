// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// Keys of programs.
    var keys: [APIRoute] {
        [
            APIRoute(.get, "/v1/account/api-keys", .account()) { call in
                let keys = try await checkout.keys(of: call.user())
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for key in keys { writer.object { $0.keyMembers(key) } } }
                }
            },
            APIRoute(.post, "/v1/account/api-keys", .account(fresh: true)) { call in
                var fields = try call.fields()
                let (name, audience) = (try fields.string("name"), try fields.string("audience"))
                let (names, expiresAt) = (try fields.strings("scopes"), try fields.optionalString("expiresAt"))
                try fields.end()
                guard let audience = APIKey.Audience(rawValue: audience) else { throw CheckoutError(.invalid, field: "audience") }
                let (key, text) = try await checkout.addKey(
                    name, audience: audience, scopes: scopes(names), expiresAt: instant(expiresAt), of: call.user())
                return APIReply.object(.created) { writer in
                    writer.keyMembers(key)
                    writer.member("secret", text)
                }
            },
            APIRoute(.delete, "/v1/account/api-keys/{key}", .account()) { call in
                try await checkout.removeKey(call.parameter("key"), of: call.user())
                return APIReply(status: .noContent)
            },
        ]
    }

    private func scopes(_ names: [String]) throws -> Set<Scope> {
        Set(
            try names.map { name in
                guard let scope = Scope(rawValue: name) else { throw CheckoutError(.invalid, field: "scopes") }
                return scope
            })
    }

    private func instant(_ text: String?) throws -> Instant? {
        guard let text else { return nil }
        guard let instant = Instant(text) else { throw CheckoutError(.invalid, field: "expiresAt") }
        return instant
    }
}

extension JSONWriter {
    fileprivate mutating func keyMembers(_ key: APIKey) {
        member("id", key.id.text)
        member("name", key.name)
        member("hint", key.hint)
        member("audience", key.audience.rawValue)
        member("scopes", key.scopes.map(\.rawValue).sorted())
        member("createdAt", Instant(millisecondsSinceEpoch: key.createdAt).description)
        if let usedAt = key.usedAt { member("lastUsedAt", Instant(millisecondsSinceEpoch: usedAt).description) }
        if let expiresAt = key.expiresAt { member("expiresAt", Instant(millisecondsSinceEpoch: expiresAt).description) }
    }
}
