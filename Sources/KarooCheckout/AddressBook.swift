// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// An address that an account keeps for next time.
package struct KeptAddress: Sendable {
    package typealias ID = Identifier<KeptAddress>

    /// Of one account.
    package static let maximumPerUser: Int64 = 30

    package let id: ID
    /// Taken when nothing else is said; one of an account is.
    package let isDefault: Bool
    package let address: PostalAddress
}

extension Checkout {
    /// The addresses of an account, the one that is taken first before the others.
    package func addresses(of user: User.ID) async throws -> [KeptAddress] {
        try await database.read { try $0.addresses(of: user) }
    }

    /// Keeps an address; the first one is the one that is taken. Throws `tooManyAddresses`.
    package func addAddress(_ address: PostalAddress, isDefault: Bool, of user: User.ID) async throws -> KeptAddress {
        let text = address.text
        return try await database.write { tx in
            let known = try tx.addresses(of: user)
            guard known.count < KeptAddress.maximumPerUser else { throw CheckoutError(.tooManyAddresses) }
            let (id, isFirst) = (KeptAddress.ID.new("adr", at: tx.now), isDefault || known.isEmpty)
            if isFirst { try tx.execute("UPDATE user_addresses SET is_default = 0 WHERE user_id = \(user)") }
            try tx.execute(
                "INSERT INTO user_addresses (id, user_id, is_default, address, created_at) VALUES (\(id), \(user), \(isFirst), \(text), \(tx.now))")
            return KeptAddress(id: id, isDefault: isFirst, address: address)
        }
    }

    /// Puts another address in the place of one. Throws `notFound`.
    ///
    /// - parameter isDefault: nil leaves it as it is; the one that is taken stays so until another one is.
    package func changeAddress(_ id: KeptAddress.ID, to address: PostalAddress, isDefault: Bool?, of user: User.ID) async throws -> KeptAddress {
        let text = address.text
        return try await database.write { tx in
            guard let known = try tx.addresses(of: user).first(where: { $0.id == id }) else { throw CheckoutError(.notFound) }
            if isDefault == true { try tx.execute("UPDATE user_addresses SET is_default = 0 WHERE user_id = \(user)") }
            let isFirst = known.isDefault || isDefault == true
            try tx.execute("UPDATE user_addresses SET address = \(text), is_default = \(isFirst) WHERE id = \(id)")
            return KeptAddress(id: id, isDefault: isFirst, address: address)
        }
    }

    /// Throws `notFound`.
    package func removeAddress(_ id: KeptAddress.ID, of user: User.ID) async throws {
        try await database.write { tx in
            guard try tx.execute("DELETE FROM user_addresses WHERE id = \(id) AND user_id = \(user)") > 0 else { throw CheckoutError(.notFound) }
            try tx.execute(
                """
                UPDATE user_addresses SET is_default = 1 WHERE id = (SELECT id FROM user_addresses WHERE user_id = \(user) ORDER BY id LIMIT 1)
                    AND NOT EXISTS (SELECT 1 FROM user_addresses WHERE user_id = \(user) AND is_default = 1)
                """)
        }
    }
}

extension PostalAddress {
    /// As it is kept: JSON.
    var text: String {
        var writer = JSONWriter()
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Reading where Self: ~Copyable {
    func addresses(of user: User.ID) throws -> [KeptAddress] {
        try rows("SELECT id, is_default, address FROM user_addresses WHERE user_id = \(user) ORDER BY is_default DESC, id").map { row in
            KeptAddress(
                id: KeptAddress.ID(try row.text("id")), isDefault: try row.bool("is_default"),
                address: try PostalAddress(JSON(parsing: Array(row.text("address").utf8))))
        }
    }
}
