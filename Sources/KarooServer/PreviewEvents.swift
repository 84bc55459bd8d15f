// KarooExpress – Apache-2.0

import Foundation
import ServiceLifecycle

/// What a build tells the browsers that show the site.
package enum PreviewEvent: Hashable, Sendable {
    /// The site was built anew: pages reload.
    case reload
    /// The build failed, and the site is as it was; pages show the text, which may have several lines.
    case failed(String)
}

/// Passes the events of builds on to all connected browsers, as Server-Sent Events.
///
/// The service in it only sends comments that keep connections alive; events pass without it.
package actor PreviewEvents: Service {
    /// Connected browsers beyond this number are turned away. A hidden tab is not connected.
    static let maximumClients = 32
    /// Events that a browser has not fetched yet; beyond this number the oldest are dropped.
    static let maximumPending = 16
    /// What is longer of the text of a failure is cut off.
    static let maximumTextLength = 65_536
    /// How often a comment goes to browsers, so that nobody on the way takes the connection for dead.
    static let keepAliveInterval = Duration.seconds(15)

    /// Names the state of the site that is served now: it differs after every reload and for every run of the server.
    private(set) var build: String

    private let keepAliveInterval: Duration
    private let launch = String(UInt64.random(in: .min ... .max), radix: 36)
    /// The names of the path under which the site lies; none at the root of its host.
    private(set) var base: [String] = []
    private var builds = 0
    private var failure: String?
    private var clients: [Int: AsyncStream<String>.Continuation] = [:]
    private var lastClient = 0

    package init() {
        self.init(keepAliveInterval: Self.keepAliveInterval)
    }

    init(keepAliveInterval: Duration) {
        self.keepAliveInterval = keepAliveInterval
        self.build = "\(launch).0"
    }

    /// The site lies under this path from now on, as `/shop`; empty at the root of its host.
    package func move(to basePath: String) { base = basePath.split(separator: "/").map(String.init) }

    /// Tells all connected browsers, and by and by those that connect later. A reload ends an earlier failure.
    package func send(_ event: PreviewEvent) {
        switch event {
        case .reload:
            builds += 1
            build = "\(launch).\(builds)"
            failure = nil
            broadcast(Self.message("reload", build))
        case .failed(let text):
            let message = Self.message("failed", Self.json(text: text))
            failure = message
            broadcast(message)
        }
    }

    /// How many browsers listen now.
    package var clientCount: Int { clients.count }

    /// Sends comments until the surrounding service group shuts down or the task is cancelled.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.keepAliveInterval)
                await self.broadcast(": keep-alive\n\n")
            }
        }
    }

    /// Lets one more browser listen. Nil when there are too many already. The place is free again as soon as the
    /// listener is ended or given up.
    func listen() -> PreviewListener? {
        guard clients.count < Self.maximumClients else { return nil }
        let (messages, client) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(Self.maximumPending))
        lastClient += 1
        let id = lastClient
        clients[id] = client
        client.onTermination = { [weak self] _ in Task { await self?.forget(id) } }
        client.yield(Self.message("build", build))
        if let failure { client.yield(failure) }
        return PreviewListener(messages: messages, end: { client.finish() })
    }

    private func broadcast(_ message: String) {
        for client in clients.values { client.yield(message) }
    }

    private func forget(_ id: Int) {
        clients[id] = nil
    }

    /// `data` is one line.
    private static func message(_ name: String, _ data: String) -> String {
        "event: \(name)\ndata: \(data)\n\n"
    }

    private static func json(text: String) -> String {
        let encoder = JSONEncoder()
        let object = ["text": String(text.prefix(maximumTextLength))]
        guard let data = try? encoder.encode(object) else { return #"{"text":""}"# }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A browser's end of the events.
struct PreviewListener: Sendable {
    /// In the form of an event stream: first what the browser has to know of the present state, then each event.
    let messages: AsyncStream<String>
    /// Ends the messages; to be called when the browser has gone.
    let end: @Sendable () -> Void
}
