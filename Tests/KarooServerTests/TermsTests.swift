// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import Testing

@testable import KarooServer

/// What a basket costs, through the door: discounts, ways of delivery, tax numbers, other currencies.
struct TermsTests {
    private static let rule = #"{"reduction":{"kind":"share","partsPerMillion":100000},"scope":{"products":["alpha/lamp"]}}"#

    @Test func anAdminBeginsAPromotionAndACartShowsIt() async throws {
        let shop = try await Selling()
        let admin = try await shop.member("admin@example.com", roles: [.admin])
        let made = try await shop.ask(
            .post, "/v1/admin/promotions", as: admin, #"{"name":"Lamps","names":{"de":"Lampen"},"rule":\#(TermsTests.rule),"unitLimit":5,"setsAside":false}"#)
        #expect(made.status == 201 && made.value("names/de") == "Lampen" && made.value("usedUnits") == "0" && made.value("rule/lane") == "line")
        let cart = try await shop.filledCart()
        let answer = try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token)
        #expect(answer.value("quote/discounts/0/name") == "Lampen" && answer.value("quote/discounts/0/lane") == "line")
        #expect(answer.value("quote/discounts/0/bearer") == "marketplace" && answer.value("quote/discounts/0/amount/amount") == "1190")
        #expect(answer.value("quote/discounts/0/shares/0/offer") == "alpha/lamp" && answer.value("quote/parcels/0/taxes/0/partsPerMillion") == "190000")
        let order = try await shop.complete(cart)
        let read = try await shop.ask(.get, order.headers[.location] ?? "", token: order.value("token"))
        #expect(read.value("orders/0/discounts/0/amount/amount") == "1190" && read.value("orders/0/discounts/0/name") == "Lampen")
        let list = try await shop.ask(.get, "/v1/admin/promotions?limit=1", as: admin)
        #expect(list.value("data/0/usedUnits") == "1" && list.value("hasMore") == "false")
        let id = made.value("id") ?? ""
        try await #expect(shop.ask(.post, "/v1/admin/promotions/\(id)/end", as: admin, "{}").status == 204)
        try await #expect(shop.ask(.get, "/v1/carts/\(shop.filledCart().id)", token: "x").status == 404)
        let after = try await shop.filledCart()
        #expect(after.total == 124_95)
    }

