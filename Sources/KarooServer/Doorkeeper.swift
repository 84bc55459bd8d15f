// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

/// Lets in whoever may: the one place where a request is held against the access of its route.
struct Doorkeeper: Sendable {
    let checkout: Checkout
    let allowedOrigins: Set<String>
    /// Whether browsers reach the server over TLS alone: then no cookie is taken that a plain connection could have set.
    var cookiesAreSecure = false

    /// Who asks; nil where nobody needs to be known.
    ///
    /// - throws: `unauthorized` when nobody shows who it is, `forbidden` when it is somebody else's business, `notFound` for
    ///   things of others, `stepUpRequired`, and what is wrong with a request that pages of another site could have sent.
    func admit(_ call: APICall, to access: Access) async throws -> Caller? {
        let credential = call.credential(cookiesAreSecure: cookiesAreSecure)
        let isUnsafe = call.method != .get && call.method != .head
        if isUnsafe, call.headers[.authorization] == nil { try requireKnownOrigin(call) }
        switch access.audience {
        case .anybody:
            return nil
        case .cart:
            if case .token(let token) = credential { return try requireToken(token, .cart, call.parameters["cart"]) }
        case .order:
            if case .token(let token) = credential { return try requireToken(token, .order, call.parameters["order"]) }
        case .visitor:
            if case .token = credential { return nil }
        case .account, .seller, .support, .admin:
            break
        }
        guard let caller = try await caller(credential) else {
            if access.audience == .visitor { return nil }
            throw CheckoutError(.unauthorized)
        }
        if case .cookie = credential, isUnsafe { try requireCSRFToken(call, caller) }
        try await require(access, of: caller, call)
        return caller
    }

    private func caller(_ credential: Credential) async throws -> Caller? {
        switch credential {
        case .none, .token: nil
        case .session(let token), .cookie(let token): try await checkout.caller(sessionToken: token)
        case .key(let text): try await checkout.caller(key: text)
        }
    }

    private func requireToken(_ token: String, _ purpose: TokenSecret.Purpose, _ id: String?) throws -> Caller? {
        guard let id, checkout.secret.isValid(token, purpose, id) else { throw CheckoutError(.notFound) }
        return nil
    }

    private func require(_ access: Access, of caller: Caller, _ call: APICall) async throws {
        if let scopes = caller.scopes {
            guard let scope = access.scope, scopes.contains(scope) else { throw CheckoutError(.forbidden) }
        }
        switch access.audience {
        case .anybody, .visitor, .account:
            break
        case .cart:
            guard try await checkout.owns(caller.user, cart: call.parameter("cart")) else { throw CheckoutError(.notFound) }
        case .order:
            guard try await checkout.owns(caller.user, order: call.parameter("order")) else { throw CheckoutError(.notFound) }
        case .seller:
            guard !caller.sellers.isEmpty else { throw CheckoutError(.forbidden) }
            if let seller = call.parameters["seller"], !caller.sellers.contains(Seller.ID(seller)) { throw CheckoutError(.notFound) }
        case .support:
            guard caller.isSupport else { throw CheckoutError(.forbidden) }
        case .admin:
            guard caller.isAdmin else { throw CheckoutError(.forbidden) }
        }
        if access.isFresh, !caller.isFresh { throw CheckoutError(.stepUpRequired) }
    }

    // MARK: Pages of other sites

    /// Browsers say which site's page sends a request that changes something.
    private func requireKnownOrigin(_ call: APICall) throws {
        if call.headers[.secFetchSite] == "cross-site" { throw CheckoutError(.originRefused) }
        guard let origin = call.headers[.origin] else { return }
        let isOwn = call.authority.map { origin == "http://\($0)" || origin == "https://\($0)" } ?? false
        guard isOwn || allowedOrigins.contains(origin) else { throw CheckoutError(.originRefused) }
    }

    private func requireCSRFToken(_ call: APICall, _ caller: Caller) throws {
        guard let session = caller.session, let token = call.headers[.csrfToken], checkout.isValid(csrfToken: token, of: session.id) else {
            throw CheckoutError(.csrfTokenMissing)
        }
    }
}

/// By what a request shows who sends it. What stands in `Authorization` counts alone: the browser adds cookies by itself.
enum Credential: Hashable, Sendable {
    case none
    /// Of a cart or an order.
    case token(String)
    /// Of a program that has logged in.
    case session(String)
    /// Of a program, made by its owner.
    case key(String)
    /// Of a page.
    case cookie(String)
}

extension APICall {
    func credential(cookiesAreSecure: Bool) -> Credential {
        if let value = headers[.authorization] {
            guard value.lowercased().hasPrefix("bearer ") else { return .none }
            let token = String(value.dropFirst("bearer ".count)).trimmed
            if SessionToken.isPlausible(token) { return .session(token) }
            return APIKey.isPlausible(token) ? .key(token) : .token(token)
        }
        return SessionCookie.token(in: headers, isSecure: cookiesAreSecure).map { .cookie($0) } ?? .none
    }
}

/// The cookie in which a browser keeps a session.
enum SessionCookie {
    /// Over TLS the name itself promises that no other host and no plain connection has set it.
    static func name(isSecure: Bool) -> String { isSecure ? "__Host-karoo" : "karoo" }

    static func token(in headers: HTTPFields, isSecure: Bool) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
                guard parts.count == 2, parts[0] == name(isSecure: isSecure), SessionToken.isPlausible(parts[1]) else { continue }
                return parts[1]
            }
        }
        return nil
    }

    static func setting(_ token: String, isSecure: Bool) -> String {
        let seconds = Session.lifetimeMilliseconds / 1_000
        return "\(name(isSecure: isSecure))=\(token); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }

    static func clearing(isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }
}

extension HTTPField.Name {
    static let csrfToken = Self("X-CSRF-Token")!
    static let secFetchSite = Self("Sec-Fetch-Site")!
}
