// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// What an account is changed by that only the owner of an e-mail address can follow: a link in a letter.
enum LetterLink {
    /// The page of the site that takes the token.
    enum Page: String {
        case confirm, reset, login
    }

    /// A link to confirm an address holds for so long.
    static let confirmationMinutes: Int64 = 24 * 60
    /// A link to set a new password holds for so long.
    static let resetMinutes: Int64 = 30

    /// Where letters lead, and in which language they are: an edition that the offer book has. The token stands behind `#`, where
    /// no host logs it. Nothing of a request but the names of market and language is used.
    static func edition(_ language: String, _ market: Market.ID?, _ book: OfferBook) -> (language: String, path: String) {
        let terms = market.flatMap { book.terms.market($0) } ?? book.terms.markets.first { $0.languages.contains { $0.tag == language } } ?? book.terms.markets.first
        guard let terms, let first = terms.languages.first?.tag else { return (language, "") }
        let tag = terms.languages.contains { $0.tag == language } ? language : first
        return (tag, "/\(tag)-\(terms.id)")
    }

    static func path(_ edition: String, _ page: Page, token: String?) -> String {
        "\(edition)/account/\(page.rawValue).html\(token.map { "#token=\($0)" } ?? "")"
    }

    static func hash(_ token: String) -> String { SHA256.digest(of: token).hex }
}

extension Checkout {
    /// Writes to an address how to make an account of it; to one that has an account, that it has. Nobody who asks learns which.
    ///
    /// - throws: what is wrong with address or password, `tooManyGuesses`, `busy`.
    package func register(
        email: String, password: String, name: String?, language: String, market: Market.ID?, from client: String
    ) async throws {
        let address = try AccountEmail(email)
        let password = try Password(chosen: password, for: address)
        try UserAccount.requireName(name)
        let (language, edition) = LetterLink.edition(language, market, try offers.current().book)
        try guesses.begin(.letter, of: address.key, from: client)
        let record = try await passwords.record(of: password).text
        try await database.write { tx in
            if try tx.user(of: address) != nil {
                try tx.tellAccountExists(address, language, edition)
                return
            }
            let token = SecureRandom.token()
            try tx.execute(
                """
                INSERT INTO registrations (email_key, email, name, language, password, token_hash, expires_at)
                VALUES (
                    \(address.key), \(address.text), \(name), \(language), \(record), \(LetterLink.hash(token)),
                    \(tx.now + LetterLink.confirmationMinutes * 60_000))
                ON CONFLICT (email_key) DO UPDATE SET
                    email = excluded.email, name = excluded.name, language = excluded.language, password = excluded.password,
                    token_hash = excluded.token_hash, expires_at = excluded.expires_at
                """)
            try tx.write(
                .emailConfirmation, to: address, language, LetterLink.path(edition, .confirm, token: token), minutes: LetterLink.confirmationMinutes)
        }
    }

    /// Follows the link of a registration or of a change of the address. Throws `tokenInvalid`.
    package func confirm(token: String) async throws {
        let hash = LetterLink.hash(token)
        try await database.write { tx in
            if let row = try tx.row("SELECT * FROM registrations WHERE token_hash = \(hash) AND expires_at > \(tx.now)") {
                let address = try AccountEmail(row.text("email"))
                try tx.execute("DELETE FROM registrations WHERE token_hash = \(hash)")
                guard try tx.user(of: address) == nil else { throw CheckoutError(.tokenInvalid, field: "token") }
                let id = try tx.insertUser(
                    address, name: row.optionalText("name"), language: row.text("language"), password: row.text("password"))
                try tx.audit(id.text, "account.register", entity: id.text)
                return
            }
            guard let row = try tx.row("SELECT user_id, email FROM email_changes WHERE token_hash = \(hash) AND expires_at > \(tx.now)") else {
                throw CheckoutError(.tokenInvalid, field: "token")
            }
            try tx.changeEmail(of: User.ID(row.text("user_id")), to: AccountEmail(row.text("email")))
        }
    }

