// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var sessions: [APIRoute] {
        [
            APIRoute(.post, "/v1/sessions", .anybody, limit: .guesses) { call in
                var fields = try call.fields()
                let (email, password) = (try fields.string("email"), try fields.string("password"))
                let kind = try sessionKind(&fields)
                try fields.end()
                return reply(try await checkout.logIn(email: email, password: password, kind: kind, from: call.clientAddress))
            },
            APIRoute(.post, "/v1/sessions/second-factor", .anybody) { call in
                var fields = try call.fields()
                let challenge = try fields.string("challenge")
                let proof = try proof(&fields)
                try fields.end()
                return reply(try await checkout.logIn(challenge: challenge, proof, from: call.clientAddress))
            },
            APIRoute(.get, "/v1/session", .visitor) { call in
                guard let caller = call.caller, let session = caller.session else { return APIReply.object { $0.member("status", "anonymous") } }
                return reply(session, try await checkout.account(caller.user))
            },
            APIRoute(.delete, "/v1/session", .account()) { call in
                try await checkout.endSession(call.session().id, of: call.user())
                return APIReply(status: .noContent, headers: [.setCookie: SessionCookie.clearing(isSecure: cookiesAreSecure)])
            },
            APIRoute(.post, "/v1/session/step-up", .account(), limit: .guesses) { call in
                var fields = try call.fields()
                let (password, code) = (try fields.optionalString("password"), try fields.optionalString("code"))
                try fields.end()
                let (session, user) = (try call.session(), try call.user())
                let refreshed = try await checkout.stepUp(session.id, of: user, password: password, code: code, from: call.clientAddress)
                return reply(refreshed, try await checkout.account(user))
            },
            APIRoute(.get, "/v1/account/sessions", .account()) { call in
                let current = try call.session().id
                let sessions = try await checkout.sessions(of: call.user())
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in
                        for session in sessions {
                            writer.object { writer in
                                writer.member("id", session.id.text)
                                writer.member("kind", session.kind.rawValue)
                                writer.member("createdAt", Instant(millisecondsSinceEpoch: session.createdAt).description)
                                writer.member("lastSeenAt", Instant(millisecondsSinceEpoch: session.seenAt).description)
                                writer.member("isCurrent", session.id == current)
                            }
                        }
                    }
                }
            },
            APIRoute(.delete, "/v1/account/sessions", .account()) { call in
                try await checkout.endSessions(of: call.user(), except: call.session().id)
                return APIReply(status: .noContent)
            },
            APIRoute(.delete, "/v1/account/sessions/{session}", .account()) { call in
                try await checkout.endSession(call.parameter("session"), of: call.user())
                return APIReply(status: .noContent)
            },
        ]
    }

    /// `kind` of a log-in: pages get a cookie, unless they say otherwise.
    func sessionKind(_ fields: inout JSONFields) throws -> Session.Kind {
        guard let text = try fields.optionalString("kind") else { return .cookie }
        guard let kind = Session.Kind(rawValue: text) else { throw CheckoutError(.invalid, field: "kind") }
        return kind
    }

    private func proof(_ fields: inout JSONFields) throws -> SecondFactor.Proof {
        switch (try fields.optionalString("code"), try fields.optionalString("recoveryCode")) {
        case (let code?, nil): .code(code)
        case (nil, let code?): .recoveryCode(code)
        default: throw JSONError("one of \"code\" and \"recoveryCode\" is needed")
        }
    }

    /// 202 while a code is missing.
    func reply(_ logIn: LogIn) -> APIReply {
        switch logIn {
        case .opened(let opened):
            return reply(opened)
        case .needsCode(let challenge):
            return APIReply.object(.accepted) { writer in
                writer.member("status", "secondFactor")
                writer.member("challenge", challenge)
            }
        }
    }

    /// 201 with the cookie, or with the token for whoever keeps it without one.
    func reply(_ opened: OpenedSession) -> APIReply {
        let isBearer = opened.session.kind == .bearer
        var reply = reply(opened.session, opened.account, token: isBearer ? opened.token : nil)
        reply.status = .created
        if !isBearer { reply.headers[.setCookie] = SessionCookie.setting(opened.token, isSecure: cookiesAreSecure) }
        return reply
    }

    func reply(_ session: Session, _ account: UserAccount, token: String? = nil) -> APIReply {
        APIReply.object { writer in
            writer.member("status", "loggedIn")
            writer.member("id", session.id.text)
            writer.member("csrf", checkout.csrfToken(of: session.id))
            if let token { writer.member("token", token) }
            writer.member("expiresAt", Instant(millisecondsSinceEpoch: session.expiresAt).description)
            writer.member("freshUntil", Instant(millisecondsSinceEpoch: session.freshUntil).description)
            writer.name("account")
            writer.object { $0.accountMembers(account) }
        }
    }
}

extension APICall {
    /// - precondition: the route asks for an account.
    func user() throws -> User.ID {
        guard let caller else { throw CheckoutError(.unauthorized) }
        return caller.user
    }

    /// Throws `forbidden` when a key of a program asks.
    func session() throws -> Session {
        guard let session = caller?.session else { throw CheckoutError(.forbidden) }
        return session
    }
}
