// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// The second of two things by which somebody shows who it is: a code of the moment, or one of a list for bad days.
package enum SecondFactor {
    /// So many wrong codes in a row, and none is taken for a while.
    package static let maximumFailures: Int64 = 10
    package static let lockMilliseconds: Int64 = 15 * 60_000
    /// Of a list for bad days; each is good once.
    package static let recoveryCodes = 10
    static let recoveryByteCount = 10
    /// Between password and code of one log-in.
    static let challengeMilliseconds: Int64 = 5 * 60_000

    package enum Proof: Sendable {
        case code(String)
        case recoveryCode(String)
    }

    /// What became of a code, to be told after its rows are kept.
    fileprivate enum Verdict: Sendable {
        case right, wrong
        case locked(Int64)
    }
}

/// A log-in by password: done, or in need of a code.
package enum LogIn: Sendable {
    case opened(OpenedSession)
    case needsCode(challenge: String)
}

extension Checkout {
    /// Ends a log-in that needs a code. Throws `codeWrong`, `tooManyGuesses`, and `challengeExpired` when password and code lie too far
    /// apart.
    package func logIn(challenge: String, _ proof: SecondFactor.Proof, from client: String) async throws -> OpenedSession {
        try guesses.begin(.code, of: challenge, from: client)
        let secret = secret
        let outcome: (SecondFactor.Verdict, OpenedSession?) = try await database.write { tx in
            guard let begun = try tx.challenge(challenge, .code), let user = begun.user, let kind = Session.Kind(rawValue: begun.value) else {
                throw CheckoutError(.challengeExpired, field: "challenge")
            }
            guard try tx.account(user).status == .active else { throw CheckoutError(.challengeExpired, field: "challenge") }
            let verdict = try tx.judge(proof, of: user, secret)
            guard case .right = verdict else { return (verdict, nil) }
            try tx.endChallenge(challenge)
            return (verdict, try tx.openSession(of: user, kind))
        }
        try outcome.0.requireRight()
        guesses.forgive(.code, of: challenge, from: client)
        guard let opened = outcome.1 else { throw CheckoutError(.internal) }
        return opened
    }

    /// A new secret for codes, which holds once it is confirmed. Throws `secondFactorOn`.
    package func beginSecondFactor(of user: User.ID) async throws -> (secret: String, uri: String) {
        let bytes = SecureRandom.bytes(OneTimeCode.secretByteCount)
        let sealed = try secret.sealed(bytes, for: user)
        let site = (try? offers.current().letters?.terms.site.name) ?? "Karoo"
        let email = try await database.write { tx in
            guard try tx.codeSecret(of: user)?.isConfirmed != true else { throw CheckoutError(.secondFactorOn) }
            try tx.execute(
                """
                INSERT INTO code_secrets (user_id, sealed, confirmed_at, last_step, failures, locked_until) VALUES (\(user), \(sealed), NULL, 0, 0, 0)
                ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0
                """)
            return try tx.account(user).email ?? ""
        }
        return (Base32.encode(bytes), OneTimeCode.uri(bytes, account: email, issuer: site))
    }

    /// Turns the second factor on by a first right code, and gives the codes for bad days, which are told only now.
    package func confirmSecondFactor(of user: User.ID, code: String) async throws -> [String] {
        let secret = secret
        let (verdict, codes): (SecondFactor.Verdict, [String]) = try await database.write { tx in
            guard let known = try tx.codeSecret(of: user) else { throw CheckoutError(.notFound) }
            guard !known.isConfirmed else { throw CheckoutError(.secondFactorOn) }
            let verdict = try tx.judge(.code(code), of: user, secret)
            guard case .right = verdict else { return (verdict, []) }
            try tx.execute("UPDATE code_secrets SET confirmed_at = \(tx.now) WHERE user_id = \(user)")
            try tx.notify(user, .twoFactorOn)
            try tx.audit(user.text, "secondFactor.on", entity: user.text)
            return (verdict, try tx.renewRecoveryCodes(of: user, secret))
        }
        try verdict.requireRight()
        return codes
    }

    /// Turns the second factor off. Throws `notFound` when it is not on.
    package func endSecondFactor(of user: User.ID, by actor: String) async throws {
        try await database.write { tx in
            guard try tx.execute("DELETE FROM code_secrets WHERE user_id = \(user)") > 0 else { throw CheckoutError(.notFound) }
            try tx.execute("DELETE FROM recovery_codes WHERE user_id = \(user)")
            try tx.notify(user, .twoFactorOff)
            try tx.audit(actor, "secondFactor.off", entity: user.text)
        }
    }

    /// A new list of codes for bad days; the old one is void. Throws `notFound` when the second factor is not on.
    package func renewRecoveryCodes(of user: User.ID) async throws -> [String] {
        let secret = secret
        return try await database.write { tx in
            guard try tx.codeSecret(of: user)?.isConfirmed == true else { throw CheckoutError(.notFound) }
            try tx.audit(user.text, "secondFactor.recoveryCodes", entity: user.text)
            return try tx.renewRecoveryCodes(of: user, secret)
        }
    }