    /// Writes to a new address of an account, which it becomes once the link is followed.
    package func requestEmailChange(of user: User.ID, to email: String, from client: String) async throws {
        let address = try AccountEmail(email)
        let book = try offers.current().book
        try guesses.begin(.letter, of: address.key, from: client)
        try await database.write { tx in
            let (language, edition) = LetterLink.edition(try tx.account(user).language, nil, book)
            if try tx.user(of: address) != nil {
                try tx.tellAccountExists(address, language, edition)
                return
            }
            let token = SecureRandom.token()
            try tx.execute(
                """
                INSERT INTO email_changes (user_id, email, email_key, token_hash, expires_at)
                VALUES (\(user), \(address.text), \(address.key), \(LetterLink.hash(token)), \(tx.now + LetterLink.confirmationMinutes * 60_000))
                ON CONFLICT (user_id) DO UPDATE SET
                    email = excluded.email, email_key = excluded.email_key, token_hash = excluded.token_hash, expires_at = excluded.expires_at
                """)
            try tx.write(.emailChange, to: address, language, LetterLink.path(edition, .confirm, token: token), minutes: LetterLink.confirmationMinutes)
        }
    }

    /// Changes how an account is called and in which language it is written to.
    package func setProfile(of user: User.ID, name: String?, language: String?) async throws -> UserAccount {
        try UserAccount.requireName(name)
        guard language.map({ Language($0) != nil }) ?? true else { throw CheckoutError(.invalid, field: "language") }
        return try await database.write { tx in
            try tx.execute("UPDATE users SET name = COALESCE(\(name), name), language = COALESCE(\(language), language) WHERE id = \(user)")
            return try tx.account(user)
        }
    }
}

extension Transaction {
    /// Puts a letter with a link into the outbox.
    func write(_ kind: Mail.Kind, to address: AccountEmail, _ language: String, _ link: String, minutes: Int64? = nil) throws {
        var values = ["link": link]
        if let minutes { values["minutes"] = String(minutes) }
        try enqueue(
            Mail(kind, to: .address(address.text), language: language, values: values, key: "\(kind.rawValue):\(Identifier<Mail>.new("ltr", at: now))"))
    }

    /// Tells the owner of an account that something about its safety has changed.
    func notify(_ user: User.ID, _ notice: SecurityNotice) throws {
        let account = try account(user)
        guard let email = account.email else { return }
        try notify(email, account.language, notice)
    }

    func notify(_ email: String, _ language: String, _ notice: SecurityNotice) throws {
        try enqueue(
            Mail(
                .securityNotice, to: .address(email), language: language, values: ["notice": notice.rawValue],
                key: "\(notice.rawValue):\(Identifier<Mail>.new("ltr", at: now))"))
    }

    fileprivate func tellAccountExists(_ address: AccountEmail, _ language: String, _ edition: String) throws {
        try write(.accountExists, to: address, language, LetterLink.path(edition, .login, token: nil))
    }

    fileprivate func changeEmail(of user: User.ID, to address: AccountEmail) throws {
        try execute("DELETE FROM email_changes WHERE user_id = \(user)")
        guard try self.user(of: address) == nil else { throw CheckoutError(.tokenInvalid, field: "token") }
        try notify(user, .emailChanged)
        try execute("UPDATE users SET email = \(address.text), email_key = \(address.key) WHERE id = \(user)")
        try execute("DELETE FROM password_resets WHERE user_id = \(user)")
        try audit(user.text, "account.email", entity: user.text)
    }
}

/// What the owner of an account is told by letter.
enum SecurityNotice: String {
    case passwordChanged, emailChanged, twoFactorOn, twoFactorOff, passkeyAdded, passkeyRemoved, recoveryCodeUsed, apiKeyMade, accountErased
}
