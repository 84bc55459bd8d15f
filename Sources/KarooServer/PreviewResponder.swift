// KarooExpress – Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Answers one request of the preview: files of the folder, the script of live reload, and its stream of events.
struct PreviewResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    /// A larger page goes out as it is, without live reload.
    static let maximumInjectedBytes = 16 << 20
    /// Larger files are read and sent in pieces of this size.
    static let chunkBytes = 256 << 10

    let folder: PublicFolder
    let events: PreviewEvents
    /// What every answer says besides.
    let headers: HTTPFields

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = try await answer(request)
        } catch let fault as FileFault {
            context.logger.error("\(request.head.path ?? ""): \(fault)")
            response = .plainText(.internalServerError, "This file cannot be read: \(fault).")
        }
        for field in headers { response.headers[field.name] = field.value }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async throws -> Response {
        guard isForThisMachine(request) else {
            return .plainText(.misdirectedRequest, "This preview answers only to names of this machine.")
        }
        guard request.method == .get || request.method == .head else {
            return .plainText(.methodNotAllowed, "Use GET or HEAD.", headers: [.allow: "GET, HEAD"])
        }
        guard let path = RequestPath(request.head.path ?? "") else {
            return .plainText(.badRequest, "This is not the address of a page.")
        }
        switch path.text {
        case LiveReload.scriptPath: return Self.script
        case LiveReload.eventsPath: return await eventStream(request)
        default: break
        }
        let base = await events.base
        if let inner = path.below(base) { return try await file(inner, at: path, request) }
        if path.names.isEmpty || path.names == base {
            return Response(status: .found, headers: [.location: "/" + base.map { $0 + "/" }.joined()])
        }
        return .plainText(.notFound, "The site lies under /\(base.joined(separator: "/"))/, as its baseURL says.")
    }

    /// A request without a `Host` is of no browser.
    private func isForThisMachine(_ request: Request) -> Bool {
        guard let authority = request.head.authority, !authority.isEmpty else { return true }
        return LoopbackName(authority: authority) != nil
    }

    // MARK: Live reload

    private static var script: Response {
        Response(
            status: .ok, headers: [.contentType: ContentType.javaScript],
            body: ResponseBody(byteBuffer: ByteBuffer(string: LiveReload.script)))
    }

    private func eventStream(_ request: Request) async -> Response {
        let headers: HTTPFields = [.contentType: ContentType.eventStream]
        if request.method == .head { return Response(status: .ok, headers: headers, body: ResponseBody { _ in }) }
        guard let listener = await events.listen() else {
            return .plainText(
                .serviceUnavailable, "Too many pages of the preview are open.", headers: [.retryAfter: "10"])
        }
        let body = ResponseBody { writer in
            try await request.body.consumeWithInboundCloseHandler { _ in
                for await message in listener.messages.cancelOnGracefulShutdown() {
                    try await writer.write(ByteBuffer(string: message))
                }
            } onInboundClosed: {
                listener.end()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    // MARK: Files

    /// The build is asked for before the disk: a page may turn out newer than it says, and then reloads once more,
    /// but never older.
    private func file(_ inner: RequestPath, at path: RequestPath, _ request: Request) async throws -> Response {
        let build = await events.build
        return try await NIOThreadPool.singleton.runIfActive {
            switch try folder.find(inner) {
            case .file(let file):
                try Self.answer(Published(file, build: build), request)
            case .folder:
                Response(status: .movedPermanently, headers: [.location: path.asFolder])
            case .missing(let page?):
                try Self.whole(Published(page, build: build), status: .notFound)
            case .missing(nil):
                Response.plainText(.notFound, "There is no such page.")
            case .unbuilt:
                Response.plainText(
                    .serviceUnavailable, "The site has not been built yet. This page looks again every second.",
                    headers: [.retryAfter: "1", .refresh: "1"])
            }
        }
    }

    private static func answer(_ published: Published, _ request: Request) throws -> Response {
        var headers = published.headers
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = published.validators.entityTag
        headers[.lastModified] = published.validators.lastModified.description

        let size = published.size
        switch published.validators.portion(of: size, method: request.method, headers: request.headers) {
        case .whole:
            if request.method == .head { return empty(.ok, headers, size: size) }
            return Response(status: .ok, headers: headers, body: try published.body(0..<size))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return Response(status: .partialContent, headers: headers, body: try published.body(range))
        case .notModified:
            return empty(.notModified, headers, size: size)
        case .unsatisfiable:
            return .plainText(
                .rangeNotSatisfiable, "The file has \(size) bytes.", headers: [.contentRange: "bytes */\(size)"])
        }
    }

    private static func whole(_ published: Published, status: HTTPResponse.Status) throws -> Response {
        Response(status: status, headers: published.headers, body: try published.body(0..<published.size))
    }

    /// The size is the one that the body would have.
    private static func empty(_ status: HTTPResponse.Status, _ headers: HTTPFields, size: Int) -> Response {
        var headers = headers
        headers[.contentLength] = String(size)
        return Response(status: status, headers: headers)
    }
}

/// A file in the form in which the preview sends it: a page carries the script of live reload.
private struct Published: Sendable {
    let file: PublicFile
    let isInjected: Bool
    var headers: HTTPFields

    init(_ file: PublicFile, build: String) {
        let type = ContentType.of(fileName: file.name)
        self.file = file
        self.isInjected = type == ContentType.html && file.size <= PreviewResponder.maximumInjectedBytes
        self.headers = [.contentType: type]
        if isInjected { headers[.serverTiming] = "\(LiveReload.buildMetric);desc=\"\(build)\"" }
    }

    var size: Int { isInjected ? file.size + LiveReload.tag.utf8.count : file.size }

    var validators: FileValidators { isInjected ? file.validators.marked("reload") : file.validators }

    /// The bytes in the range; those of a large file are read while they are sent.
    func body(_ range: Range<Int>) throws -> ResponseBody {
        if isInjected {
            var page = injected(try file.read(0..<file.size))
            page.moveReaderIndex(to: range.lowerBound)
            return ResponseBody(byteBuffer: page.readSlice(length: range.count) ?? ByteBuffer())
        }
        if range.count <= PreviewResponder.chunkBytes {
            return ResponseBody(byteBuffer: try file.read(range))
        }
        return ResponseBody(contentLength: range.count) { [file] writer in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: PreviewResponder.chunkBytes) {
                let chunk = start..<min(start + PreviewResponder.chunkBytes, range.upperBound)
                try await writer.write(NIOThreadPool.singleton.runIfActive { try file.read(chunk) })
            }
            try await writer.finish(nil)
        }
    }

    private func injected(_ page: ByteBuffer) -> ByteBuffer {
        let place = page.withUnsafeReadableBytes { LiveReload.placeOfTag(in: $0) }
        var injected = ByteBufferAllocator().buffer(capacity: size)
        injected.writeBytes(page.readableBytesView.prefix(place))
        injected.writeString(LiveReload.tag)
        injected.writeBytes(page.readableBytesView.dropFirst(place))
        return injected
    }
}

extension Response {
    /// One sentence for a person, for want of a page.
    fileprivate static func plainText(
        _ status: HTTPResponse.Status, _ sentence: String, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = ContentType.plainText
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: sentence + "\n")))
    }
}
