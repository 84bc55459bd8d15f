// KarooExpress – Apache-2.0

import Foundation
import Synchronization

/// A connection to 127.0.0.1 that sends exactly the bytes it is given, since any real client mends a path before it
/// sends it. Every wait ends after `timeoutSeconds` with an error.
final class Wire: Sendable {
    static let timeoutSeconds = 30

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    /// What was received and not handed out.
    private let pending = Mutex<[UInt8]>([])

    /// - Parameter receiveBytes: the size of the receive buffer, for a client that is slow to read.
    init(port: Int, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Empty at the end of the stream. It looks again and again and sleeps between, since a thread that waits would
    /// be one of those on which the server has to run.
    func receive(upTo count: Int = 65_536) async throws -> [UInt8] {
        let waiting = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        if !waiting.isEmpty { return waiting }
        var bytes = [UInt8](repeating: 0, count: count)
        for _ in 0..<Self.timeoutSeconds * 500 {
            let received = recv(descriptor, &bytes, count, Int32(MSG_DONTWAIT))
            if received >= 0 { return Array(bytes.prefix(received)) }
            guard errno == EAGAIN || errno == EINTR else { break }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure(description: "recv: \(String(cString: strerror(errno)))")
    }

    /// All that comes until the other side closes, after `start`.
    func receiveAll(after start: [UInt8] = []) async throws -> [UInt8] {
        var bytes = start
        while case let more = try await receive(), !more.isEmpty { bytes += more }
        return bytes
    }

    /// Reads until the text has come; gives all that came before and with it, and keeps what came behind it.
    func receive(until text: String, after start: String = "") async throws -> String {
        var seen = Array(start.utf8)
        while true {
            if let end = seen.firstRange(of: Array(text.utf8))?.upperBound {
                pending.withLock { $0 = Array(seen[end...]) + $0 }
                return String(decoding: seen[..<end], as: UTF8.self)
            }
            let more = try await receive()
            guard !more.isEmpty else {
                throw Failure(description: "closed before “\(text)”, after “\(String(decoding: seen, as: UTF8.self))”")
            }
            seen += more
        }
    }
}

/// An answer, taken apart.
struct Reply: Sendable {
    let status: Int
    /// With names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    init(_ bytes: [UInt8]) throws {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Wire.Failure(description: "no answer: “\(String(decoding: bytes, as: UTF8.self))”")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        self.status = Int(lines[0].split(separator: " ")[1]) ?? 0
        self.headers = headers
        self.body = Array(bytes[end.upperBound...])
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}
