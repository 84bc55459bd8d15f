// KarooExpress – Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// One address of the API with one method, and who answers there.
struct APIRoute: Sendable {
    /// How often somebody may ask here.
    enum Limit: Sendable {
        /// As often as they like: what looks after the server.
        case none
        case usual
        /// As often as secrets may be guessed.
        case guesses
    }

    let method: HTTPRequest.Method
    /// As in openapi.json: `/v1/carts/{cart}`.
    let path: String
    let access: Access
    let limit: Limit
    let answer: @Sendable (APICall) async throws -> APIReply

    fileprivate let names: [Substring]

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, limit: Limit = .usual, _ answer: @escaping @Sendable (APICall) async throws -> APIReply
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.limit = limit
        self.answer = answer
        names = path.split(separator: "/")
    }

    /// What stands where the path has names in braces; nil when it is another address.
    ///
    /// - precondition: there are as many names as in the path.
    fileprivate func match(_ found: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (name, value) in zip(names, found) {
            if name.utf8.first == UInt8(ascii: "{") {
                parameters[String(name.dropFirst().dropLast())] = value
            } else if name != value {
                return nil
            }
        }
        return parameters
    }
}

/// Where a request comes from, as the connection knows it.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: NetworkAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) }
    }
}

/// Finds the route of a request, lets in whoever may, reads what was sent, and gives every answer, errors too, the headers that all have.
struct APIResponder: HTTPResponder {
    typealias Context = APIContext

    private let routes: [Int: [APIRoute]]
    private let doorkeeper: Doorkeeper
    private let settings: APISettings
    private let metrics: APIMetrics
    private let limiter: RateLimiter

    init(routes: [APIRoute], doorkeeper: Doorkeeper, settings: APISettings, metrics: APIMetrics) {
        self.routes = Dictionary(grouping: routes, by: \.names.count)
        self.doorkeeper = doorkeeper
        self.settings = settings
        self.metrics = metrics
        limiter = RateLimiter(settings.rates)
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let reply = await reply(to: request, from: context.peer, context.logger)
        return Response(status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    /// The answer, whatever was sent.
    ///
    /// - parameter peer: the other end of the connection; nil when there is none.
    func reply(to request: Request, from peer: NetworkAddress? = nil, _ logger: Logger) async -> APIReply {
        let start = ContinuousClock.now
        let requestID = Self.requestID(of: request)
        let trace = request.headers[.traceParent].flatMap { TraceParent($0) }?.next()
        var exchange = Exchange(client: peer.map { settings.proxies.client(of: $0, request.headers) }, requestID: requestID)
        var reply: APIReply
        do {
            reply = try await answer(request, &exchange)
        } catch {
            let response = ErrorResponse(error)
            // What was sent stays out of the log: it may be personal.
            if response.isFault { logger.error("\(request.method) failed: \(error)", metadata: Self.metadata(requestID, trace)) }
            reply = response.reply(requestID: requestID, words: settings.words, languages: Self.languages(of: request))
        }
        complete(&reply.headers, requestID, trace, exchange.allowances, origin: request.headers[.origin])
        let duration = ContinuousClock.now - start
        metrics.count(exchange.route.map { "\($0.method.rawValue) \($0.path)" }, status: reply.status.code, duration)
        note(request, reply, exchange.route, duration, Self.metadata(requestID, trace), logger)
        return reply
    }

    /// What is learned of a request while it is answered.
    private struct Exchange {
        let client: NetworkAddress?
        let requestID: String
        var route: APIRoute?
        var allowances: [RateLimiter.Allowance] = []
    }

    private func answer(_ request: Request, _ exchange: inout Exchange) async throws -> APIReply {
        guard HostName.isSound(request.head.authority), request.headers[.host] == nil else { throw APIFault.badHost }
        guard let path = RequestPath(request.head.path ?? ""), !path.endsInSlash else {
            try take(.usual, request, &exchange)
            throw APIFault.noSuchAddress
        }
        let found = (routes[path.names.count] ?? []).compactMap { route in route.match(path.names).map { (route: route, parameters: $0) } }
        guard let (route, parameters) = found.first(where: { $0.route.method == request.method }) else {
            try take(.usual, request, &exchange)
            guard !found.isEmpty else { throw APIFault.noSuchAddress }
            guard request.method == .options else { throw APIFault.methodNotAllowed }
            return APIReply(status: .noContent, headers: [.allow: found.map(\.route.method.rawValue).joined(separator: ", ")])
        }
        exchange.route = route
        try take(route.limit, request, &exchange)
        return try await answer(request, route, parameters, query: Self.query(path.query), exchange)
    }

    /// Whoever may not ask is told so before anything is read.
    private func answer(
        _ request: Request, _ route: APIRoute, _ parameters: [String: String], query: [String: String], _ exchange: Exchange
    ) async throws -> APIReply {
        let call = APICall(
            method: request.method, authority: request.head.authority, headers: request.headers, parameters: parameters, query: query,
            clientAddress: exchange.client?.description ?? "unknown", requestID: exchange.requestID, jsonDepth: settings.limits.jsonDepth)
        var admitted = call
        admitted.caller = try await doorkeeper.admit(call, to: route.access)
        admitted.body = try await body(of: request)
        return try await withAnswerDeadline(.seconds(settings.limits.answerSeconds)) { [admitted] in try await route.answer(admitted) }
    }

    /// Throws when somebody has asked too often. A request that is refused for that costs nothing more than this.
    private func take(_ limit: APIRoute.Limit, _ request: Request, _ exchange: inout Exchange) throws {
        guard limit != .none else { return }
        exchange.allowances = limiter.allowances(
            exchange.client, credential: request.headers[.authorization] ?? request.headers[.cookie], isGuess: limit == .guesses)
        if exchange.allowances.contains(where: \.isExceeded) { throw APIFault.tooManyRequests }
    }

    private func body(of request: Request) async throws -> [UInt8] {
        guard request.method == .post || request.method == .put || request.method == .patch else { return [] }
        let limit = settings.limits.bodyBytes
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw APIFault.payloadTooLarge }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIFault.payloadTooLarge
        } catch {
            throw APIFault.brokenBody
        }
        guard buffer.readableBytes > 0 else { return [] }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { String($0).trimmed.lowercased() }
        guard type == APIReply.json, request.headers[.contentEncoding] == nil else { throw APIFault.unsupportedMediaType }
        return Array(buffer.readableBytesView)
    }

