// KarooExpress – Apache-2.0

import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Serves a built site from its folder to browsers on this machine, and tells them to reload.
///
/// It answers as a static host would, with that host's security headers, except that nothing may be cached and that
/// pages carry the script of live reload. It listens on loopback only, and answers only to names of loopback: a web
/// site that points its own name at this machine learns nothing.
package struct PreviewServer: Sendable {
    /// How long requests in progress may take to end once the server was told to stop; then they are cut off.
    static let shutdownSeconds: Int64 = 2
    /// Connections beyond this number wait until another one closes.
    static let maximumConnections = 256
    /// A connection on which nothing happens for so long is closed; streams of events are not idle.
    static let idleSeconds: Int64 = 60

    /// Where the end of a build is told to all browsers: `await server.events.send(.reload)`.
    package let events: PreviewEvents

    let root: String
    let host: String
    let port: Int
    let connections: [String]
    let logger: Logger
    let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - root: the folder to serve, mostly `Public`. It need not exist yet: until it does, the answer is 503.
    ///   - host: a name or address of loopback.
    ///   - port: 0 lets the system choose; `onListening` tells which one.
    ///   - connections: origins with which pages may speak besides, as that of the API.
    ///   - logger: faults of single requests, and the life of the server; silent when left out.
    ///   - onListening: called once with the bound port, as soon as browsers can connect.
    package init(
        root: String, host: String = "127.0.0.1", port: Int, connections: [String] = [],
        logger: Logger = Logger(label: "karoo.preview", factory: { _ in SwiftLogNoOpLogHandler() }),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.events = PreviewEvents()
        self.root = root
        self.host = host
        self.port = port
        self.connections = connections
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until SIGINT or SIGTERM, until the surrounding service group shuts down, or until the task is
    /// cancelled; ends without an error in each of these cases. To be called once.
    ///
    /// - throws: `PreviewError` when the host is not on loopback or the port cannot be had.
    package func run() async throws {
        guard LoopbackName(host) != nil else { throw PreviewError.notLoopback(host: host) }
        guard (0...65_535).contains(port) else { throw PreviewError.noSuchPort(port) }

        var configuration = ServiceGroupConfiguration(
            services: [application()], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            return
        } catch let error as IOError {
            throw PreviewError.cannotListen(host: host, port: port, systemError: error.errnoCode)
        }
    }

    private func application() -> some ApplicationProtocol {
        Application(
            responder: PreviewResponder(folder: PublicFolder(path: root), events: events, headers: .preview(connections: connections)),
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(Self.idleSeconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections, logger: logger)),
            services: [events],
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: logger)
    }
}
