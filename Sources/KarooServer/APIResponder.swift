// KarooExpress – Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// One address of the API with one method, and who answers there.
struct APIRoute: Sendable {
    let method: HTTPRequest.Method
    /// As in openapi.json: `/v1/carts/{cart}`.
    let path: String
    let access: Access
    let answer: @Sendable (APICall) async throws -> APIReply

    private let names: [Substring]

    init(_ method: HTTPRequest.Method, _ path: String, _ access: Access, _ answer: @escaping @Sendable (APICall) async throws -> APIReply) {
        self.method = method
        self.path = path
        self.access = access
        self.answer = answer
        names = path.split(separator: "/")
    }

    /// What stands where the path has names in braces; nil when it is another address.
    func match(_ found: [String]) -> [String: String]? {
        guard found.count == names.count else { return nil }
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

/// What is known of a connection beside the request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Of the other end of the connection.
    let clientAddress: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        clientAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

/// Finds the route of a request, lets in whoever may, reads what was sent, and gives every answer, errors too, the headers that all have.
struct APIResponder: HTTPResponder {
    let routes: [APIRoute]
    let doorkeeper: Doorkeeper
    let settings: APISettings
    let metrics: APIMetrics

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let reply = await reply(to: request, from: context.clientAddress, context.logger)
        return Response(status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    /// The answer, whatever was sent.
    func reply(to request: Request, from clientAddress: String, _ logger: Logger) async -> APIReply {
        let start = ContinuousClock.now
        let requestID = Self.requestID(of: request)
        var reply: APIReply
        do {
            reply = try await answer(request, from: clientAddress)
        } catch {
            let response = ErrorResponse(error)
            // What was sent stays out of the log: it may be personal.
            if response.isFault { logger.error("\(request.method) failed: \(error)", metadata: ["request": "\(requestID)"]) }
            reply = response.reply(requestID: requestID)
        }
        complete(&reply.headers, requestID, origin: request.headers[.origin])
        metrics.count(status: reply.status.code, ContinuousClock.now - start)
        return reply
    }

    private func answer(_ request: Request, from clientAddress: String) async throws -> APIReply {
        guard let path = RequestPath(request.head.path ?? ""), !path.endsInSlash else { throw APIFault.noSuchAddress }
        var others: [HTTPRequest.Method] = []
        for route in routes {
            guard let parameters = route.match(path.names) else { continue }
            guard route.method == request.method else {
                others.append(route.method)
                continue
            }
            var call = APICall(
                method: request.method, authority: request.head.authority, headers: request.headers, parameters: parameters,
                query: Self.query(path.query), clientAddress: clientAddress)
            call.caller = try await doorkeeper.admit(call, to: route.access)
            call.body = try await body(of: request)
            return try await route.answer(call)
        }
        guard !others.isEmpty else { throw APIFault.noSuchAddress }
        let allowed = others.map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return APIReply(status: .noContent, headers: [.allow: allowed]) }
        throw APIFault.methodNotAllowed
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
        }
        guard buffer.readableBytes > 0 else { return [] }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { String($0).trimmed.lowercased() }
        guard type == APIReply.json, request.headers[.contentEncoding] == nil else { throw APIFault.unsupportedMediaType }
        return Array(buffer.readableBytesView)
    }

    // MARK: What every answer has

    private func complete(_ headers: inout HTTPFields, _ requestID: String, origin: String?) {
        headers[.requestID] = requestID
        headers[.xContentTypeOptions] = "nosniff"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        headers[.vary] = "Origin"
        guard let origin, settings.allowedOrigins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlAllowCredentials] = "true"
        headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE"
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, If-Match, X-CSRF-Token, X-Request-Id"
        headers[.accessControlExposeHeaders] = "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id"
        headers[.accessControlMaxAge] = "600"
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
