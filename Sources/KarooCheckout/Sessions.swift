// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// Somebody who has logged in, until the log-out or the end of its time.
package struct Session: Sendable {
    package typealias ID = Identifier<Session>

    package enum Kind: String, Sendable {
        /// Of pages: the browser keeps the token where no script reads it.
        case cookie
        /// Of programs, which keep the token themselves.
        case bearer
    }

    /// A session ends so long after its log-in, whatever happens.
    package static let lifetimeMilliseconds: Int64 = 30 * 86_400_000
    /// It ends when nobody uses it for so long.
    package static let idleMilliseconds: Int64 = 14 * 86_400_000
    /// Acts that move money or rights want a log-in that is no older.
    package static let freshMilliseconds: Int64 = 10 * 60_000
    /// That it was used is noted no more often.
    static let seenMilliseconds: Int64 = 10 * 60_000
    /// Of one account; with a further one the oldest ends.
    package static let maximumPerUser: Int64 = 50

    package let id: ID
    package let kind: Kind
    package let createdAt: Int64
    package let seenAt: Int64
    /// When the owner last gave password or code.
    package let authenticatedAt: Int64
    package let expiresAt: Int64

    package var freshUntil: Int64 { authenticatedAt + Session.freshMilliseconds }
}

/// What opens a session: told once, kept as a hash only.
package enum SessionToken {
    package static let prefix = "st_"

    package static func isPlausible(_ text: String) -> Bool { text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + 43 }

    static func new() -> String { prefix + SecureRandom.token() }

    /// A token has 256 random bits, so a quick hash keeps it as well as a slow one.
    static func hash(_ token: String) -> String { SHA256.digest(of: token).hex }
}

/// Whoever asks: an account by one of its sessions or keys.
package struct Caller: Sendable {
    package let user: User.ID
    /// Nil when a key of a program asks.
    package let session: Session?
    /// The id of the key; nil when a session asks.
    package let key: String?
    package let roles: Set<Role>
    /// What the key may; nil for a session, which may whatever its owner may.
    package let scopes: Set<Scope>?
    /// The moment of the look.
    package let now: Int64

    package var sellers: Set<Seller.ID> { Set(roles.compactMap(\.seller)) }
    package var isAdmin: Bool { roles.contains(.admin) }
    /// Admins may whatever support may.
    package var isSupport: Bool { isAdmin || roles.contains(.support) }
    /// Password or code were given a short while ago. Keys never are fresh.
    package var isFresh: Bool { session.map { now < $0.freshUntil } ?? false }
    /// As the audit log names it.
    package var actor: String { key.map { "\(user)/\($0)" } ?? user.text }
}

/// A session that was just opened, with its token.
package struct OpenedSession: Sendable {
    package let session: Session
    package let token: String
    package let account: UserAccount
}

// MARK: - Use cases

extension Checkout {
    /// Whoever has this token; nil when no open session has it.
    package func caller(sessionToken token: String) async throws -> Caller? {
        guard SessionToken.isPlausible(token) else { return nil }
        let hash = SessionToken.hash(token)
        let caller = try await database.read { try $0.caller(tokenHash: hash) }
        if let caller, let session = caller.session, caller.now - session.seenAt >= Session.seenMilliseconds {
            try await database.write { tx in _ = try tx.execute("UPDATE sessions SET seen_at = \(tx.now) WHERE id = \(session.id)") }
        }
        return caller
    }

    /// Logs in by password; where the second factor is on, a code comes next. Throws `credentialsWrong`, whatever is wrong, after
    /// the same time.
    package func logIn(email: String, password text: String, kind: Session.Kind, from client: String) async throws -> LogIn {
        let key = (try? AccountEmail(email))?.key ?? email
        try guesses.begin(.logIn, of: key, from: client)
        guard let password = try? Password(entered: text) else { throw CheckoutError(.credentialsWrong) }
        let known = try await database.read { try $0.credentials(of: key) }
        let isRight = try await passwords.isValid(password, for: known?.record)
        guard let known, isRight, known.isActive else { throw CheckoutError(.credentialsWrong) }
        guesses.forgive(.logIn, of: key, from: client)
        let old = known.record?.text
        let new = try await renewed(known.record, password)
        return try await database.write { tx in
            // A password that was changed meanwhile stays changed.
            if let new { try tx.execute("UPDATE users SET password = \(new) WHERE id = \(known.user) AND password = \(old)") }
            if try tx.codeSecret(of: known.user)?.isConfirmed == true {
                return .needsCode(challenge: try tx.beginChallenge(.code, of: known.user, value: kind.rawValue, for: SecondFactor.challengeMilliseconds))
            }
            return .opened(try tx.openSession(of: known.user, kind))
        }
    }

    /// The record of a password under today's work factor; nil when it is that already.
    private func renewed(_ record: PasswordRecord?, _ password: Password) async throws -> String? {
        guard let record, passwords.isOutdated(record) else { return nil }
        return try await passwords.record(of: password).text
    }

