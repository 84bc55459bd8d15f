// KarooExpress – Apache-2.0

import Foundation
package import KarooCommerce
import KarooDatabase

/// An account as its owner and the staff see it.
package struct UserAccount: Sendable {
    package enum Status: String, Sendable {
        case active
        /// By the staff: nobody logs in.
        case disabled
        /// By its owner, for good: nothing personal is left.
        case erased
    }

    package let id: User.ID
    /// Nil once it is erased, as the name is.
    package let email: String?
    package let name: String?
    package let language: String
    package let status: Status
    package let createdAt: Instant
    package let hasPassword: Bool
    /// Codes are asked for at the log-in.
    package let hasSecondFactor: Bool
    package let recoveryCodes: Int64
    package let passkeys: Int64
    package let roles: Set<Role>

    /// Whom the account may sell for.
    package var sellers: Set<Seller.ID> { Set(roles.compactMap(\.seller)) }

    /// The characters of a name.
    package static let maximumNameLength = 120

    /// Throws `invalid`.
    static func requireName(_ name: String?) throws {
        guard let name else { return }
        guard (1...maximumNameLength).contains(name.count), !CardNumber.isIn(name), !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw CheckoutError(.invalid, field: "name") }
    }
}

extension Checkout {
    /// Makes an account whose address needs no confirmation, as the operator's command does.
    ///
    /// - throws: `emailTaken`, `invalid`, or what is wrong with the password.
    @discardableResult
    package func createAccount(
        email: String, password: String, name: String? = nil, language: String = "en", roles: Set<Role> = [], actor: String
    ) async throws -> UserAccount {
        let address = try AccountEmail(email)
        let password = try Password(chosen: password, for: address)
        let record = try await passwords.record(of: password).text
        return try await database.write { tx in
            let id = try tx.insertUser(address, name: name, language: language, password: record)
            for role in roles { try tx.grant(role, to: id, by: actor) }
            try tx.audit(actor, "account.create", entity: id.text)
            return try tx.account(id)
        }
    }

    /// An account. Throws `notFound`.
    package func account(_ id: User.ID) async throws -> UserAccount {
        try await database.read { try $0.account(id) }
    }

    /// The account that has an e-mail address; nil when there is none.
    package func account(email: String) async throws -> UserAccount? {
        guard let address = try? AccountEmail(email) else { return nil }
        return try await database.read { snapshot in try snapshot.user(of: address).map { try snapshot.account($0) } }
    }

    /// Accounts by their id, the newest first.
    package func accounts(email: String? = nil, before: String? = nil, limit: Int64) async throws -> [UserAccount] {
        if let email { return try await account(email: email).map { [$0] } ?? [] }
        return try await database.read { snapshot in
            // Ids sort by time.
            try snapshot.rows("SELECT id FROM users WHERE id < \(before ?? "usr_~") ORDER BY id DESC LIMIT \(limit)")
                .map { try snapshot.account(User.ID($0.text("id"))) }
        }
    }

    /// Whether anybody looks after the marketplace.
    package func hasAdmin() async throws -> Bool {
        try await database.read { try $0.hasAdmin() }
    }

    /// Lets somebody do more. Throws `notFound`, and `invalid` for a seller whom the offer book does not know.
    package func grant(_ role: Role, to id: User.ID, by actor: String) async throws -> UserAccount {
        if let seller = role.seller, let book = try? offers.current().book, book.terms.seller(seller) == nil {
            throw CheckoutError(.invalid, field: "seller")
        }
        return try await database.write { tx in
            guard try tx.account(id).status != .erased else { throw CheckoutError(.notFound) }
            try tx.grant(role, to: id, by: actor)
            return try tx.account(id)
        }
    }

    /// Takes a role away; whoever has it not keeps what there is. Throws `lastAdmin` when nobody would be left to grant roles.
    package func revoke(_ role: Role, from id: User.ID, by actor: String) async throws -> UserAccount {
        try await database.write { tx in
            _ = try tx.account(id)
            let count = try tx.execute("DELETE FROM user_roles WHERE user_id = \(id) AND role = \(role.name) AND seller = \(role.seller?.text ?? "")")
            if count > 0 {
                if role == .admin { try tx.requireAnAdmin() }
                try tx.audit(actor, "role.revoke.\(role.name)", entity: id.text)
            }
            return try tx.account(id)
        }
    }

