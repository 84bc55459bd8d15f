// KarooExpress – Apache-2.0

import Foundation

@testable import KarooServer

/// A folder of files, and a preview of it that listens on a free port of loopback.
struct RunningPreview: Sendable {
    let folder: URL
    let port: Int
    let server: PreviewServer

    /// Sends one request with a method, a target that is sent as it is written, and further header lines.
    func ask(
        _ target: String, method: String = "GET", host: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        let wire = try Wire(port: port)
        try wire.send(request(target, method: method, host: host, headers: headers))
        return try await Reply(wire.receiveAll())
    }

    /// The text of a request after whose answer the server closes the connection.
    func request(
        _ target: String, method: String = "GET", host: String? = nil, headers: [String: String] = [:]
    ) -> String {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return
            "\(method) \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\nConnection: close\r\n\(lines)\r\n"
    }

    /// Connects as a browser's EventSource does, and waits until the server has greeted.
    func listen() async throws -> Wire {
        let wire = try Wire(port: port)
        try wire.send("GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: text/event-stream\r\n\r\n")
        _ = try await wire.receive(until: "event: build\n")
        return wire
    }

    func write(_ text: String, to path: String) throws {
        try Self.write(text, to: path, in: folder)
    }

    static func write(_ text: String, to path: String, in folder: URL) throws {
        let file = folder.appending(path: path).standardizedFileURL
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file, options: .atomic)
    }
}

/// Serves the files of `Public` for as long as the closure runs, then stops the server and waits for its end. Files
/// beside `Public` begin with `../`. Without any file there is no `Public`.
func withPreview<Result: Sendable>(
    of files: [String: String], basePath: String = "", _ use: @Sendable (RunningPreview) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "karoo-preview-\(UUID().uuidString)")
    let root = folder.appending(path: "Public")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in files { try RunningPreview.write(text, to: path, in: root) }

    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = PreviewServer(root: root.path, port: 0, onListening: { port.yield($0) })
    await server.events.move(to: basePath)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { port.finish() }
            try await server.run()
        }
        guard let bound = await ports.first(where: { _ in true }) else {
            try await group.next()
            throw Wire.Failure(description: "the server ended before it listened")
        }
        let result = try await use(RunningPreview(folder: root, port: bound, server: server))
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Asks again and again until the answer is yes, for about ten seconds.
func eventually(_ condition: @Sendable () async -> Bool) async throws -> Bool {
    for _ in 0..<1_000 {
        if await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