    /// The open sessions of an account, the newest first.
    package func sessions(of user: User.ID) async throws -> [Session] {
        try await database.read { try $0.sessions(of: user) }
    }

    /// Logs out. Throws `notFound` when it is no session of this account.
    package func endSession(_ id: Session.ID, of user: User.ID) async throws {
        try await database.write { tx in
            guard try tx.execute("DELETE FROM sessions WHERE id = \(id) AND user_id = \(user)") > 0 else { throw CheckoutError(.notFound) }
        }
    }

    /// Logs out everywhere, but for one session.
    package func endSessions(of user: User.ID, except kept: Session.ID?) async throws {
        try await database.write { tx in try tx.endSessions(of: user, except: kept) }
    }

    /// What opens requests of pages that change something, beside the cookie: another site has no way to read it.
    package func csrfToken(of session: Session.ID) -> String { secret.token(.csrf, session.text) }

    /// Whether the token is that of the session.
    package func isValid(csrfToken token: String, of session: Session.ID) -> Bool { secret.isValid(token, .csrf, session.text) }
}

// MARK: - Rows

extension Session {
    fileprivate init(_ row: Row) throws {
        id = ID(try row.text("id"))
        kind = Kind(rawValue: try row.text("kind")) ?? .bearer
        createdAt = try row.integer("created_at")
        seenAt = try row.integer("seen_at")
        authenticatedAt = try row.integer("authenticated_at")
        expiresAt = try row.integer("expires_at")
    }

    fileprivate func isIdle(at now: Int64) -> Bool { now - seenAt >= Session.idleMilliseconds }
}

extension Reading where Self: ~Copyable {
    fileprivate func caller(tokenHash: String) throws -> Caller? {
        guard
            let row = try row(
                """
                SELECT s.* FROM sessions s JOIN users u ON u.id = s.user_id
                WHERE s.token_hash = \(tokenHash) AND s.expires_at > \(now) AND u.status = 'active'
                """)
        else { return nil }
        let session = try Session(row)
        guard !session.isIdle(at: now) else { return nil }
        let user = User.ID(try row.text("user_id"))
        return Caller(user: user, session: session, key: nil, roles: try roles(of: user), scopes: nil, now: now)
    }

    fileprivate func credentials(of emailKey: String) throws -> (user: User.ID, record: PasswordRecord?, isActive: Bool)? {
        try row("SELECT id, password, status FROM users WHERE email_key = \(emailKey)").map { row in
            (
                user: User.ID(try row.text("id")), record: try row.optionalText("password").flatMap { PasswordRecord($0) },
                isActive: try row.text("status") == UserAccount.Status.active.rawValue
            )
        }
    }

    func passwordRecord(of user: User.ID) throws -> PasswordRecord? {
        try row("SELECT password FROM users WHERE id = \(user)")?.optionalText("password").flatMap { PasswordRecord($0) }
    }

    func sessions(of user: User.ID) throws -> [Session] {
        try rows("SELECT * FROM sessions WHERE user_id = \(user) AND expires_at > \(now) ORDER BY created_at DESC, id DESC")
            .map { try Session($0) }.filter { !$0.isIdle(at: now) }
    }

    func session(_ id: Session.ID) throws -> Session {
        guard let row = try row("SELECT * FROM sessions WHERE id = \(id)") else { throw CheckoutError(.unauthorized) }
        return try Session(row)
    }
}

extension Transaction {
    /// A new session of an account that has just shown who it is.
    func openSession(of user: User.ID, _ kind: Session.Kind) throws -> OpenedSession {
        let (id, token) = (Session.ID.new("ses", at: now), SessionToken.new())
        try execute(
            """
            INSERT INTO sessions (id, user_id, token_hash, kind, created_at, seen_at, authenticated_at, expires_at)
            VALUES (
                \(id), \(user), \(SessionToken.hash(token)), \(kind.rawValue), \(now), \(now), \(now), \(now + Session.lifetimeMilliseconds))
            """)
        try execute(
            """
            DELETE FROM sessions WHERE user_id = \(user) AND id NOT IN (
                SELECT id FROM sessions WHERE user_id = \(user) ORDER BY created_at DESC, id DESC LIMIT \(Session.maximumPerUser))
            """)
        return OpenedSession(session: try session(id), token: token, account: try account(user))
    }

    func endSessions(of user: User.ID, except kept: Session.ID? = nil) throws {
        try execute("DELETE FROM sessions WHERE user_id = \(user) AND id <> \(kept?.text ?? "")")
    }

    /// The owner has just shown who it is.
    func refresh(_ id: Session.ID) throws -> Session {
        try execute("UPDATE sessions SET authenticated_at = \(now) WHERE id = \(id)")
        return try session(id)
    }
}