    /// Shuts an account, or opens it again. Sessions end; what was bought stays. Throws `lastAdmin`.
    package func setDisabled(_ isDisabled: Bool, _ id: User.ID, by actor: String) async throws -> UserAccount {
        try await database.write { tx in
            let account = try tx.account(id)
            guard account.status != .erased else { throw CheckoutError(.notFound) }
            let status: UserAccount.Status = isDisabled ? .disabled : .active
            try tx.execute("UPDATE users SET status = \(status.rawValue) WHERE id = \(id)")
            if isDisabled {
                try tx.endSessions(of: id)
                if account.roles.contains(.admin) { try tx.requireAnAdmin() }
            }
            try tx.audit(actor, isDisabled ? "account.disable" : "account.enable", entity: id.text)
            return try tx.account(id)
        }
    }
}

/// An e-mail address of an account, and the form by which it is found: composed (NFC) and in small letters.
struct AccountEmail: Hashable, Sendable {
    let text: String
    let key: String

    /// Throws `invalid`.
    init(_ text: String) throws {
        guard EmailAddress.isPlausible(text), !CardNumber.isIn(text) else { throw CheckoutError(.invalid, field: "email") }
        self.text = text
        key = text.precomposedStringWithCanonicalMapping.lowercased()
    }
}

extension Password {
    /// Throws what is wrong with it as an error of the API.
    init(chosen text: String, for email: AccountEmail, field: String = "password") throws {
        do {
            try self.init(chosen: text, owner: [email.key])
        } catch {
            throw CheckoutError(error, field: field)
        }
    }
}

extension CheckoutError {
    init(_ refusal: Password.Refusal, field: String) {
        switch refusal {
        case .tooShort: self.init(.passwordTooShort, field: field, meta: ["minimum": String(Password.minimumLength)])
        case .tooLong: self.init(.passwordTooLong, field: field, meta: ["maximum": String(Password.maximumLength)])
        case .tooCommon: self.init(.passwordTooCommon, field: field)
        }
    }
}

// MARK: - Rows

extension Reading where Self: ~Copyable {
    func user(of email: AccountEmail) throws -> User.ID? {
        try row("SELECT id FROM users WHERE email_key = \(email.key)").map { User.ID(try $0.text("id")) }
    }

    /// Throws `notFound`.
    func account(_ id: User.ID) throws -> UserAccount {
        guard let row = try row("SELECT email, name, language, status, password IS NOT NULL AS has_password, created_at FROM users WHERE id = \(id)"),
            let status = UserAccount.Status(rawValue: try row.text("status"))
        else { throw CheckoutError(.notFound) }
        return UserAccount(
            id: id, email: try row.optionalText("email"), name: try row.optionalText("name"), language: try row.text("language"), status: status,
            createdAt: Instant(millisecondsSinceEpoch: try row.integer("created_at")), hasPassword: try row.bool("has_password"),
            hasSecondFactor: try codeSecret(of: id)?.isConfirmed ?? false, recoveryCodes: try recoveryCodeCount(of: id), passkeys: try passkeyCount(of: id),
            roles: try roles(of: id))
    }

    func roles(of id: User.ID) throws -> Set<Role> {
        let roles = try rows("SELECT role, seller FROM user_roles WHERE user_id = \(id)").compactMap { row in
            let seller = try row.text("seller")
            return Role(try row.text("role"), seller: seller.isEmpty ? nil : Seller.ID(seller))
        }
        return Set(roles)
    }

    /// Whether an admin can log in.
    func hasAdmin() throws -> Bool {
        try !rows("SELECT u.id FROM users u JOIN user_roles r ON r.user_id = u.id WHERE r.role = 'admin' AND u.status = 'active' LIMIT 1").isEmpty
    }

    /// Throws `lastAdmin` when no admin can log in.
    func requireAnAdmin() throws {
        guard try hasAdmin() else { throw CheckoutError(.lastAdmin) }
    }
}

extension Transaction {
    /// Throws `emailTaken`.
    func insertUser(_ email: AccountEmail, name: String?, language: String, password: String?) throws -> User.ID {
        try UserAccount.requireName(name)
        guard Language(language) != nil else { throw CheckoutError(.invalid, field: "language") }
        guard try user(of: email) == nil else { throw CheckoutError(.emailTaken, field: "email") }
        let id = User.ID.new("usr", at: now)
        try execute(
            """
            INSERT INTO users (id, email, email_key, name, language, status, password, created_at)
            VALUES (\(id), \(email.text), \(email.key), \(name), \(language), \(UserAccount.Status.active.rawValue), \(password), \(now))
            """)
        return id
    }

    fileprivate func grant(_ role: Role, to id: User.ID, by actor: String) throws {
        let isNew = try execute(
            """
            INSERT INTO user_roles (user_id, role, seller, granted_at) VALUES (\(id), \(role.name), \(role.seller?.text ?? ""), \(now))
            ON CONFLICT (user_id, role, seller) DO NOTHING
            """)
        if isNew > 0 { try audit(actor, "role.grant.\(role.name)", entity: id.text) }
    }
}
