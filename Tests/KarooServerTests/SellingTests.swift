// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import Testing

@testable import KarooServer

struct SellingTests {
    @Test func aBuyerGoesFromCartToPaidOrder() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart(quantity: 2)
        #expect(cart.total == 243_95)
        let placed = try await shop.complete(cart)
        #expect(placed.status == 201)
        let (order, token) = (placed.value("order") ?? "", placed.value("token") ?? "")
        #expect(placed.headers[.location] == "/v1/orders/\(order)")
        let read = try await shop.ask(.get, "/v1/orders/\(order)", token: token)
        #expect(read.status == 200)
        #expect(read.value("paid/amount") == "24395")
        #expect(read.value("orders/0/lines/0/quantity") == "2")
        #expect(read.value("orders/0/total/display") == "243,95\u{A0}€")
        let cancelled = try await shop.ask(.post, "/v1/orders/\(order)/cancel", token: token)
        #expect(cancelled.value("orders/0/status") == "cancelled" && cancelled.value("refunded/amount") == "24395")
    }

    @Test func theSameRequestIsAnsweredWithTheSameBytes() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let first = try await shop.complete(cart)
        let second = try await shop.complete(cart)
        #expect(first.body == second.body && first.status == second.status)
        #expect(first.headers[.idempotentReplayed] == nil && second.headers[.idempotentReplayed] == "true")
        let other = try await shop.complete(cart, method: "sandbox_3ds")
        #expect(other.status == 422 && other.value("code") == "idempotencyKeyReused")
    }

    @Test func aBankThatAsksIsAnswered() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let asked = try await shop.complete(cart, method: "sandbox_3ds")
        #expect(asked.status == 202 && asked.value("status") == "actionRequired")
        let url = asked.value("url") ?? ""
        try await #expect(shop.ask(.post, url, #"{"confirms":true}"#).status == 204)
        let payment = asked.value("payment") ?? ""
        let placed = try await shop.ask(.post, "/v1/carts/\(cart.id)/payments/\(payment)/return", token: cart.token)
        #expect(placed.status == 201 && placed.value("status") == "placed")
    }

    @Test func aDeclineIs402AndKeepsTheCart() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let declined = try await shop.complete(cart, method: "sandbox_insufficient_funds")
        #expect(declined.status == 402)
        #expect(declined.headers[.contentType] == "application/problem+json")
        #expect(declined.value("errors/0/meta/reason") == "insufficientFunds")
        try await #expect(shop.complete(cart, key: "another").status == 201)
    }

    @Test func whatTheBuyerSaysItCostsIsNeverBelieved() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        for total in [0, -1, 1, Int64.max, Int64.min] {
            let answer = try await shop.complete(cart, key: "\(total)", total: total)
            #expect(answer.status == 409 && answer.value("code") == "priceChanged")
        }
        #expect(shop.bank.statement.isEmpty)
    }

    // MARK: What is not as it must be

    @Test(arguments: [
        "", "[]", "{", "null", #"{"offer":"alpha/lamp"}"#, #"{"offer":"alpha/lamp","quantity":"1"}"#, #"{"offer":"alpha/lamp","quantity":1.5}"#,
        #"{"offer":"alpha/lamp","quantity":true}"#, #"{"offer":"alpha/lamp","quantity":null}"#, #"{"offer":"alpha/lamp","quantity":NaN}"#,
        #"{"offer":"alpha/lamp","quantity":1e400}"#, #"{"offer":"alpha/lamp","quantity":99999999999999999999}"#,
        #"{"offer":"alpha/lamp","quantity":1,"price":1}"#, #"{"offer":"alpha/lamp","quantity":1,"quantity":2}"#,
        String(repeating: "[", count: 10_000),
    ]) func aBodyThatIsNoneIs400(body: String) async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let answer = try await shop.ask(.post, "/v1/carts/\(cart.id)/lines", token: cart.token, body)
        #expect(answer.status == 400 && answer.value("code") == "malformed")
    }

    @Test(arguments: [0, -1, 1_000, Int64.max, Int64.min]) func aQuantityOutOfRangeIs422(quantity: Int64) async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let answer = try await shop.ask(.post, "/v1/carts/\(cart.id)/lines", token: cart.token, #"{"offer":"alpha/lamp","quantity":\#(quantity)}"#)
        #expect(answer.status == 422 && answer.value("errors/0/pointer") == "/quantity")
    }

    @Test func limitsOfBodiesAndTypesHold() async throws {
        let shop = try await Selling()
        let long = #"{"market":""# + String(repeating: "x", count: 70_000) + #""}"#
        try await #expect(shop.ask(.post, "/v1/carts", long).status == 413)
        try await #expect(shop.ask(.post, "/v1/carts", headers: [.contentType: "text/plain"], "{}").status == 415)
        try await #expect(shop.ask(.post, "/v1/carts", headers: [.contentEncoding: "gzip"], "{}").status == 415)
        try await #expect(shop.ask(.get, "/v1/none").status == 404)
        let wrong = try await shop.ask(.delete, "/v1/carts")
        #expect(wrong.status == 405)
        try await #expect(shop.ask(.get, "/v1/../v1/carts").status == 404)
    }

    @Test func aNumberOfACardIsRefusedWhereverItStands() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        for body in [
            Selling.delivery.replacing("Weg 1", with: "4111 1111 1111 1111"), Selling.delivery.replacing("Ada", with: "5555555555554444"),
            Selling.delivery.replacing("10115", with: "4111-1111-1111-1111"),
        ] {
            try await #expect(shop.ask(.put, "/v1/carts/\(cart.id)/delivery", token: cart.token, body).status == 422)
        }
        try await #expect(shop.complete(cart, method: "4111111111111111").value("code") == "paymentMethodUnknown")
    }

    @Test func aVersionThatIsOldIs412() async throws {
        let shop = try await Selling()
        let cart = try await shop.filledCart()
        let path = "/v1/carts/\(cart.id)/lines"
        let tag = try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token).headers[.eTag] ?? ""
        try await #expect(shop.ask(.post, path, token: cart.token, headers: [.ifMatch: tag], #"{"offer":"alpha/lamp","quantity":1}"#).status == 200)
        let old = try await shop.ask(.post, path, token: cart.token, headers: [.ifMatch: tag], #"{"offer":"alpha/lamp","quantity":1}"#)
        #expect(old.status == 412 && old.value("code") == "versionConflict")
    }

    // MARK: Who may

    @Test func everyPrivateAddressWantsItsOwnToken() async throws {
        let shop = try await Selling()
        let (mine, yours) = (try await shop.filledCart(), try await shop.filledCart())
        let order = try await shop.complete(mine).value("order") ?? ""
        for route in shop.routes where route.path.contains("{cart}") || route.path.contains("{order}") {
            let path = route.path.replacing("{cart}", with: mine.id).replacing("{order}", with: order)
                .replacing("{line}", with: "line_x").replacing("{payment}", with: "pay_x")
            let body = route.method == .get || route.method == .delete ? nil : "{}"
            let nobody = try await shop.ask(route.method, path, headers: [.idempotencyKey: "k"], body)
            // Some look at the body first; none goes on without a token.
            #expect([400, 401].contains(nobody.status), "\(route.method) \(route.path)")
            let stranger = try await shop.ask(route.method, path, token: yours.token, headers: [.idempotencyKey: "k"], body)
            #expect([400, 404].contains(stranger.status), "\(route.method) \(route.path)")
        }
        try await #expect(shop.ask(.get, "/v1/carts/\(mine.id)").status == 401)
        try await #expect(shop.ask(.get, "/v1/orders/\(order)", token: mine.token).status == 404)
        try await #expect(shop.ask(.get, "/v1/carts/\(mine.id)", token: "x").status == 404)
    }

    @Test func onlyPagesOfAllowedSitesAreAnsweredAcrossOrigins() async throws {
        var settings = APISettings()
        settings.allowedOrigins = ["https://www.example.org"]
        let shop = try await Selling(settings: settings)
        let allowed = try await shop.ask(.options, "/v1/carts", headers: [.origin: "https://www.example.org"])
        #expect(allowed.status == 204 && allowed.headers[.accessControlAllowOrigin] == "https://www.example.org")
        for origin in ["https://evil.example", "null", "https://www.example.org.evil.example"] {
            let answer = try await shop.ask(.get, "/healthz", headers: [.origin: origin])
            #expect(answer.headers[.accessControlAllowOrigin] == nil && answer.headers[.vary] == "Origin")
        }
    }

    @Test func everyAnswerIsPrivateAndCarriesItsRequest() async throws {
        let shop = try await Selling()
        let answer = try await shop.ask(.get, "/v1/none", headers: [.requestID: "abc-123"])
        #expect(answer.headers[.requestID] == "abc-123" && answer.value("requestId") == "abc-123")
        #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.xContentTypeOptions] == "nosniff")
        let forged = try await shop.ask(.get, "/v1/none", headers: [.requestID: "<script>"])
        #expect(forged.headers[.requestID] != "<script>")
    }

    @Test func offersHealthAndNumbersAreToldToEverybody() async throws {
        let shop = try await Selling(stock: 0)
        let offers = try await shop.ask(.get, "/v1/offers?market=de&language=de&ids=alpha%2Flamp,alpha/none")
        #expect(offers.value("data/0/price/display") == "119,00\u{A0}€" && offers.value("data/0/isAvailable") == "false")
        #expect(offers.value("data/1/id") == nil)
        try await #expect(shop.ask(.get, "/v1/offers?market=xx&language=de&ids=a").status == 422)
        try await #expect(shop.ask(.get, "/readyz").value("offers") == "1")
        try await #expect(shop.ask(.get, "/healthz").status == 200)
        let numbers = try await shop.ask(.get, "/metrics")
        #expect(numbers.text.contains("karoo_http_requests_total{method=\"GET\",route=\"/v1/offers\",status=\"2xx\"} 1\n"))
        #expect(numbers.text.contains("karoo_http_requests_total{method=\"GET\",route=\"/v1/offers\",status=\"4xx\"} 1\n"))
        #expect(numbers.text.contains("karoo_http_request_duration_seconds_count{method=\"GET\",route=\"/readyz\"} 1\n"))
        #expect(numbers.text.contains("karoo_database_writes 1\n"))
    }

    // MARK: The document

    @Test func theDocumentAndTheRoutesNameTheSameAddresses() async throws {
        let shop = try await Selling()
        let answer = try await shop.ask(.get, "/v1/openapi.json")
        var fields = try JSON(parsing: answer.body).fields()
        guard case .object(let paths)? = fields.take("paths") else {
            Issue.record("the document has no paths")
            return
        }
        let documented = try paths.flatMap { path in
            guard case .object(let members) = path.value else { throw JSONError("\(path.name) is no object") }
            return members.map(\.name).filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path.name)" }
        }
        #expect(Set(documented) == Set(shop.routes.map { "\($0.method.rawValue) \($0.path)" }))
    }

    @Test func everyObjectOfTheDocumentIsClosed() async throws {
        let shop = try await Selling()
        let document = try JSON(parsing: try await shop.ask(.get, "/v1/openapi.json").body)
        func check(_ json: JSON) {
            switch json {
            case .object(let members):
                if members.contains(where: { $0.name == "properties" }) {
                    #expect(members.contains { $0.name == "additionalProperties" && $0.value == .bool(false) })
                }
                for member in members { check(member.value) }
            case .array(let values):
                for value in values { check(value) }
            default: break
            }
        }
        check(document)
    }
}
