// KarooExpress – Apache-2.0

import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import KarooCheckout
import KarooCommerce
package import Logging
import NIOCore
package import ServiceLifecycle
import UnixSignals

/// The limits of the API, each with a name. What is beyond one is refused, and nothing traps.
package struct APILimits: Sendable {
    /// Of the body of a request.
    package var bodyBytes = 64 << 10
    /// Of one header field, and of all of them.
    package var headerFieldBytes = 8 << 10
    package var headerBytes = 16 << 10
    package var headerFields = 100
    /// Arrays and objects of a body that may stand in one another.
    package var jsonDepth = 16
    /// From the first byte of a connection, or the end of the last answer, until a request has come whole.
    package var requestSeconds: Int64 = 15
    /// From there until its answer.
    package var answerSeconds: Int64 = 30
    /// Connections beyond this number wait until another one closes.
    package var connections = 4_096
    /// How long requests in progress may take to end once the server was told to stop; then they are cut off.
    package var shutdownSeconds: Int64 = 8

    package init() {}
}

/// What the API is told by whoever starts it.
package struct APISettings: Sendable {
    package var host = "127.0.0.1"
    /// 0 lets the system choose.
    package var port = 8090
    /// Sites whose pages may call, as `https://www.example.org`; nothing else gets an answer that a browser would show them.
    package var allowedOrigins: Set<String> = []
    /// Whether browsers reach the server over TLS alone, so that the cookie of a session is never sent without.
    package var cookiesAreSecure = false
    package var limits = APILimits()
    package var rates = RateLimits()
    package var proxies = TrustedProxies()
    /// Nil when a proxy in front of the server speaks TLS.
    package var tls: TLSFiles?
    /// A sentence by its key and language, as `errors.cartBusy` and `de`; nil when there is none, and English will do.
    package var words: @Sendable (_ key: String, _ language: String) -> String? = { _, _ in nil }

    package init() {}
}

/// The door of the half that sells: HTTP in, HTTP out.
package struct APIServer: Sendable {
    let settings: APISettings
    let responder: APIResponder
    let services: [any Service]
    let logger: Logger
    let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - sandbox: the bank whose challenges buyers answer here; nil when there is a real one.
    ///   - gauges: further numbers for `/metrics`, by name.
    ///   - services: what runs beside the server, and stops after it.
    ///   - onListening: called once with the bound port.
    package init(
        checkout: Checkout, settings: APISettings = APISettings(), sandbox: SandboxProvider? = nil,
        gauges: @escaping @Sendable () async -> [String: Int64] = { [:] }, services: [any Service] = [],
        logger: Logger = Logger(label: "karoo.serve", factory: { _ in SwiftLogNoOpLogHandler() }),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        var settings = settings
        // The newest book's own words, whichever that is when somebody asks.
        settings.words = { key, language in
            let words = try? checkout.offers.current().book.terms.letters?.words
            return words?.first { $0.language.tag == language }?.text(key)
        }
        self.settings = settings
        self.services = services
        self.logger = logger
        self.onListening = onListening
        let metrics = APIMetrics(gauges: gauges)
        responder = APIResponder(
            routes: APIRoutes(checkout: checkout, sandbox: sandbox, metrics: metrics, cookiesAreSecure: settings.cookiesAreSecure).all,
            doorkeeper: Doorkeeper(
                checkout: checkout, allowedOrigins: settings.allowedOrigins, cookiesAreSecure: settings.cookiesAreSecure), settings: settings,
            metrics: metrics)
    }

    /// Serves until SIGINT or SIGTERM, until the surrounding service group shuts down, or until the task is cancelled. What
    /// was begun is answered first. To be called once.
    package func run() async throws {
        let tls = try settings.tls.map { try TLSCertificates($0) }
        let renewal: [any Service] = tls.map { [TLSRenewal(certificates: $0, logger: logger)] } ?? []
        var configuration = ServiceGroupConfiguration(
            services: services + renewal + [try application(tls)], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(settings.limits.shutdownSeconds)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            return
        }
    }

    private func application(_ tls: TLSCertificates?) throws -> some ApplicationProtocol {
        let limits = settings.limits
        let server = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [RequestDeadline(after: .seconds(limits.requestSeconds)), ConnectionEnd()],
                idleTimeout: .seconds(limits.requestSeconds * 4),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: limits.headerFields)))
        return Application(
            responder: responder,
            server: try tls.map { try .tls(server, tlsConfiguration: $0.configuration()) } ?? server,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? settings.port) },
            logger: logger)
    }
}
