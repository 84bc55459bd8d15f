// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

/// A request, taken apart.
struct APICall: Sendable {
    let method: HTTPRequest.Method
    /// The host and port that the client names; nothing but the origins of pages is compared with it.
    let authority: String?
    let headers: HTTPFields
    /// What stands in the path where the route has a name in braces.
    let parameters: [String: String]
    /// What follows the path, decoded.
    let query: [String: String]
    /// Who asks, behind the proxies that are trusted, as far as that is known: what guesses are counted by.
    let clientAddress: String
    /// By which the log finds it.
    var requestID = ""
    /// Arrays and objects of the body that may stand in one another.
    var jsonDepth = JSON.maximumDepth
    /// Nothing before the route was found and whoever asks was let in.
    var body: [UInt8] = []
    /// Who was let in; nil where nobody needs to be known.
    var caller: Caller?

    /// - precondition: the route has this name.
    func parameter<Subject>(_ name: String) -> Identifier<Subject> { Identifier(parameters[name] ?? "") }

    /// The cart and the order of the path, whose tokens were looked at before.
    var cart: Cart.ID { parameter("cart") }
    var order: OrderGroup.ID { parameter("order") }

    /// The body as an object of JSON. Throws `malformed` for anything else.
    func fields() throws -> JSONFields { try JSON(parsing: body, maximumDepth: jsonDepth).fields() }

    /// The version of `If-Match: "3"`; nil when any will do. Throws `versionConflict` for a tag that none of ours is.
    func expectedVersion() throws -> Int64? {
        guard let tag = headers[.ifMatch]?.trimmed, tag != "*" else { return nil }
        guard tag.hasPrefix("\""), tag.hasSuffix("\""), let version = Int64(tag.dropFirst().dropLast()) else { throw CheckoutError(.versionConflict) }
        return version
    }
}

/// What goes back, before the headers that every answer has.
struct APIReply: Sendable {
    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [:]
    var body: [UInt8] = []

    static let json = "application/json"
    static let problem = "application/problem+json"

    /// An object of JSON.
    static func object(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ write: (inout JSONWriter) -> Void) -> APIReply {
        var writer = JSONWriter()
        writer.object(write)
        var headers = headers
        headers[.contentType] = json
        return APIReply(status: status, headers: headers, body: writer.bytes)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key")!
    static let idempotentReplayed = Self("Idempotent-Replayed")!
    static let requestID = Self("X-Request-Id")!
}

extension String {
    /// Without spaces and tabs around it.
    var trimmed: String {
        var text = self[...]
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return String(text)
    }
}
