// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

extension Checkout {
    /// Writes to the owner of an address how to set a new password. Whoever has no account is not written to, and nobody who
    /// asks learns it. Throws `invalid` and `tooManyGuesses`.
    package func requestPasswordReset(email: String, language: String, market: Market.ID?, from client: String) async throws {
        let address = try AccountEmail(email)
        let (language, edition) = LetterLink.edition(language, market, try offers.current().book)
        try guesses.begin(.letter, of: address.key, from: client)
        try await database.write { tx in
            guard let user = try tx.user(of: address), try tx.account(user).status == .active else { return }
            let token = SecureRandom.token()
            try tx.execute(
                """
                INSERT INTO password_resets (user_id, token_hash, expires_at)
                VALUES (\(user), \(LetterLink.hash(token)), \(tx.now + LetterLink.resetMinutes * 60_000))
                ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
                """)
            try tx.write(.passwordReset, to: address, language, LetterLink.path(edition, .reset, token: token), minutes: LetterLink.resetMinutes)
        }
    }

    /// Sets a new password by the link of a letter, once, and logs out everywhere. A second factor stays. Throws `tokenInvalid`
    /// and what is wrong with the password.
    package func resetPassword(token: String, to text: String) async throws {
        let hash = LetterLink.hash(token)
        let email = try await database.read { try $0.emailOfReset(hash) }
        let password = try Password(chosen: text, for: email)
        let record = try await passwords.record(of: password).text
        try await database.write { tx in
            guard let row = try tx.row("DELETE FROM password_resets WHERE token_hash = \(hash) AND expires_at > \(tx.now) RETURNING user_id") else {
                throw CheckoutError(.tokenInvalid, field: "token")
            }
            let user = User.ID(try row.text("user_id"))
            try tx.setPassword(record, of: user, keeping: nil)
        }
        guesses.forgive(.logIn, of: email.key)
    }

    /// Changes the password of somebody who knows the old one, and logs out everywhere else. Throws `credentialsWrong` and what
    /// is wrong with the new password.
    ///
    /// - parameter current: not needed by who has none yet and has just logged in.
    package func changePassword(of caller: Caller, _ session: Session.ID, current: String?, to text: String, from client: String) async throws {
        let user = caller.user
        let (email, old) = try await database.read { snapshot in (try snapshot.account(user).email, try snapshot.passwordRecord(of: user)) }
        let password = try Password(chosen: text, for: AccountEmail(email ?? ""), field: "new")
        if old == nil {
            guard caller.isFresh else { throw CheckoutError(.stepUpRequired) }
        } else {
            try await requirePassword(current ?? "", of: user, from: client)
        }
        let record = try await passwords.record(of: password).text
        try await database.write { tx in
            try tx.setPassword(record, of: user, keeping: session)
            _ = try tx.refresh(session)
        }
    }

    /// Throws `credentialsWrong` and `tooManyGuesses`.
    func requirePassword(_ text: String, of user: User.ID, from client: String) async throws {
        try guesses.begin(.logIn, of: user.text, from: client)
        guard let password = try? Password(entered: text) else { throw CheckoutError(.credentialsWrong) }
        let record = try await database.read { try $0.passwordRecord(of: user) }
        guard try await passwords.isValid(password, for: record) else { throw CheckoutError(.credentialsWrong) }
        guesses.forgive(.logIn, of: user.text, from: client)
    }
}

extension Reading where Self: ~Copyable {
    /// Throws `tokenInvalid`.
    fileprivate func emailOfReset(_ hash: String) throws -> AccountEmail {
        guard
            let row = try row(
                """
                SELECT u.email FROM password_resets r JOIN users u ON u.id = r.user_id
                WHERE r.token_hash = \(hash) AND r.expires_at > \(now) AND u.status = 'active'
                """)
        else { throw CheckoutError(.tokenInvalid, field: "token") }
        return try AccountEmail(row.text("email"))
    }
}

extension Transaction {
    fileprivate func setPassword(_ record: String, of user: User.ID, keeping session: Session.ID?) throws {
        try execute("UPDATE users SET password = \(record) WHERE id = \(user)")
        try execute("DELETE FROM password_resets WHERE user_id = \(user)")
        try execute("DELETE FROM challenges WHERE user_id = \(user)")
        try endSessions(of: user, except: session)
        try notify(user, .passwordChanged)
        try audit(user.text, "account.password", entity: user.text)
    }
}
