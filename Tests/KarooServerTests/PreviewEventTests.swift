// KarooExpress – Apache-2.0

import Foundation
import Testing

@testable import KarooServer

@Suite("Preview: live reload and the life of the server", .timeLimit(.minutes(2)))
struct PreviewEventTests {
    static let files = ["index.html": "<body>home</body>"]

    @Test("the script is a module that speaks of the paths that the server has")
    func script() async throws {
        try await withPreview(of: Self.files) { preview in
            let reply = try await preview.ask("/-/reload.js")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(reply.text.contains("const events = \"\(LiveReload.eventsPath)\";"))
            #expect(!reply.text.contains("innerHTML"))
        }
    }

    @Test("a browser learns the build it looks at, then of each further one")
    func reload() async throws {
        try await withPreview(of: Self.files) { preview in
            let wire = try Wire(port: preview.port)
            try wire.send("GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:\(preview.port)\r\n\r\n")
            var seen = try await wire.receive(until: "event: build\ndata: ")
            #expect(seen.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(seen.contains("text/event-stream\r\n"))

            let page = try await preview.ask("/")
            let first = await preview.server.events.build
            #expect(page.headers["server-timing"] == "build;desc=\"\(first)\"")
            seen = try await wire.receive(until: "data: \(first)\n\n", after: seen)

            for _ in 0..<3 {
                await preview.server.events.send(.reload)
                let build = await preview.server.events.build
                seen = try await wire.receive(until: "event: reload\ndata: \(build)\n\n", after: seen)
                #expect(try await preview.ask("/").headers["server-timing"] == "build;desc=\"\(build)\"")
            }
        }
    }

