// KarooExpress – Apache-2.0

import Foundation
import Glibc
import KarooCommerce
import Synchronization
import Testing

@testable import KarooCheckout

/// Answers on loopback, one connection after the other, with what it was given; the last answer again when there is no other.
private final class CannedServer: Sendable {
    let url: String
    private let descriptor: Int32
    private let heard = Mutex<[String]>([])

    /// All requests, as they came.
    var requests: [String] { heard.withLock { $0 } }

    init(_ answers: [String]) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(bound)
        self.descriptor = descriptor
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        let thread = Thread { [self] in serve(answers) }
        thread.start()
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ answers: [String]) {
        var place = 0
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { break }
            let request = CannedServer.read(connection)
            heard.withLock { $0.append(request) }
            let answer = Array(answers[min(place, answers.count - 1)].utf8)
            place += 1
            _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            Glibc.close(connection)
        }
        Glibc.close(descriptor)
    }

    /// Head and body of one request.
    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length = text.lowercased().split(separator: "content-length: ").dropFirst().first.flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            bytes += buffer.prefix(count)
        }
    }

    static func answer(_ status: Int, _ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nConnection: close\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

struct ProviderClientTests {
    private func stripe(_ server: CannedServer) -> (StripeProvider, ProviderClient) {
        let client = ProviderClient(timeout: .seconds(3))
        return (StripeProvider(StripeProvider.Settings(secretKey: "sk_test_x", webhookSecrets: [], baseURL: server.url), client: client), client)
    }

    @Test func aTransferGoesOutOnceUnderItsKeyHoweverOftenItIsSent() async throws {
        let server = try CannedServer([
            CannedServer.answer(500, "{}"), "", CannedServer.answer(200, #"{"id":"tr_1","object":"transfer"}"#),
            CannedServer.answer(400, #"{"error":{"code":"balance_insufficient"}}"#),
        ])
        defer { server.close() }
        let (stripe, client) = stripe(server)
        let request = TransferRequest(key: "po_1", amount: Money(minorUnits: 7_00, currency: Currency("EUR")!), account: "acct_seller")
        await #expect(stripe.transfer(request) == .sent(reference: "tr_1"))
        let requests = server.requests
        #expect(requests.count == 3 && Set(requests).count == 1, "the same is sent again")
        let first = requests.first?.lowercased() ?? ""
        #expect(first.hasPrefix("post /v1/transfers http/1.1") && first.contains("idempotency-key: po_1") && first.contains("stripe-version: 2026-10-28.endive"))
        #expect(first.hasSuffix("amount=700&currency=eur&destination=acct_seller&transfer_group=po_1&metadata%5bpayout%5d=po_1"))
        await #expect(stripe.transfer(request) == .refused("balance_insufficient"))
        await #expect(stripe.transfer(TransferRequest(key: "po_2", amount: .zero(Currency("EUR")!), account: "acct_seller")) == .refused("amount"))
        await client.shutDown()
    }

    @Test func nothingIsFollowedElsewhere() async throws {
        let elsewhere = try CannedServer([CannedServer.answer(200, #"{"id":"tr_evil"}"#)])
        let server = try CannedServer([CannedServer.answer(307, "", "Location: \(elsewhere.url)/\r\n")])
        defer {
            server.close()
            elsewhere.close()
        }
        let (stripe, client) = stripe(server)
        await #expect(stripe.transfer(TransferRequest(key: "k", amount: Money(minorUnits: 1, currency: Currency("EUR")!), account: "a")) == .unknown)
        #expect(elsewhere.requests.isEmpty)
        await client.shutDown()
    }

    @Test func anAnswerWithoutEndOrSenseIsNone() async throws {
        let long = #"{"id":"\#(String(repeating: "x", count: ProviderClient.maximumAnswerBytes))"}"#
        for answer in [CannedServer.answer(200, long), CannedServer.answer(200, "<html>"), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", "nonsense\r\n\r\n"] {
            let server = try CannedServer([answer])
            let (stripe, client) = stripe(server)
            await #expect(stripe.transfer(TransferRequest(key: "k", amount: Money(minorUnits: 1, currency: Currency("EUR")!), account: "a")) == .unknown)
            #expect(server.requests.count == ProviderClient.tries || server.requests.count == 1)
            server.close()
            await client.shutDown()
        }
    }

    @Test func nobodyWhoListensIsToldSoon() async throws {
        let server = try CannedServer([""])
        server.close()
        let (stripe, client) = stripe(server)
        let start = ContinuousClock.now
        await #expect(stripe.outcome(of: Charge(key: "k", amount: Money(minorUnits: 1, currency: Currency("EUR")!), method: "stripe", reference: "pi_1")) == .unknown)
        #expect(ContinuousClock.now - start < .seconds(3))
        await client.shutDown()
    }
}
