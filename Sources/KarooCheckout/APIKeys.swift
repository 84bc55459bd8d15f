// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// A key by which a program does some of what its owner may.
package struct APIKey: Sendable {
    package typealias ID = Identifier<APIKey>

    /// Which of its owner's rights a key may use.
    package enum Audience: String, CaseIterable, Sendable {
        /// None: it may be seen by everybody, and only says which program asks.
        case store
        case buyer
        case seller
        case staff

        /// Public ones say so.
        var prefix: String { self == .store ? "pk_" : "sk_" }

        /// The roles that count for such a key.
        func roles(of owner: Set<Role>) -> Set<Role> {
            owner.filter { role in
                switch self {
                case .store, .buyer: false
                case .seller: role.seller != nil
                case .staff: role.seller == nil
                }
            }
        }

        func allows(_ scope: Scope) -> Bool { self != .store || scope == .offersRead }
    }

    /// Of one account.
    package static let maximumPerUser: Int64 = 50
    package static let maximumNameLength = 60
    /// That it was used is noted no more often.
    static let usedMilliseconds: Int64 = 10 * 60_000

    package let id: ID
    package let name: String
    /// The beginning of the key, by which its owner knows it.
    package let hint: String
    package let audience: Audience
    package let scopes: Set<Scope>
    package let createdAt: Int64
    package let usedAt: Int64?
    package let expiresAt: Int64?

    /// Whether a text looks like a key.
    package static func isPlausible(_ text: String) -> Bool { (text.hasPrefix("sk_") || text.hasPrefix("pk_")) && text.utf8.count == 46 }

    fileprivate static func hash(_ key: String) -> String { SHA256.digest(of: key).hex }
}

extension Checkout {
    /// A new key with its text, which is told only now. Throws `invalid` and `tooManyKeys`.
    package func addKey(
        _ name: String, audience: APIKey.Audience, scopes: Set<Scope>, expiresAt: Instant?, of user: User.ID
    ) async throws -> (key: APIKey, text: String) {
        guard (1...APIKey.maximumNameLength).contains(name.count) else { throw CheckoutError(.invalid, field: "name") }
        guard !scopes.isEmpty, scopes.allSatisfy({ audience.allows($0) }) else { throw CheckoutError(.invalid, field: "scopes") }
        return try await database.write { tx in
            let owner = try tx.account(user)
            guard audience == .buyer || audience == .store || !audience.roles(of: owner.roles).isEmpty else { throw CheckoutError(.invalid, field: "audience") }
            if let expiresAt, expiresAt.millisecondsSinceEpoch <= tx.now { throw CheckoutError(.invalid, field: "expiresAt") }
            guard try tx.keys(of: user).count < APIKey.maximumPerUser else { throw CheckoutError(.tooManyKeys) }
            let text = audience.prefix + SecureRandom.token()
            let (id, hint) = (APIKey.ID.new("key", at: tx.now), String(text.prefix(8)))
            try tx.execute(
                """
                INSERT INTO api_keys (id, user_id, name, hint, key_hash, audience, scopes, created_at, expires_at)
                VALUES (
                    \(id), \(user), \(name), \(hint), \(APIKey.hash(text)), \(audience.rawValue), \(scopes.map(\.rawValue).sorted().joined(separator: " ")),
                    \(tx.now), \(expiresAt?.millisecondsSinceEpoch))
                """)
            try tx.notify(user, .apiKeyMade)
            try tx.audit(user.text, "key.add", entity: id.text)
            let key = APIKey(
                id: id, name: name, hint: hint, audience: audience, scopes: scopes, createdAt: tx.now, usedAt: nil,
                expiresAt: expiresAt?.millisecondsSinceEpoch)
            return (key, text)
        }
    }

    /// The keys of an account, the oldest first.
    package func keys(of user: User.ID) async throws -> [APIKey] {
        try await database.read { try $0.keys(of: user) }
    }

    /// Makes a key void. Throws `notFound`.
    package func removeKey(_ id: APIKey.ID, of user: User.ID) async throws {
        try await database.write { tx in
            guard try tx.execute("DELETE FROM api_keys WHERE id = \(id) AND user_id = \(user)") > 0 else { throw CheckoutError(.notFound) }
            try tx.audit(user.text, "key.remove", entity: id.text)
        }
    }

    /// Whoever has this key; nil when there is none, or its time is over.
    package func caller(key text: String) async throws -> Caller? {
        guard APIKey.isPlausible(text) else { return nil }
        let hash = APIKey.hash(text)
        let found = try await database.read { try $0.caller(keyHash: hash) }
        if let found, found.caller.now - (found.usedAt ?? 0) >= APIKey.usedMilliseconds {
            try await database.write { tx in _ = try tx.execute("UPDATE api_keys SET used_at = \(tx.now) WHERE key_hash = \(hash)") }
        }
        return found?.caller
    }
}

// MARK: - Rows

extension APIKey {
    fileprivate init(_ row: Row) throws {
        id = ID(try row.text("id"))
        name = try row.text("name")
        hint = try row.text("hint")
        audience = Audience(rawValue: try row.text("audience")) ?? .store
        scopes = Set(try row.text("scopes").split(separator: " ").compactMap { Scope(rawValue: String($0)) })
        createdAt = try row.integer("created_at")
        usedAt = try row.optionalInteger("used_at")
        expiresAt = try row.optionalInteger("expires_at")
    }
}

extension Reading where Self: ~Copyable {
    func keys(of user: User.ID) throws -> [APIKey] {
        try rows("SELECT * FROM api_keys WHERE user_id = \(user) ORDER BY created_at, id").map { try APIKey($0) }
    }

    fileprivate func caller(keyHash: String) throws -> (caller: Caller, usedAt: Int64?)? {
        guard
            let row = try row(
                """
                SELECT k.* FROM api_keys k JOIN users u ON u.id = k.user_id
                WHERE k.key_hash = \(keyHash) AND u.status = 'active' AND (k.expires_at IS NULL OR k.expires_at > \(now))
                """)
        else { return nil }
        let (key, user) = (try APIKey(row), User.ID(try row.text("user_id")))
        let caller = Caller(
            user: user, session: nil, key: key.id.text, roles: key.audience.roles(of: try roles(of: user)), scopes: key.scopes, now: now)
        return (caller, key.usedAt)
    }
}
