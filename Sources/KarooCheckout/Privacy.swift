// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// Everything that is known of somebody, as far as it is no secret by which others could pose as that person.
package struct PersonalData: Sendable {
    package let account: UserAccount
    package let sessions: [Session]
    package let passkeys: [Passkey]
    package let keys: [APIKey]
    package let addresses: [KeptAddress]
    package let wishes: [Wish]
    /// What was agreed to, in the order of time.
    package let consents: [(kind: String, isGiven: Bool, at: Int64)]
    package let carts: [(cart: Cart, lines: [CartLine])]
    package let orders: [OrderGroup]
    /// What the account itself did with rights that few have.
    package let audit: [AuditEntry]
}

/// What remains of an account that is erased, and until when.
package struct Erasure: Sendable {
    /// Parcels may be on their way for so long; then the addresses of orders that are not done go, too.
    package static let orderMilliseconds: Int64 = 30 * 86_400_000

    /// Until when the addresses of orders that are not done are kept; nil when there are none.
    package let addressesUntil: Instant?
}

extension Checkout {
    /// What is known of an account, orders of its address among it that were placed without it.
    package func personalData(of user: User.ID) async throws -> PersonalData {
        try await database.read { snapshot in
            let account = try snapshot.account(user)
            let orders = try snapshot.rows(
                """
                SELECT id FROM order_groups
                WHERE user_id = \(user) OR (user_id IS NULL AND erase_at IS NULL AND email_key = (SELECT email_key FROM users WHERE id = \(user)))
                ORDER BY id
                """)
            let carts = try snapshot.rows("SELECT id FROM carts WHERE user_id = \(user) ORDER BY id").map { try snapshot.cart(Cart.ID($0.text("id"))) }
            return PersonalData(
                account: account, sessions: try snapshot.sessions(of: user), passkeys: try snapshot.passkeys(of: user), keys: try snapshot.keys(of: user),
                addresses: try snapshot.addresses(of: user), wishes: try snapshot.wishes(of: user),
                consents: try snapshot.rows("SELECT kind, is_given, at FROM consents WHERE user_id = \(user) ORDER BY at, id").map { row in
                    (kind: try row.text("kind"), isGiven: try row.bool("is_given"), at: try row.integer("at"))
                },
                carts: try carts.map { cart in (cart: cart, lines: try snapshot.lines(of: cart.id) + snapshot.savedLines(of: cart.id)) },
                orders: try orders.map { try snapshot.group(OrderGroup.ID($0.text("id"))) },
                audit: try snapshot.auditEntries(by: user.text))
        }
    }

    /// Erases an account for good. What was bought keeps its sums, and invoices what the law asks for; everything else that is
    /// personal goes: at once, but for the addresses of orders that are not done.
    ///
    /// - throws: `cartBusy` while a payment is under way, `lastAdmin`.
    package func erase(_ user: User.ID) async throws -> Erasure {
        try await database.write { tx in
            let account = try tx.account(user)
            guard let email = account.email, let address = try? AccountEmail(email) else { throw CheckoutError(.notFound) }
            guard try tx.rows("SELECT id FROM carts WHERE user_id = \(user) AND status = 'completing'").isEmpty else { throw CheckoutError(.cartBusy) }
            _ = try tx.claimOrders(of: user)
            try tx.execute("DELETE FROM user_roles WHERE user_id = \(user)")
            if account.roles.contains(.admin) { try tx.requireAnAdmin() }
            try tx.forgetBelongings(of: user, address)
            try tx.execute("UPDATE outbox SET status = 'dead', recipient = '', content = NULL WHERE recipient IN (\(address.text), \(address.key))")
            try tx.notify(address.text, account.language, .accountErased)
            try tx.execute(
                "UPDATE users SET status = 'erased', email = NULL, email_key = NULL, name = NULL, password = NULL WHERE id = \(user)")
            try tx.execute(
                """
                UPDATE order_groups SET erase_at = \(tx.now + Erasure.orderMilliseconds), email = '', email_key = NULL, tax_id = NULL
                WHERE user_id = \(user) AND erase_at IS NULL
                """)
            try tx.eraseAddresses()
            try tx.audit(user.text, "account.erase", entity: user.text)
            let kept = try tx.row("SELECT MAX(erase_at) AS until FROM order_groups WHERE user_id = \(user)")?.optionalInteger("until")
            return Erasure(addressesUntil: kept.map { Instant(millisecondsSinceEpoch: $0) })
        }
    }
}

extension Transaction {
    /// All that nobody needs once the account is gone.
    fileprivate func forgetBelongings(of user: User.ID, _ email: AccountEmail) throws {
        try endSessions(of: user)
        try execute("DELETE FROM challenges WHERE user_id = \(user)")
        try execute("DELETE FROM registrations WHERE email_key = \(email.key)")
        try execute("DELETE FROM email_changes WHERE user_id = \(user) OR email_key = \(email.key)")
        try execute("DELETE FROM password_resets WHERE user_id = \(user)")
        try execute("DELETE FROM code_secrets WHERE user_id = \(user)")
        try execute("DELETE FROM recovery_codes WHERE user_id = \(user)")
        try execute("DELETE FROM passkeys WHERE user_id = \(user)")
        try execute("DELETE FROM api_keys WHERE user_id = \(user)")
        try execute("DELETE FROM user_addresses WHERE user_id = \(user)")
        try execute("DELETE FROM wishes WHERE user_id = \(user)")
        try execute("DELETE FROM consents WHERE user_id = \(user)")
        try execute("DELETE FROM cart_lines WHERE cart IN (SELECT id FROM carts WHERE user_id = \(user) AND status = 'open')")
        try execute("UPDATE carts SET status = 'expired' WHERE user_id = \(user) AND status = 'open'")
        // Of guests' carts too, which are known by nothing but the address; those that are being paid for need it.
        try execute(
            """
            UPDATE carts SET email = NULL, address = NULL, buyer = NULL, tax_id = NULL
            WHERE status <> 'completing' AND (user_id = \(user) OR email IN (\(email.text), \(email.key)))
            """)
    }

    /// Of orders that are done, and of those whose time has come.
    func eraseAddresses() throws {
        // What is left is an address of nobody in the country by which the tax was reckoned.
        let (beginning, end) = (#"{"name":"–","lines":["–"],"city":"–","country":""#, #""}"#)
        try execute(
            """
            UPDATE order_groups SET address = \(beginning) || country || \(end), erase_at = NULL
            WHERE erase_at IS NOT NULL AND (
                erase_at <= \(now)
                OR NOT EXISTS (SELECT 1 FROM orders WHERE order_group = order_groups.id AND status IN ('placed', 'inProgress')))
            """)
        // The carts that they came from hold the address as well.
        try execute(
            """
            UPDATE carts SET email = NULL, address = NULL
            WHERE status = 'completed' AND email IS NOT NULL AND id IN (SELECT cart FROM order_groups WHERE email = '')
            """)
    }
}
