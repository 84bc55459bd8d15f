// KarooExpress – Apache-2.0

import AsyncHTTPClient
import KarooCommerce
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks providers over HTTPS. Nothing is waited for without end, nothing is followed elsewhere, and no answer may be larger than
/// it can reasonably be.
///
/// Every request of ours may be sent again: what moves money carries a key under which it moves once.
package final class ProviderClient: Sendable {
    /// Of an answer's body.
    static let maximumAnswerBytes = 1 << 20
    /// How often a request is sent before it counts as unanswered.
    static let tries = 3
    private static let pauseMilliseconds: Int64 = 150

    struct Answer: Sendable {
        let status: Int
        let body: JSON

        /// The text at a path of names and places, as `error/code`; nil when there is none.
        func text(_ path: String) -> String? { body.text(path) }
        func value(_ path: String) -> JSON? { body.value(path) }

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    private let configuration: HTTPClient.Configuration
    private let timeoutMilliseconds: Int64
    /// Made with the first question.
    private let client = Mutex<HTTPClient?>(nil)

    /// - parameter timeout: for a request with all its repetitions; at least a second.
    package init(timeout: Duration) {
        let seconds = max(1, timeout.components.seconds)
        timeoutMilliseconds = seconds * 1_000
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(min(seconds, 5)), read: .seconds(seconds)), decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        self.configuration = configuration
    }

    deinit { try? client.withLock { try $0?.syncShutdown() } }

    package func shutDown() async {
        let open = client.withLock { client in
            defer { client = nil }
            return client
        }
        try? await open?.shutdown()
    }

    private func opened() -> HTTPClient {
        client.withLock { client in
            let opened = client ?? HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = opened
            return opened
        }
    }

    /// The answer; nil when none came, or one that is no JSON, after all repetitions.
    func send(_ method: String, _ url: String, _ headers: [(String, String)], _ body: [UInt8] = []) async -> Answer? {
        guard let bytes = await exchange(method, url, headers, body) else { return nil }
        // An empty body is an empty object: some answers have nothing to say.
        guard let json = bytes.body.isEmpty ? .object([]) : try? JSON(parsing: bytes.body) else { return nil }
        return Answer(status: bytes.status, body: json)
    }

    /// The bytes of a file; nil unless it came whole.
    func fetch(_ url: String) async -> [UInt8]? {
        guard let answer = await exchange("GET", url, [], []), answer.status == 200 else { return nil }
        return answer.body
    }

    private func exchange(_ method: String, _ url: String, _ headers: [(String, String)], _ body: [UInt8]) async -> (status: Int, body: [UInt8])? {
        let deadline = NIODeadline.now() + .milliseconds(timeoutMilliseconds)
        var last: (status: Int, body: [UInt8])?
        for attempt in 0..<ProviderClient.tries {
            if attempt > 0 {
                let pause = ProviderClient.pauseMilliseconds << Int64(attempt - 1) + Int64.random(in: 0...50)
                guard NIODeadline.now() + .milliseconds(pause) < deadline, (try? await Task.sleep(for: .milliseconds(pause))) != nil else { break }
            }
            guard let answer = await once(method, url, headers, body, deadline) else { continue }
            last = answer
            guard answer.status == 409 || answer.status == 429 || answer.status >= 500 else { return answer }
        }
        return last
    }

    private func once(
        _ method: String, _ url: String, _ headers: [(String, String)], _ body: [UInt8], _ deadline: NIODeadline
    ) async -> (status: Int, body: [UInt8])? {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers)
        request.headers.add(name: "User-Agent", value: "KarooExpress")
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await opened().execute(request, deadline: deadline)
            let buffer = try await response.body.collect(upTo: ProviderClient.maximumAnswerBytes)
            return (Int(response.status.code), Array(buffer.readableBytesView))
        } catch {
            return nil
        }
    }
}

extension JSON {
    /// The value at a path of names and places, as `purchase_units/0/amount`; nil when there is none.
    func value(_ path: String) -> JSON? {
        var value: JSON? = self
        for name in path.split(separator: "/") {
            switch value {
            case .object(let members): value = members.first { $0.name == name }?.value
            case .array(let values): value = Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil }
            default: return nil
            }
        }
        return value
    }

    func text(_ path: String) -> String? {
        guard case .string(let text)? = value(path) else { return nil }
        return text
    }

    func integer(_ path: String) -> Int64? {
        guard case .number(let digits)? = value(path) else { return nil }
        return Int64(digits)
    }

    func list(_ path: String) -> [JSON] {
        guard case .array(let values)? = value(path) else { return [] }
        return values
    }
}

/// A body of `application/x-www-form-urlencoded`.
struct FormBody {
    private(set) var bytes: [UInt8] = []

    init(_ fields: [(String, String?)]) {
        for (name, value) in fields {
            guard let value else { continue }
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(name)
            bytes.append(UInt8(ascii: "="))
            append(value)
        }
    }

    private mutating func append(_ text: String) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