    @Test("all browsers hear of a failure, also those that come later, until a build succeeds")
    func failure() async throws {
        try await withPreview(of: Self.files) { preview in
            let listeners = [try await preview.listen(), try await preview.listen()]
            let text = "Content/marketplace.yaml:3: unknown currency “ZRA”\nmend: use one of ISO 4217 </script>"
            await preview.server.events.send(.failed(text))
            for wire in listeners + [try await preview.listen()] {
                let seen = try await wire.receive(until: "</script>\"}\n\n".replacing("/", with: "\\/"))
                let line = try #require(
                    seen.components(separatedBy: "event: failed\ndata: ").last?.split(separator: "\n\n").first)
                #expect(try JSONDecoder().decode([String: String].self, from: Data(line.utf8)) == ["text": text])
            }
            await preview.server.events.send(.reload)
            let late = try Wire(port: preview.port)
            try late.send("GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:\(preview.port)\r\n\r\n")
            _ = try await late.receive(until: "event: build\n")
            await preview.server.events.send(.reload)
            #expect(!(try await late.receive(until: "event: reload\n")).contains("failed"))
        }
    }

    @Test("the text of a failure has an end")
    func longFailure() async throws {
        let events = PreviewEvents()
        await events.send(.failed(String(repeating: "x", count: 1_000_000)))
        let listener = try #require(await events.listen())
        var messages = listener.messages.makeAsyncIterator()
        _ = await messages.next()
        let failure = try #require(await messages.next())
        #expect(failure.utf8.count < 66_000)
    }

    @Test("a slow browser loses the oldest events, not memory")
    func slowListener() async throws {
        let events = PreviewEvents()
        let listener = try #require(await events.listen())
        for _ in 0..<1_000 { await events.send(.reload) }
        listener.end()
        var count = 0
        var last = ""
        for await message in listener.messages {
            count += 1
            last = message
        }
        #expect(count == PreviewEvents.maximumPending)
        #expect(last == "event: reload\ndata: \(await events.build)\n\n")
    }

    @Test("comments keep a connection alive while nothing happens")
    func keepAlive() async throws {
        let events = PreviewEvents(keepAliveInterval: .milliseconds(5))
        let listener = try #require(await events.listen())
        let comments = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await events.run() }
            var comments: [String] = []
            for await message in listener.messages.dropFirst().prefix(3) { comments.append(message) }
            group.cancelAll()
            try await group.waitForAll()
            return comments
        }
        #expect(comments == Array(repeating: ": keep-alive\n\n", count: 3))
    }

    @Test("browsers are limited in number, and one that leaves makes room")
    func limit() async throws {
        try await withPreview(of: Self.files) { preview in
            let events = preview.server.events
            var listeners: [Wire] = []
            for _ in 0..<PreviewEvents.maximumClients { listeners.append(try await preview.listen()) }
            #expect(await events.clientCount == PreviewEvents.maximumClients)

            let refused = try await preview.ask("/-/events")
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "10")
            #expect(try await preview.ask("/").status == 200)

            listeners.removeLast(2)
            #expect(try await eventually { await events.clientCount == PreviewEvents.maximumClients - 2 })
            listeners.append(try await preview.listen())
            await events.send(.reload)
            for wire in listeners { _ = try await wire.receive(until: "event: reload\n") }
        }
    }

    @Test("HEAD of the events does not count as a browser")
    func headOfEvents() async throws {
        try await withPreview(of: Self.files) { preview in
            let reply = try await preview.ask("/-/events", method: "HEAD")
            #expect(reply.status == 200)
            #expect(reply.body.isEmpty)
            #expect(await preview.server.events.clientCount == 0)
        }
    }

    @Test("the server stops at once when its task is cancelled, whatever connections are open")
    func cancellation() async throws {
        let clock = ContinuousClock()
        let files = Self.files.merging(["large.bin": String(repeating: "x", count: 20_000_000)]) { $1 }
        let (stopping, port, wires) = try await withPreview(of: files) { preview in
            let events = try await preview.listen()
            let idle = try Wire(port: preview.port)
            try idle.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try await idle.receive(until: "home")
            let silent = try Wire(port: preview.port)
            let half = try Wire(port: preview.port)
            try half.send("GET / HTTP/1.1\r\nHost: loc")
            let stalled = try Wire(port: preview.port, receiveBytes: 4_096)
            try stalled.send(preview.request("/large.bin"))
            _ = try await stalled.receive(upTo: 1_000)
            return (clock.now, preview.port, [events, idle, silent, half, stalled])
        }
        #expect(clock.now - stopping < .seconds(8))
        #expect(wires.count == 5)
        #expect(throws: Wire.Failure.self) { try Wire(port: port) }
    }

    @Test(
        "signals end the server without an error, though a browser listens and another has stopped reading",
        arguments: [SIGTERM, SIGINT])
    func signals(signal: Int32) async throws {
        await #expect(processExitsWith: .success) { [signal = signal as Int32] in
            let folder = FileManager.default.temporaryDirectory.appending(path: "karoo-preview-\(UUID().uuidString)")
            try RunningPreview.write(String(repeating: "x", count: 20_000_000), to: "large.bin", in: folder)
            defer { try? FileManager.default.removeItem(at: folder) }
            let server = PreviewServer(root: folder.path, port: 0) { port in
                Task {
                    let stalled = try Wire(port: port, receiveBytes: 4_096)
                    try stalled.send("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    _ = try await stalled.receive(upTo: 1_000)
                    let events = try Wire(port: port)
                    try events.send("GET /-/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    _ = try await events.receive(until: "event: build\n")
                    kill(getpid(), signal)
                    _ = try await events.receiveAll()
                    withExtendedLifetime(stalled) {}
                }
            }
            try await server.run()
        }
    }

    @Test("a port that is taken is named in the error")
    func takenPort() async throws {
        try await withPreview(of: Self.files) { preview in
            let second = PreviewServer(root: preview.folder.path, port: preview.port)
            let error = PreviewError.cannotListen(host: "127.0.0.1", port: preview.port, systemError: EADDRINUSE)
            await #expect(throws: error) { try await second.run() }
            #expect(error.description.hasPrefix("port \(preview.port) of 127.0.0.1 is taken"))
        }
    }

    @Test(
        "only loopback can be listened on",
        arguments: ["0.0.0.0", "::", "192.168.1.1", "example.com", "", "127.0.0.1.example"])
    func loopbackOnly(host: String) async {
        await #expect(throws: PreviewError.notLoopback(host: host)) {
            try await PreviewServer(root: "/nonexistent", host: host, port: 0).run()
        }
    }

    @Test("there is no port beyond 65535", arguments: [-1, 65_536])
    func noSuchPort(port: Int) async {
        await #expect(throws: PreviewError.noSuchPort(port)) {
            try await PreviewServer(root: "/nonexistent", port: port).run()
        }
    }
}
