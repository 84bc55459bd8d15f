// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooDatabase

/// Something that has begun and is to be ended by whoever began it, within a short while.
struct Challenge {
    enum Kind: String {
        /// The password was right; `value` is the kind of session that is to be opened.
        case code
        /// `value` is what a passkey has to sign.
        case passkeyLogIn, passkeyRegistration
    }

    let user: User.ID?
    let value: String
}

extension Reading where Self: ~Copyable {
    /// Nil when there is none, or when it is too late.
    func challenge(_ token: String, _ kind: Challenge.Kind) throws -> Challenge? {
        try row("SELECT user_id, value FROM challenges WHERE id = \(LetterLink.hash(token)) AND kind = \(kind.rawValue) AND expires_at > \(now)").map { row in
            Challenge(user: try row.optionalText("user_id").map { User.ID($0) }, value: try row.text("value"))
        }
    }
}

extension Transaction {
    /// The token by which it is ended; only its hash is kept.
    func beginChallenge(_ kind: Challenge.Kind, of user: User.ID?, value: String, for milliseconds: Int64) throws -> String {
        let token = SecureRandom.token()
        try execute(
            """
            INSERT INTO challenges (id, kind, user_id, value, expires_at)
            VALUES (\(LetterLink.hash(token)), \(kind.rawValue), \(user), \(value), \(now + milliseconds))
            """)
        return token
    }

    func endChallenge(_ token: String) throws {
        try execute("DELETE FROM challenges WHERE id = \(LetterLink.hash(token))")
    }
}

extension Checkout {
    /// Throws out what nobody can use any more: sessions, links and challenges whose time is over.
    package func forgetExpired() async throws {
        try await database.write { tx in
            let now = tx.now
            try tx.execute("DELETE FROM sessions WHERE expires_at <= \(now) OR seen_at <= \(now - Session.idleMilliseconds)")
            try tx.execute("DELETE FROM challenges WHERE expires_at <= \(now)")
            try tx.execute("DELETE FROM registrations WHERE expires_at <= \(now)")
            try tx.execute("DELETE FROM email_changes WHERE expires_at <= \(now)")
            try tx.execute("DELETE FROM password_resets WHERE expires_at <= \(now)")
            try tx.execute("DELETE FROM api_keys WHERE expires_at <= \(now)")
            try tx.eraseAddresses()
        }
    }
}
