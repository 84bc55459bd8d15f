// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import Testing

@testable import KarooServer

/// Invoices, payouts and rules of commission through the door.
struct MoneyRouteTests {
    private func order(_ shop: Selling) async throws -> (id: String, token: String) {
        let answer = try await shop.complete(try await shop.filledCart())
        return (try #require(answer.value("order")), try #require(answer.value("token")))
    }

    @Test func whoeverMayReadAnOrderReadsItsInvoices() async throws {
        let shop = try await Selling()
        let order = try await order(shop)
        let path = "/v1/orders/\(order.id)/invoices"
        let list = try await shop.ask(.get, path, token: order.token)
        #expect(list.value("data/0/number") == "alpha-000001" && list.value("data/0/total") == "12495")
        let id = try #require(list.value("data/0/id"))
        let invoice = try await shop.ask(.get, "\(path)/\(id)", token: order.token)
        #expect(invoice.value("rates/0/tax") == "1995" && invoice.value("recipient/name") == "Ada" && invoice.headers[.contentType] == "application/json")
        try await #expect(shop.ask(.get, "\(path)/\(id)", token: "wrong").status == 404)
        let other = try await self.order(shop)
        try await #expect(shop.ask(.get, "/v1/orders/\(other.id)/invoices/\(id)", token: other.token).status == 404, "another order's")
    }

    @Test func sellersSeeTheirOwnMoney() async throws {
        let shop = try await Selling()
        _ = try await order(shop)
        let (own, foreign) = (
            try await shop.member("own@example.com", roles: [.seller("alpha")]), try await shop.member("other@example.com", roles: [.seller("beta")])
        )
        for path in ["balances", "payouts", "invoices", "statement"] {
            try await #expect(shop.ask(.get, "/v1/sellers/alpha/\(path)", as: own).status == 200, "\(path)")
            try await #expect(shop.ask(.get, "/v1/sellers/alpha/\(path)", as: foreign).status != 200, "\(path)")
        }
        try await #expect(shop.ask(.get, "/v1/sellers/alpha/balances", as: own).value("data/0/waiting") == "12495")
        let csv = try await shop.ask(.get, "/v1/sellers/alpha/statement", as: own, headers: [.accept: "text/csv"])
        #expect(csv.text.hasPrefix("earning,kind,at,order,currency,received") && csv.headers[.contentType] == "text/csv; charset=utf-8")
        try await #expect(shop.ask(.get, "/v1/sellers/alpha/statement?from=yesterday", as: own).status == 422)
    }

    @Test func adminsPayAndMakeRules() async throws {
        let shop = try await Selling()
        _ = try await order(shop)
        let admin = try await shop.member("admin@example.com", roles: [.admin])
        _ = try await shop.ask(.post, "/v1/session/step-up", as: admin, #"{"password":"\#(AccountTests.password)"}"#)
        let rules = "/v1/admin/commission-rules"
        let rule = try await shop.ask(
            .post, rules, as: admin, #"{"seller":"alpha","partsPerMillion":100000,"amounts":[{"currency":"EUR","fixed":30,"maximum":500}]}"#)
        #expect(rule.status == 201 && rule.value("amounts/0/maximum") == "500")
        try await #expect(shop.ask(.post, rules, as: admin, #"{"partsPerMillion":1000001}"#).status == 422)
        try await #expect(shop.ask(.post, rules, as: admin, #"{"partsPerMillion":1,"amounts":[{"currency":"EUR","minimum":2,"maximum":1}]}"#).status == 422)
        try await #expect(shop.ask(.get, rules, as: admin).value("data/0/id") == rule.value("id"))
        try await #expect(shop.ask(.delete, "\(rules)/\(rule.value("id") ?? "")", as: admin).status == 204)
        try await #expect(shop.ask(.delete, "\(rules)/\(rule.value("id") ?? "")", as: admin).status == 404)

        try await shop.checkout.setPayoutTerms(PayoutTerms(intervalDays: 0, holdDays: 0), minimum: nil, of: nil, actor: "test")
        _ = try await order(shop)
        let run = try await shop.ask(.post, "/v1/admin/payouts", as: admin)
        let id = try #require(run.value("data/0/id"))
        #expect(run.value("data/0/amount") == "12495")
        try await #expect(shop.ask(.post, "/v1/admin/payouts/\(id)/paid", as: admin, #"{"reference":""}"#).status == 422)
        try await #expect(shop.ask(.post, "/v1/admin/payouts/\(id)/paid", as: admin, #"{"reference":"7"}"#).value("status") == "paid")
        try await #expect(shop.ask(.post, "/v1/admin/payouts/\(id)/failed", as: admin, #"{"reason":"came back"}"#).value("status") == "returned")
        try await #expect(shop.ask(.post, "/v1/admin/payouts/\(id)/paid", as: admin, #"{"reference":"8"}"#).value("code") == "payoutClosed")
        try await #expect(shop.ask(.get, "/v1/admin/payouts?status=returned", as: admin).value("data/0/id") == id)
        try await #expect(shop.ask(.get, "/v1/admin/balances", as: admin).value("data/0/available") == "12495")
    }
}
