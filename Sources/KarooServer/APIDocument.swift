// KarooExpress – Apache-2.0

import Foundation
import HTTPTypes
import KarooCommerce

/// openapi.json as it lies beside the program, and the page that people read of it.
struct APIDocument: Sendable {
    /// A file that is given to whoever asks, with a tag by which it is known again.
    struct File: Sendable {
        let type: String
        let bytes: [UInt8]
        let tag: String

        init(type: String, bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
            // FNV-1a: it tells versions of one file apart, which nobody wants to forge.
            let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            tag = "\"\(String(hash, radix: 36))\""
        }
    }

    let json: File
    let page: File
    let style: File

    /// Throws when the resources of the program are not beside it, or the document is none.
    init() throws {
        json = File(type: APIReply.json, bytes: try APIDocument.resource("openapi.json"))
        style = File(type: "text/css; charset=utf-8", bytes: try APIDocument.resource("docs.css"))
        page = File(type: "text/html; charset=utf-8", bytes: try APIPage(JSON(parsing: json.bytes)).bytes)
    }

    /// Nobody serves half a program: this is read once, at the start.
    static let shared = Result { try APIDocument() }

    private static func resource(_ name: String) throws -> [UInt8] {
        guard let url = Bundle.module.url(forResource: name, withExtension: nil) else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: url))
    }
}

extension APIRoutes {
    var document: [APIRoute] {
        [
            APIRoute(.get, "/v1/openapi.json", .anybody) { call in try reply(APIDocument.shared.get().json, to: call) },
            APIRoute(.get, "/v1/docs", .anybody) { call in
                var reply = try reply(APIDocument.shared.get().page, to: call)
                reply.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                return reply
            },
            APIRoute(.get, "/v1/docs/style.css", .anybody) { call in try reply(APIDocument.shared.get().style, to: call) },
        ]
    }

    /// The file, or 304 for whoever has it already.
    private func reply(_ file: APIDocument.File, to call: APICall) -> APIReply {
        var reply = APIReply(headers: [.contentType: file.type, .eTag: file.tag, .cacheControl: "public, max-age=300"])
        let known = (call.headers[.ifNoneMatch] ?? "").split(separator: ",").map { String($0).trimmed }
        if known.contains(where: { $0 == file.tag || $0 == "W/\(file.tag)" || $0 == "*" }) {
            reply.status = .notModified
        } else {
            reply.body = file.bytes
        }
        return reply
    }
}
