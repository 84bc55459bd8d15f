// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooServer

/// What an account keeps: carts, orders, addresses, wishes, and nothing once it is erased.
struct AccountThingsTests {
    private static let opened = #""market":"de","language":"de""#

    private func cart(_ shop: Selling, _ member: Selling.Member, guest: (id: String, token: String, total: Int64)? = nil) async throws -> Selling.Answer {
        let guest = guest.map { #","guest":{"cart":"\#($0.id)","token":"\#($0.token)"}"# } ?? ""
        return try await shop.ask(.post, "/v1/account/carts", as: member, "{\(AccountThingsTests.opened)\(guest)}")
    }

    @Test func aGuestsCartIsTakenOverOnceUpToTheLimit() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let (first, second) = (try await shop.filledCart(quantity: 600), try await shop.filledCart(quantity: 600))
        let taken = try await cart(shop, ada, guest: first)
        #expect(taken.status == 200 && taken.value("lines/0/quantity") == "600" && taken.value("token") == nil && taken.value("email") == "ada@example.com")
        for _ in 0..<2 { try await #expect(cart(shop, ada, guest: second).value("lines/0/quantity") == "999") }
        try await #expect(shop.ask(.post, "/v1/carts/\(first.id)/lines", token: first.token, #"{"offer":"alpha/lamp","quantity":1}"#).value("code") == "cartClosed")
        try await #expect(shop.ask(.get, "/v1/carts/\(first.id)", token: first.token).value("email") == nil)
        let wrong = (id: second.id, token: first.token, total: Int64(0))
        try await #expect(cart(shop, ada, guest: wrong).status == 404)
        let id = taken.value("id") ?? ""
        // The cart of an account has no token, not even the one that could be reckoned for it.
        try await #expect(shop.ask(.get, "/v1/carts/\(id)", as: ada).status == 200)
        try await #expect(shop.ask(.get, "/v1/account/carts", as: ada).value("data/0/id") == id)
        let grace = try await shop.member("grace@example.com")
        try await #expect(shop.ask(.get, "/v1/carts/\(id)", as: grace).status == 404)
        try await #expect(cart(shop, grace, guest: (id: id, token: shop.checkout.secret.token(.cart, id), total: 0)).status == 404)
    }

    @Test func whatIsPutAsideIsNotBoughtAndSurvivesThePurchase() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let filled = try await cart(shop, ada, guest: shop.filledCart(quantity: 2))
        let (id, line) = (filled.value("id") ?? "", filled.value("lines/0/id") ?? "")
        let path = "/v1/carts/\(id)/lines/\(line)"
        try await #expect(shop.ask(.patch, path, as: ada, #"{"saved":true,"quantity":1}"#).status == 400)
        let saved = try await shop.ask(.patch, path, as: ada, #"{"saved":true}"#)
        #expect(saved.value("lines/0/id") == nil && saved.value("saved/0/quantity") == "2" && saved.value("quote/total/amount") == nil)
        try await #expect(shop.ask(.patch, path, as: ada, #"{"saved":false}"#).value("lines/0/quantity") == "2")
        _ = try await shop.ask(.patch, path, as: ada, #"{"saved":true}"#)
        try await shop.checkout.database.write { tx in _ = try tx.execute("UPDATE carts SET status = 'completed' WHERE id = \(id)") }
        let next = try await cart(shop, ada)
        #expect(next.value("id") != id && next.value("saved/0/offer") == "alpha/lamp")
        // More of what was put aside is in the cart again.
        let again = try await shop.ask(.post, "/v1/carts/\(next.value("id") ?? "")/lines", as: ada, #"{"offer":"alpha/lamp","quantity":1}"#)
        #expect(again.value("lines/0/quantity") == "1" && again.value("saved/0/id") == nil)
    }

    @Test func ordersOfTheOwnAddressAreClaimed() async throws {
        let shop = try await Selling()
        let bought = try await shop.complete(shop.filledCart()).value("order") ?? ""
        let (ada, grace) = (try await shop.member("ADA@example.com"), try await shop.member("grace@example.com"))
        try await #expect(shop.ask(.get, "/v1/orders/\(bought)", as: ada).status == 404)
        try await #expect(shop.ask(.post, "/v1/account/orders/claim", as: grace).value("claimed") == "0")
        try await #expect(shop.ask(.get, "/v1/account/orders", as: ada).value("claimable") == "1")
        try await #expect(shop.ask(.post, "/v1/account/orders/claim", as: ada).value("claimed") == "1")
        let history = try await shop.ask(.get, "/v1/account/orders", as: ada)
        #expect(history.value("data/0/id") == bought && history.value("data/0/items") == "1" && history.value("claimable") == "0")
        try await #expect(shop.ask(.get, "/v1/orders/\(bought)", as: ada).status == 200)
        try await #expect(shop.ask(.get, "/v1/orders/\(bought)", as: grace).status == 404)
        try await #expect(shop.ask(.get, "/v1/account/orders?limit=0", as: ada).status == 422)
    }

    @Test func oneAddressIsTakenFirst() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        func body(_ city: String, _ isDefault: Bool) -> String {
            #"{"address":{"name":"Ada","lines":["Weg 1"],"city":"\#(city)","postalCode":"10115","country":"DE"},"isDefault":\#(isDefault)}"#
        }
        let first = try await shop.ask(.post, "/v1/account/addresses", as: ada, body("Berlin", false))
        #expect(first.status == 201 && first.value("isDefault") == "true")
        let second = try await shop.ask(.post, "/v1/account/addresses", as: ada, body("Bonn", true)).value("id") ?? ""
        func listed() async throws -> [String?] {
            let answer = try await shop.ask(.get, "/v1/account/addresses", as: ada)
            return [answer.value("data/0/address/city"), answer.value("data/0/isDefault"), answer.value("data/1/address/city"), answer.value("data/1/isDefault")]
        }
        try await #expect(listed() == ["Bonn", "true", "Berlin", "false"])
        try await #expect(shop.ask(.put, "/v1/account/addresses/\(second)", as: ada, body("Köln", false)).value("isDefault") == "true")
        let grace = try await shop.member("grace@example.com")
        try await #expect(shop.ask(.put, "/v1/account/addresses/\(second)", as: grace, body("Ulm", true)).status == 404)
        try await #expect(shop.ask(.delete, "/v1/account/addresses/\(second)", as: grace).status == 404)
        try await #expect(shop.ask(.delete, "/v1/account/addresses/\(second)", as: ada).status == 204)
        try await #expect(listed() == ["Berlin", "true", nil, nil])
        try await #expect(shop.ask(.post, "/v1/account/addresses", as: ada, body("4111 1111 1111 1111", true)).status == 422)
    }

    @Test func wishesOfEveryDeviceComeTogether() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        func body(_ urls: String...) -> String { #"{"items":[\#(urls.map { #"{"url":"\#($0)","title":"T"}"# }.joined(separator: ","))]}"# }
        try await #expect(shop.ask(.post, "/v1/account/wishlist", as: ada, body("/de-de/p/a", "/de-de/p/b")).status == 200)
        let merged = try await shop.ask(.post, "/v1/account/wishlist", as: ada, body("/de-de/p/c", "/de-de/p/b"))
        #expect((0..<4).map { merged.value("items/\($0)/url") } == ["/de-de/p/c", "/de-de/p/b", "/de-de/p/a", nil])
        try await #expect(shop.ask(.put, "/v1/account/wishlist", as: ada, body("/de-de/p/a")).value("items/1/url") == nil)
        for url in ["https://evil.example/", "//evil.example/", "javascript:x", "", "/a b"] {
            try await #expect(shop.ask(.post, "/v1/account/wishlist", as: ada, body(url)).status == 422)
        }
    }

    @Test func anErasedAccountKeepsItsSumsOnly() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let placed = try await shop.complete(shop.filledCart())
        let (order, token) = (placed.value("order") ?? "", placed.value("token") ?? "")
        _ = try await shop.ask(.put, "/v1/account/preferences", as: ada, #"{"marketing":true}"#)
        let export = try await shop.ask(.get, "/v1/account/export", as: ada)
        #expect(export.value("orders/0/id") == order && export.value("consents/0/kind") == "marketing" && export.value("sessions/0/id") != nil)
        #expect(export.headers[.contentDisposition]?.hasPrefix("attachment") == true)
        let erased = try await shop.ask(.post, "/v1/account/erase", as: ada)
        #expect(erased.status == 200 && erased.value("addressesUntil") == "2027-02-14T08:00:00Z")
        let kept = try await shop.ask(.get, "/v1/orders/\(order)", token: token)
        #expect(kept.value("total/amount") == "12495" && kept.value("email") == "" && kept.value("address/city") == "Berlin")
        shop.clock.advance(Erasure.orderMilliseconds)
        try await shop.checkout.forgetExpired()
        let later = try await shop.ask(.get, "/v1/orders/\(order)", token: token)
        #expect(later.value("total/amount") == "12495" && later.value("address/city") == "–" && later.value("address/country") == "DE")
        try await #expect(shop.checkout.faults().isEmpty)
        // The address is free again, and what it becomes is somebody else.
        let again = try await shop.member("ada@example.com")
        #expect(again.id != ada.id)
        try await #expect(shop.ask(.get, "/v1/account/orders", as: again).value("claimable") == "0")
    }

    @Test func theLastAdminStays() async throws {
        let shop = try await Selling()
        let admin = try await shop.member("admin@example.com", roles: [.admin])
        try await #expect(shop.ask(.post, "/v1/account/erase", as: admin).value("code") == "lastAdmin")
        try await #expect(shop.ask(.get, "/v1/account", as: admin).value("email") == "admin@example.com")
    }
}
