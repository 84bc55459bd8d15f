// KarooExpress – Apache-2.0

import HTTPTypes
import HummingbirdCore
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooDatabase
import Logging
import NIOCore
import Synchronization

@testable import KarooServer

/// A shop behind its door, asked without a network: the real responder, a real database in memory.
struct Selling: Sendable {
    let bank = SandboxProvider()
    let clock = Clock()
    let checkout: Checkout
    let responder: APIResponder
    let routes: [APIRoute]

    init(stock: Int64 = 100, settings: APISettings = APISettings()) async throws {
        let key = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
        let database = try SQLiteDatabase(path: nil, clock: { [clock] in clock.now })
        try await database.migrate(Migration.all)
        checkout = Checkout(
            database: database, offers: Offers(trusted: [key.verifyingKey]), payments: PaymentProviders(bank),
            secret: TokenSecret([UInt8](repeating: 9, count: 32))!, passwords: PasswordHashing(parameters: Selling.quickHash),
            guesses: Guesses(clock: { [clock] in clock.now }))
        try await checkout.takeOffers(read: Selling.files(key))
        try await checkout.seedStock([(offer: "alpha/lamp", quantity: stock)])
        let metrics = APIMetrics(gauges: { ["database_writes": 1] })
        routes = APIRoutes(checkout: checkout, sandbox: bank, metrics: metrics).all
        responder = APIResponder(
            routes: routes, doorkeeper: Doorkeeper(checkout: checkout, allowedOrigins: settings.allowedOrigins), settings: settings, metrics: metrics)
    }

    /// A time that only tests move.
    final class Clock: Sendable {
        private let milliseconds = Mutex<Int64>(1_800_000_000_000)

        var now: Int64 { milliseconds.withLock { $0 } }
        func advance(_ span: Int64) { milliseconds.withLock { $0 += span } }
    }

    /// Passwords of tests need not withstand anybody.
    static let quickHash = try! Scrypt.Parameters(cost: 16, blockSize: 1, parallelization: 1)

    private static func files(_ key: SigningKey) throws -> (String) -> [UInt8]? {
        let euro = Currency("EUR")!
        let price = Offer.MarketPrice(market: "de", schedule: PriceSchedule(base: Price(amount: Money(minorUnits: 119_00, currency: euro))))
        let offer = Offer(seller: "alpha", sku: "lamp", product: "alpha/lamp", taxCategory: "standard", availability: .tracked, markets: [price])
        let terms = OfferTerms(
            markets: [MarketTerms(id: "de", currency: euro, countries: ["DE"], languages: [Language("de")!], taxInclusive: true, lowestPriceLaw: true)],
            taxes: [TaxRule(market: "de", category: "standard", ratePartsPerMillion: 190_000)],
            sellers: [
                SellerTerms(
                    id: "alpha", name: "Alpha", country: "DE", handlingDays: 1...2,
                    shipping: [ShippingTerms(market: "de", price: Money(minorUnits: 5_95, currency: euro), freeFrom: nil, days: 2...3)],
                    returnDays: 30, returnsAreFree: true)
            ])
        let files = try OfferBook(offers: [offer], terms: terms).files(
            sequence: 1, builtAt: Instant(millisecondsSinceEpoch: 0), keyID: key.verifyingKey.id, digest: { SHA256.digest(of: $0).hex },
            sign: { Base64URL.encode(try key.sign($0)) })
        let bytes = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        return { bytes[$0] }
    }

    // MARK: Asking

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The value at a path of names and places, as `errors/0/pointer`; nil when there is none.
        func value(_ path: String) -> String? {
            var value = try? JSON(parsing: body)
            for name in path.split(separator: "/") {
                switch value {
                case .object(let members): value = members.first { $0.name == name }?.value
                case .array(let values): value = Int(name).flatMap { $0 < values.count ? values[$0] : nil }
                default: value = nil
                }
            }
            switch value {
            case .string(let text), .number(let text): return text
            case .bool(let bool): return String(bool)
            default: return nil
            }
        }
    }

    /// - parameter client: the other end of the connection, as an address; nil when there is none.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, headers: HTTPFields = [:], client: String? = "192.0.2.1",
        authority: String? = "localhost", _ body: String? = nil
    ) async throws -> Answer {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: authority, path: path, headerFields: fields),
            body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let reply = await responder.reply(
            to: request, from: client.flatMap { NetworkAddress($0) }, Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        return Answer(status: reply.status.code, headers: reply.headers, body: reply.body)
    }

    /// Somebody who has logged in with a browser.
    struct Member: Sendable {
        let id: String
        /// `karoo=st_…`
        let cookie: String
        let csrf: String
    }

    /// Makes an account and logs in.
    func member(_ email: String, roles: Set<Role> = []) async throws -> Member {
        let account = try await checkout.createAccount(email: email, password: AccountTests.password, roles: roles, actor: "test")
        let answer = try await ask(.post, "/v1/sessions", client: email, #"{"email":"\#(email)","password":"\#(AccountTests.password)"}"#)
        let cookie = answer.headers[.setCookie]?.split(separator: ";").first.map(String.init) ?? ""
        return Member(id: account.id.text, cookie: cookie, csrf: answer.value("csrf") ?? "")
    }

    /// As a page of somebody who has logged in asks.
    func ask(_ method: HTTPRequest.Method, _ path: String, as member: Member, headers: HTTPFields = [:], _ body: String? = nil) async throws -> Answer {
        var fields = headers
        fields[.cookie] = member.cookie
        fields[.csrfToken] = member.csrf
        return try await ask(method, path, headers: fields, body)
    }

    /// A cart with lamps and an address: its id, its token, and what it costs.
    func filledCart(quantity: Int = 1) async throws -> (id: String, token: String, total: Int64) {
        let opened = try await ask(.post, "/v1/carts", #"{"market":"de","language":"de"}"#)
        let (id, token) = (opened.value("id") ?? "", opened.value("token") ?? "")
        _ = try await ask(.post, "/v1/carts/\(id)/lines", token: token, #"{"offer":"alpha/lamp","quantity":\#(quantity)}"#)
        let cart = try await ask(.put, "/v1/carts/\(id)/delivery", token: token, Selling.delivery)
        return (id, token, cart.value("quote/total/amount").flatMap { Int64($0) } ?? 0)
    }

    static let delivery = #"{"email":"ada@example.com","address":{"name":"Ada","lines":["Weg 1"],"city":"Berlin","postalCode":"10115","country":"DE"}}"#

    func complete(_ cart: (id: String, token: String, total: Int64), key: String = "key", method: String = "sandbox_ok", total: Int64? = nil) async throws
        -> Answer
    {
        try await ask(
            .post, "/v1/carts/\(cart.id)/complete", token: cart.token, headers: [.idempotencyKey: key],
            #"{"total":{"amount":\#(total ?? cart.total),"currency":"EUR"},"payment":{"method":"\#(method)"}}"#)
    }
}