    /// Notes that the owner of a session has just shown who it is: by a code where the second factor is on, else by the password.
    /// Throws `codeRequired` when a password alone does not do.
    package func stepUp(_ session: Session.ID, of user: User.ID, password: String?, code: String?, from client: String) async throws -> Session {
        let isOn = try await database.read { try $0.codeSecret(of: user)?.isConfirmed == true }
        guard isOn else {
            try await requirePassword(password ?? "", of: user, from: client)
            return try await database.write { tx in try tx.refresh(session) }
        }
        guard let code else { throw CheckoutError(.codeRequired, field: "code") }
        try guesses.begin(.code, of: user.text, from: client)
        let secret = secret
        let (verdict, refreshed): (SecondFactor.Verdict, Session) = try await database.write { tx in
            let verdict = try tx.judge(.code(code), of: user, secret)
            if case .right = verdict { return (verdict, try tx.refresh(session)) }
            return (verdict, try tx.session(session))
        }
        try verdict.requireRight()
        guesses.forgive(.code, of: user.text, from: client)
        return refreshed
    }
}

extension SecondFactor.Verdict {
    /// Throws `codeWrong` or `tooManyGuesses`.
    fileprivate func requireRight() throws {
        switch self {
        case .right: return
        case .wrong: throw CheckoutError(.codeWrong)
        case .locked(let milliseconds): throw CheckoutError(.tooManyGuesses, meta: ["seconds": String((milliseconds + 999) / 1_000)])
        }
    }
}

extension TokenSecret {
    /// Of a secret for codes; another account's does not open.
    fileprivate func sealed(_ bytes: [UInt8], for user: User.ID) throws -> String {
        Base64URL.encode(try AESGCM(key: sealingKey).seal(bytes, associated: Array(user.text.utf8)))
    }

    fileprivate func opened(_ sealed: String, of user: User.ID) throws -> [UInt8] {
        try AESGCM(key: sealingKey).open(Base64URL.decode(sealed) ?? [], associated: Array(user.text.utf8))
    }

    /// A hash that nobody can search for without the secret.
    fileprivate func recoveryHash(_ code: String, of user: User.ID) -> String {
        let plain = code.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return token(.recoveryCode, "\(user):\(plain)")
    }
}

// MARK: - Rows

/// What is kept of the codes of an account.
struct CodeSecret {
    let sealed: String
    let isConfirmed: Bool
    let lastStep: Int64
    let lockedUntil: Int64
}

extension Reading where Self: ~Copyable {
    /// Nil when there is none, confirmed or not.
    func codeSecret(of user: User.ID) throws -> CodeSecret? {
        try row("SELECT sealed, confirmed_at, last_step, locked_until FROM code_secrets WHERE user_id = \(user)").map { row in
            CodeSecret(
                sealed: try row.text("sealed"), isConfirmed: try row.optionalInteger("confirmed_at") != nil, lastStep: try row.integer("last_step"),
                lockedUntil: try row.integer("locked_until"))
        }
    }

    func recoveryCodeCount(of user: User.ID) throws -> Int64 {
        try row("SELECT COUNT(*) AS count FROM recovery_codes WHERE user_id = \(user)")?.integer("count") ?? 0
    }
}

extension Transaction {
    /// Looks at a code and uses it up; wrong ones are counted.
    fileprivate func judge(_ proof: SecondFactor.Proof, of user: User.ID, _ secret: TokenSecret) throws -> SecondFactor.Verdict {
        guard let known = try codeSecret(of: user) else { throw CheckoutError(.notFound) }
        guard known.lockedUntil <= now else { return .locked(known.lockedUntil - now) }
        let isRight =
            switch proof {
            case .code(let code): try use(code, secret.opened(known.sealed, of: user), of: user)
            case .recoveryCode(let code): try use(recoveryCode: code, of: user, secret)
            }
        if isRight {
            try execute("UPDATE code_secrets SET failures = 0 WHERE user_id = \(user)")
            return .right
        }
        try execute(
            """
            UPDATE code_secrets SET
                locked_until = CASE WHEN failures + 1 >= \(SecondFactor.maximumFailures) THEN \(now + SecondFactor.lockMilliseconds) ELSE locked_until END,
                failures = CASE WHEN failures + 1 >= \(SecondFactor.maximumFailures) THEN 0 ELSE failures + 1 END
            WHERE user_id = \(user)
            """)
        return .wrong
    }

    /// One statement looks and takes: a step is used once, and none before it any more.
    private func use(_ code: String, _ secret: [UInt8], of user: User.ID) throws -> Bool {
        guard let step = OneTimeCode.step(of: code, secret, at: now) else { return false }
        return try execute("UPDATE code_secrets SET last_step = \(step) WHERE user_id = \(user) AND last_step < \(step)") > 0
    }

    private func use(recoveryCode code: String, of user: User.ID, _ secret: TokenSecret) throws -> Bool {
        let isKnown = try execute("DELETE FROM recovery_codes WHERE user_id = \(user) AND code_hash = \(secret.recoveryHash(code, of: user))") > 0
        if isKnown {
            try notify(user, .recoveryCodeUsed)
            try audit(user.text, "secondFactor.recoveryCode", entity: user.text)
        }
        return isKnown
    }

    fileprivate func renewRecoveryCodes(of user: User.ID, _ secret: TokenSecret) throws -> [String] {
        try execute("DELETE FROM recovery_codes WHERE user_id = \(user)")
        return try (0..<SecondFactor.recoveryCodes).map { _ in
            let text = Array(Base32.encode(SecureRandom.bytes(SecondFactor.recoveryByteCount)))
            let code = stride(from: 0, to: text.count, by: 4).map { String(text[$0..<min($0 + 4, text.count)]) }.joined(separator: "-")
            try execute("INSERT INTO recovery_codes (user_id, code_hash) VALUES (\(user), \(secret.recoveryHash(code, of: user)))")
            return code
        }
    }
}