    @Test func aSellerHasOnlyItsOwn() async throws {
        let shop = try await Selling()
        let (alpha, beta) = (
            try await shop.member("alpha@example.com", roles: [.seller("alpha")]), try await shop.member("beta@example.com", roles: [.seller("beta")])
        )
        // Beta's promotion is of beta's goods, whatever it says.
        let foreign = try await shop.ask(.post, "/v1/sellers/beta/promotions", as: beta, #"{"name":"x","rule":\#(TermsTests.rule)}"#)
        #expect(foreign.status == 201 && foreign.value("rule/scope/seller") == "beta" && foreign.value("rule/sellerPartsPerMillion") == "1000000")
        let cart = try await shop.filledCart()
        #expect(cart.total == 124_95)
        let stock = #"{"name":"x","rule":{"reduction":{"kind":"freeShipping"}},"unitLimit":1,"setsAside":true}"#
        try await #expect(shop.ask(.post, "/v1/sellers/beta/promotions", as: beta, stock).status == 422)
        let taken = #"{"name":"x","rule":{"reduction":{"kind":"share","partsPerMillion":1},"scope":{"offers":["alpha/lamp"]}},"unitLimit":1,"setsAside":true}"#
        try await #expect(shop.ask(.post, "/v1/sellers/beta/promotions", as: beta, taken).status == 422)
        try await #expect(shop.ask(.post, "/v1/sellers/alpha/promotions", as: beta, taken).status == 404)
        let id = foreign.value("id") ?? ""
        try await #expect(shop.ask(.post, "/v1/sellers/alpha/promotions/\(id)/end", as: alpha, "{}").status == 404)
        let coupon = try await shop.ask(
            .post, "/v1/sellers/alpha/coupons", as: alpha, #"{"code":"hello","reduction":{"kind":"share","partsPerMillion":500000},"buyerLimit":1}"#)
        #expect(coupon.status == 201 && coupon.value("code") == "HELLO" && coupon.value("seller") == "alpha" && coupon.value("sellerPartsPerMillion") == "1000000")
        let again = try await shop.ask(.post, "/v1/sellers/alpha/coupons", as: alpha, #"{"code":"Hello","reduction":{"kind":"freeShipping"}}"#)
        #expect(again.status == 422)
        let used = try await shop.ask(.put, "/v1/carts/\(cart.id)/coupon", token: cart.token, #"{"code":"hello"}"#)
        #expect(used.value("quote/discounts/0/bearer") == "seller" && used.value("quote/total/amount") == "6545")
        try await #expect(shop.ask(.post, "/v1/sellers/beta/coupons/hello/end", as: beta, "{}").status == 422)
        try await #expect(shop.ask(.post, "/v1/sellers/alpha/coupons/hello/end", as: alpha, "{}").status == 204)
        let ended = try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token)
        #expect(ended.value("problems/0/code") == "couponExpired" && ended.value("quote/total/amount") == "12495")
        try await #expect(shop.ask(.get, "/v1/sellers/beta/coupons", as: beta).value("data/0/code") == nil)
    }

    @Test(arguments: [
        #"{"name":"x"}"#, #"{"name":"x","rule":{}}"#, #"{"name":"x","rule":{"reduction":{"kind":"gift"}}}"#,
        #"{"name":"x","rule":{"reduction":{"kind":"share","partsPerMillion":0}}}"#, #"{"name":"x","rule":{"reduction":{"kind":"freeShipping"},"lane":"line"}}"#,
        #"{"name":"","rule":{"reduction":{"kind":"freeShipping"}}}"#, #"{"name":"x","rule":{"reduction":{"kind":"freeShipping"},"until":"tomorrow"}}"#,
        #"{"name":"x","rule":{"reduction":{"kind":"amount","amount":{"amount":9223372036854775807,"currency":"EUR"}}}}"#,
        #"{"name":"x","rule":{"reduction":{"kind":"buyAndGet","buy":9223372036854775807,"get":1}}}"#,
    ]) func whatIsNoPromotionIsRefused(body: String) async throws {
        let shop = try await Selling()
        let admin = try await shop.member("admin@example.com", roles: [.admin])
        let answer = try await shop.ask(.post, "/v1/admin/promotions", as: admin, body)
        #expect(answer.status == 400 || answer.status == 422, "\(answer.text)")
    }

    @Test func theWayOfDeliveryIsChosenAmongThoseThatAre() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let path = "/v1/carts/\(cart.id)/shipping"
        let read = try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token)
        #expect(read.value("shippingWays/0/method") == "standard" && read.value("shippingWays/0/isChosen") == "true")
        #expect(read.value("quote/parcels/0/earliest") == "2027-01-20" && read.value("quote/parcels/0/latest") == "2027-01-22")
        let chosen = try await shop.ask(.put, path, token: cart.token, #"{"choices":[{"seller":"alpha","method":"standard"}]}"#)
        #expect(chosen.status == 200)
        for body in [
            #"{"choices":[{"seller":"alpha","method":"drone"}]}"#, #"{"choices":[{"seller":"nobody","method":"standard"}]}"#,
            #"{"choices":[{"seller":"alpha","method":"standard","point":"x"}]}"#,
        ] {
            let refused = try await shop.ask(.put, path, token: cart.token, body)
            #expect(refused.status == 422 && refused.value("code") == "shippingMethodUnavailable")
        }
        try await #expect(shop.ask(.put, path, token: cart.token, #"{"choices":[{"seller":"alpha"}]}"#).status == 400)
    }

    @Test func aTaxNumberIsLookedAt() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let path = "/v1/carts/\(cart.id)/tax-id"
        let set = try await shop.ask(.put, path, token: cart.token, #"{"taxID":"fr 12 345678901"}"#)
        #expect(set.status == 200 && set.value("taxID") == "FR12345678901" && set.value("quote/taxID") == "FR12345678901")
        try await #expect(shop.ask(.put, path, token: cart.token, #"{"taxID":"12"}"#).value("code") == "taxIDInvalid")
        let removed = try await shop.ask(.delete, path, token: cart.token)
        #expect(removed.status == 200 && removed.value("taxID") == nil)
    }

    @Test func anAmountInAnotherCurrencyIsToldHeldAndKept() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let path = "/v1/carts/\(cart.id)/currency-quote"
        try await #expect(shop.ask(.post, path, token: cart.token, #"{"currency":"USD"}"#).value("code") == "conversionUnavailable")
        try await #expect(shop.ask(.post, path, token: cart.token, #"{"currency":"XAU"}"#).status == 422)
        let file = "<a><Cube time='2027-01-14'><Cube currency='USD' rate='1.1'/></Cube></a>"
        try await shop.checkout.takeRates(Array(file.utf8), source: "ECB")
        let told = try await shop.ask(.post, path, token: cart.token, #"{"currency":"USD"}"#)
        #expect(told.status == 200 && told.value("amount/amount") == "13745" && told.value("total/amount") == "12495")
        #expect(told.value("rate") == "1.100000" && told.value("date") == "2027-01-14" && told.value("source") == "ECB")
        let body = #"{"total":{"amount":12495,"currency":"EUR"},"payment":{"method":"sandbox_ok"},"currencyQuote":"\#(told.value("token") ?? "")"}"#
        let placed = try await shop.ask(.post, "/v1/carts/\(cart.id)/complete", token: cart.token, headers: [.idempotencyKey: "k"], body)
        #expect(placed.status == 201)
        let order = try await shop.ask(.get, placed.headers[.location] ?? "", token: placed.value("token"))
        #expect(order.value("currencyQuote/amount/amount") == "13745" && order.value("total/amount") == "12495")
    }
}
