// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import Testing

@testable import KarooServer

/// Who is let in, how often, and what is told to whom.
struct DoorTests {
    // MARK: Who asks

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("[2001:DB8:0:0::1]", "2001:db8::1"), ("::", "::"),
    ]) func anAddressIsWrittenInOneWay(text: String, written: String) throws {
        #expect(try #require(NetworkAddress(text)).description == written)
    }

    @Test(arguments: ["", "localhost", "192.0.2", "192.0.2.256", "1.2.3.4.5", "2001:db8:::1", "192.0.2.1:80", "::1%eth0"])
    func whatIsNoAddressIsNone(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test func aRangeHoldsItsOwnAndNobodyElse() throws {
        let range = try #require(AddressRange("10.1.0.0/16"))
        #expect(range.contains(NetworkAddress("10.1.255.255")!) && !range.contains(NetworkAddress("10.2.0.0")!))
        #expect(range.contains(NetworkAddress("::ffff:10.1.2.3")!))
        let one = try #require(AddressRange("2001:db8::1"))
        #expect(one.contains(NetworkAddress("2001:db8::1")!) && !one.contains(NetworkAddress("2001:db8::2")!))
        #expect(try #require(AddressRange("::/0")).contains(NetworkAddress("192.0.2.1")!))
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "::/129", "host/8"] { #expect(AddressRange(text) == nil, "\(text)") }
    }

    @Test(arguments: [
        // Nobody is believed who is not trusted.
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        // What stands further left was sent by the client.
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::5]:4711"], "2001:db8::5"),
        ("10.0.0.1", ["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.1,"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ]) func onlyTrustedProxiesSayForWhomTheyAsk(peer: String, sent: [String], client: String) throws {
        let proxies = TrustedProxies([AddressRange("10.0.0.0/8")!])
        var headers: HTTPFields = [:]
        for value in sent { headers.append(HTTPField(name: HTTPField.Name("X-Forwarded-For")!, value: value)) }
        // The header that is not named counts for nothing.
        headers[HTTPField.Name("Forwarded")!] = "for=9.9.9.9"
        #expect(proxies.client(of: NetworkAddress(peer)!, headers).description == client)
    }

    @Test(arguments: [
        ("for=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"), (#"For="[2001:db8::5]:47", for=10.0.0.2"#, "2001:db8::5"),
        ("for=1.1.1.1, for=_hidden", "10.0.0.1"), ("proto=https", "10.0.0.1"),
    ]) func theStandardHeaderIsReadWhenItIsNamed(sent: String, client: String) {
        let proxies = TrustedProxies([AddressRange("10.0.0.0/8")!], header: .forwarded)
        #expect(proxies.client(of: NetworkAddress("10.0.0.1")!, [HTTPField.Name("Forwarded")!: sent]).description == client)
    }

    // MARK: How often

    @Test func aBucketFillsByItself() throws {
        var limits = RateLimits()
        limits.address = RatePolicy(name: "address", quota: 3, seconds: 60)
        let limiter = RateLimiter(limits)
        let (somebody, other) = (NetworkAddress("192.0.2.1"), NetworkAddress("192.0.2.2"))
        let start = ContinuousClock.now
        func ask(_ who: NetworkAddress?, _ seconds: Int) -> RateLimiter.Allowance? {
            limiter.allowances(who, credential: nil, isGuess: false, at: start + .seconds(seconds)).first
        }
        #expect((0..<3).map { _ in ask(somebody, 0)?.remaining } == [2, 1, 0])
        let refused = try #require(ask(somebody, 0))
        #expect(refused.isExceeded && refused.waitSeconds == 20 && refused.resetSeconds == 60)
        #expect(ask(other, 0)?.isExceeded == false)
        #expect(ask(somebody, 19)?.isExceeded == true)
        #expect(ask(somebody, 20)?.isExceeded == false)
        #expect(ask(somebody, 20)?.isExceeded == true)
        #expect(ask(somebody, 10_000)?.remaining == 2)
        #expect(ask(nil, 0) == nil)
    }

    @Test func aNetworkOfVersion6IsOneSubscriber() {
        var limits = RateLimits()
        limits.address = RatePolicy(name: "address", quota: 1)
        let limiter = RateLimiter(limits)
        let answers = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map { text in
            limiter.allowances(NetworkAddress(text), credential: nil, isGuess: false).contains(where: \.isExceeded)
        }
        #expect(answers == [false, true, false])
    }

    @Test func itsMemoryHasABound() {
        var limits = RateLimits()
        limits.address = RatePolicy(name: "address", quota: 1)
        limits.remembered = 100
        let limiter = RateLimiter(limits)
        for number in 0..<10_000 { _ = limiter.allowances(NetworkAddress(bits: UInt128(0xFFFF_0000_0000 + number)), credential: nil, isGuess: false) }
        #expect(limiter.count <= 200)
        // Who asked last is not forgotten.
        #expect(limiter.allowances(NetworkAddress(bits: 0xFFFF_0000_0000 + 9_999), credential: nil, isGuess: false)[0].isExceeded)
    }

    @Test func whoAsksTooOftenIsToldWhenToComeBack() async throws {
        var settings = APISettings()
        settings.rates.address = RatePolicy(name: "address", quota: 2)
        let shop = try await Selling(settings: settings)
        let first = try await shop.ask(.get, "/v1/none", client: "192.0.2.1")
        #expect(first.headers[.rateLimitPolicy] == #""address";q=2;w=60"# && first.headers[.rateLimit] == #""address";r=1;t=30"#)
        try await #expect(shop.ask(.get, "/v1/none", client: "192.0.2.1").status == 404)
        let refused = try await shop.ask(.get, "/v1/none", client: "192.0.2.1")
        #expect(refused.status == 429 && refused.value("code") == "tooManyRequests" && refused.headers[.retryAfter] == "30")
        try await #expect(shop.ask(.get, "/v1/none", client: "192.0.2.2").status == 404)
        // Those who look after the server always learn how it is.
        try await #expect(shop.ask(.get, "/healthz", client: "192.0.2.1").status == 200)
    }

    @Test func guessesAreCountedApart() async throws {
        var settings = APISettings()
        settings.rates.guesses = RatePolicy(name: "guesses", quota: 2)
        settings.rates.credential = RatePolicy(name: "credential", quota: 100)
        let shop = try await Selling(settings: settings)
        let cart = try await shop.filledCart()
        var answers: [Int] = []
        for number in 0..<3 {
            answers.append(try await shop.ask(.put, "/v1/carts/\(cart.id)/coupon", token: cart.token, client: "192.0.2.1", #"{"code":"GUESS\#(number)"}"#).status)
        }
        #expect(answers == [422, 422, 429])
        let read = try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token, client: "192.0.2.1")
        #expect(read.status == 200 && read.headers[.rateLimitPolicy] == #""credential";q=100;w=60"#)
    }

    @Test func oneTokenIsCountedFromWhereverItComes() async throws {
        var settings = APISettings()
        settings.rates.credential = RatePolicy(name: "credential", quota: 4)
        let shop = try await Selling(settings: settings)
        let cart = try await shop.filledCart()
        var answers: [Int] = []
        for number in 1...3 { answers.append(try await shop.ask(.get, "/v1/carts/\(cart.id)", token: cart.token, client: "192.0.2.\(number)").status) }
        // Two of the four went for the line and the address.
        #expect(answers == [200, 200, 429])
    }

    // MARK: What is let in

    @Test(arguments: [nil, "", "a b", "shop.example/", "user@shop.example", String(repeating: "a", count: 300)])
    func aHostThatIsNoneIs400AndTheEnd(host: String?) async throws {
        let shop = try await Selling()
        let answer = try await shop.ask(.get, "/healthz", authority: host)
        #expect(answer.status == 400 && answer.value("code") == "badHost" && answer.headers[.connection] == "close")
    }

    @Test func aSecondHostIs400() async throws {
        let shop = try await Selling()
        try await #expect(shop.ask(.get, "/healthz", headers: [.host: "other.example"]).status == 400)
        for host in ["shop.example", "shop.example:8090", "[::1]:80", "127.0.0.1"] { try await #expect(shop.ask(.get, "/healthz", authority: host).status == 200) }
    }

    @Test func aBodyIsNotDeeperThanItMayBe() async throws {
        var settings = APISettings()
        settings.limits.jsonDepth = 4
        let shop = try await Selling(settings: settings)
        let deep = #"{"a":"# + String(repeating: "[", count: 4) + String(repeating: "]", count: 4) + "}"
        let answer = try await shop.ask(.post, "/v1/carts", deep)
        #expect(answer.status == 400 && answer.value("errors/0/detail")?.contains("more than 4 levels") == true)
    }

    // MARK: How long

    @Test func anAnswerThatTakesTooLongIs503() async throws {
        let started = ContinuousClock.now
        await #expect(throws: APIFault.deadlineExceeded) {
            try await withAnswerDeadline(.milliseconds(50)) { try await Task.sleep(for: .seconds(20)) }
        }
        #expect(ContinuousClock.now - started < .seconds(10))
        let response = ErrorResponse(APIFault.deadlineExceeded)
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "1")
        try await #expect(withAnswerDeadline(.seconds(20)) { 7 } == 7)
        await #expect(throws: CheckoutError.self) { try await withAnswerDeadline(.seconds(20)) { throw CheckoutError(.busy) } }
    }

    // MARK: What is said

    @Test func errorsAreSaidInTheLanguageOfWhoeverAsks() async throws {
        var settings = APISettings()
        settings.words = { key, language in key == "errors.noSuchAddress" && language == "de" ? "Hier ist nichts." : nil }
        let shop = try await Selling(settings: settings)
        for (path, accepts) in [("/v1/none", "fr;q=0.4, de-AT;q=0.9, en;q=0.5"), ("/v1/none?locale=de", "en"), ("/v1/none", "de")] {
            let answer = try await shop.ask(.get, path, headers: [.acceptLanguage: accepts])
            #expect(answer.value("detail") == "Hier ist nichts." && answer.headers[.contentLanguage] == "de", "\(path) \(accepts)")
            #expect(answer.value("title") == "There is nothing at this address.")
        }
        for accepts in ["en, de", "fr", "de;q=0", ""] {
            let answer = try await shop.ask(.get, "/v1/none", headers: [.acceptLanguage: accepts])
            #expect(answer.value("detail") == "There is nothing at this address." && answer.headers[.contentLanguage] == "en", "\(accepts)")
        }
    }

    @Test func aTraceGoesOn() async throws {
        let shop = try await Selling()
        let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let answered = try await shop.ask(.get, "/healthz", headers: [.traceParent: sent]).headers[.traceParent] ?? ""
        #expect(answered.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") && answered.hasSuffix("-01") && answered != sent)
        for bad in [
            "", "00-0-0-0", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", sent + "-more",
        ] {
            try await #expect(shop.ask(.get, "/healthz", headers: [.traceParent: bad]).headers[.traceParent] == nil, "\(bad)")
        }
    }
}