    // MARK: What every answer has

    private func complete(
        _ headers: inout HTTPFields, _ requestID: String, _ trace: TraceParent?, _ allowances: [RateLimiter.Allowance], origin: String?
    ) {
        headers[.requestID] = requestID
        if let trace { headers[.traceParent] = trace.description }
        for field in allowances.fields { headers[field.name] = field.value }
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        if settings.tls != nil { headers[.strictTransportSecurity] = "max-age=31536000" }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'" }
        headers[.vary] = "Origin"
        guard let origin, settings.allowedOrigins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlAllowCredentials] = "true"
        headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE"
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, If-Match, X-CSRF-Token, X-Request-Id, traceparent"
        headers[.accessControlExposeHeaders] = "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
        headers[.accessControlMaxAge] = "600"
    }

    /// One line for each request: which route, and no name, address or token.
    private func note(_ request: Request, _ reply: APIReply, _ route: APIRoute?, _ duration: Duration, _ metadata: Logger.Metadata, _ logger: Logger) {
        guard logger.logLevel <= .info else { return }
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        logger.info(
            "request",
            metadata: metadata.merging([
                "method": "\(request.method.rawValue)", "route": "\(route?.path ?? "none")", "status": "\(reply.status.code)",
                "microseconds": "\(microseconds)",
            ]) { $1 })
    }

    private static func metadata(_ requestID: String, _ trace: TraceParent?) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["request": "\(requestID)"]
        if let trace {
            metadata["trace"] = "\(trace.trace)"
            metadata["span"] = "\(trace.span)"
        }
        return metadata
    }

    /// The one that was sent, when it is short and plain; else a new one.
    private static func requestID(of request: Request) -> String {
        if let given = request.headers[.requestID], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F })
        {
            return given
        }
        return String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// In which languages errors are read, the best first: `?locale=`, else `Accept-Language`.
    private static func languages(of request: Request) -> [String] {
        let query = RequestPath(request.head.path ?? "").map { Self.query($0.query) } ?? [:]
        if let locale = query["locale"] { return [locale] }
        return AcceptedLanguages.tags(request.headers[.acceptLanguage] ?? "")
    }

    /// Names and values of a query; of names that stand twice, the last one.
    private static func query(_ text: String) -> [String: String] {
        guard text.count > 1 else { return [:] }
        var query: [String: String] = [:]
        for pair in text.dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = RequestPath.unescaped(parts[0].utf8), let value = RequestPath.unescaped(parts.count > 1 ? parts[1].utf8 : "".utf8[...])
            else { continue }
            query[name] = value
        }
        return query
    }
}

/// The host for which a request is meant.
private enum HostName {
    /// Whether there is one, and it has nothing in it that no name, address or port has. More than one cannot be told from a
    /// request that was smuggled in behind another one.
    static func isSound(_ authority: String?) -> Bool {
        guard let authority, (1...255).contains(authority.utf8.count) else { return false }
        return authority.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F, 0x7E: true
            default: false
            }
        }
    }
}

/// The header `Accept-Language`.
enum AcceptedLanguages {
    /// More of them are not looked at.
    private static let maximum = 20

    /// The languages, the most wanted first; those of weight 0 are left out.
    static func tags(_ header: String) -> [String] {
        let wanted = header.split(separator: ",").prefix(maximum).compactMap { part -> (tag: String, weight: Double)? in
            let pieces = part.split(separator: ";").map { String($0).trimmed }
            guard let tag = pieces.first, !tag.isEmpty, tag != "*" else { return nil }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return weight > 0 ? (tag, weight) : nil
        }
        return wanted.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(\.element.tag)
    }
}

extension HTTPField.Name {
    static let host = Self("Host")!
    static let referrerPolicy = Self("Referrer-Policy")!
}
