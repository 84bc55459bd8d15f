// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooServer

struct KeyTests {
    @Test func aKeyMayWhatItsScopesSayAndNoMore() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com", roles: [.support])
        func key(_ audience: String, _ scopes: String) async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/account/api-keys", as: ada, #"{"name":"till","audience":"\#(audience)","scopes":[\#(scopes)]}"#)
        }
        let staff = try await key("staff", #""accounts:read""#)
        let secret = staff.value("secret") ?? ""
        #expect(staff.status == 201 && secret.hasPrefix("sk_") && staff.value("hint") == String(secret.prefix(8)))
        try await #expect(shop.ask(.get, "/v1/admin/accounts", token: secret).status == 200)
        try await #expect(shop.ask(.get, "/v1/account", token: secret).value("code") == "forbidden")
        try await #expect(shop.ask(.get, "/v1/account/api-keys", token: secret).value("code") == "forbidden")
        let buyer = try await key("buyer", #""account:read","accounts:read""#).value("secret") ?? ""
        try await #expect(shop.ask(.get, "/v1/account", token: buyer).value("email") == "ada@example.com")
        try await #expect(shop.ask(.get, "/v1/admin/accounts", token: buyer).status == 403)
        try await #expect(key("seller", #""orders:read""#).value("errors/0/pointer") == "/audience")
        try await #expect(key("store", #""orders:read""#).status == 422)
        try await #expect(key("store", #""offers:read""#).value("secret")?.hasPrefix("pk_") == true)
        try await #expect(key("buyer", "").status == 422)
        try await #expect(key("buyer", #""all""#).status == 422)
    }

    @Test func aKeyIsToldOnceKeptAsAHashAndCanBeTakenBack() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let made = try await shop.ask(
            .post, "/v1/account/api-keys", as: ada, #"{"name":"till","audience":"buyer","scopes":["account:read"],"expiresAt":"2027-02-01T00:00:00Z"}"#)
        let (id, secret) = (made.value("id") ?? "", made.value("secret") ?? "")
        try await #expect(shop.ask(.get, "/v1/account", token: secret).status == 200)
        let listed = try await shop.ask(.get, "/v1/account/api-keys", as: ada)
        #expect(listed.value("data/0/lastUsedAt") != nil && listed.value("data/0/secret") == nil && !listed.text.contains(secret))
        let kept = try await shop.checkout.database.read { try $0.rows("SELECT key_hash FROM api_keys").map { try $0.text("key_hash") } }
        #expect(kept.count == 1 && kept[0].count == 64)
        let grace = try await shop.member("grace@example.com")
        try await #expect(shop.ask(.delete, "/v1/account/api-keys/\(id)", as: grace).status == 404)
        try await #expect(shop.ask(.delete, "/v1/account/api-keys/\(id)", as: ada).status == 204)
        try await #expect(shop.ask(.get, "/v1/account", token: secret).status == 401)
    }

    @Test func aKeyEndsWithItsTimeAndWithItsOwner() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let soon = Instant(millisecondsSinceEpoch: shop.clock.now + 60_000)
        func make(_ member: Selling.Member) async throws -> String {
            try await shop.ask(
                .post, "/v1/account/api-keys", as: member, #"{"name":"till","audience":"buyer","scopes":["account:read"],"expiresAt":"\#(soon)"}"#
            ).value("secret") ?? ""
        }
        let (first, grace) = (try await make(ada), try await shop.member("grace@example.com"))
        let second = try await make(grace)
        _ = try await shop.checkout.setDisabled(true, Identifier(grace.id), by: "test")
        try await #expect(shop.ask(.get, "/v1/account", token: second).status == 401)
        try await #expect(shop.ask(.get, "/v1/account", token: first).status == 200)
        shop.clock.advance(60_000)
        try await #expect(shop.ask(.get, "/v1/account", token: first).status == 401)
    }
}
