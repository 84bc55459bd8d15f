// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

extension Checkout {
    /// What an account has bought, the newest first.
    ///
    /// - parameter before: the id of the last one that was seen.
    package func orders(of user: User.ID, before: String?, limit: Int64) async throws -> [OrderGroup] {
        try await database.read { snapshot in
            // Ids sort by time.
            try snapshot.rows(
                "SELECT id FROM order_groups WHERE user_id = \(user) AND id < \(before ?? "og_~") ORDER BY id DESC LIMIT \(limit)"
            ).map { try snapshot.group(OrderGroup.ID($0.text("id"))) }
        }
    }

    /// How many orders guests have placed with the address of an account, which it may make its own.
    package func claimableOrders(of user: User.ID) async throws -> Int64 {
        try await database.read { try $0.claimableOrders(of: user) }
    }

    /// Makes orders that guests have placed with the account's own address those of the account, and says how many they were. The
    /// address is confirmed: no account has another.
    package func claimOrders(of user: User.ID) async throws -> Int64 {
        try await database.write { tx in try tx.claimOrders(of: user) }
    }
}

extension Reading where Self: ~Copyable {
    fileprivate func claimableOrders(of user: User.ID) throws -> Int64 {
        try row(
            """
            SELECT COUNT(*) AS count FROM order_groups
            WHERE user_id IS NULL AND erase_at IS NULL AND email_key = (SELECT email_key FROM users WHERE id = \(user))
            """)?.integer("count") ?? 0
    }
}

extension Transaction {
    func claimOrders(of user: User.ID) throws -> Int64 {
        Int64(
            try execute(
                """
                UPDATE order_groups SET user_id = \(user)
                WHERE user_id IS NULL AND erase_at IS NULL AND email_key = (SELECT email_key FROM users WHERE id = \(user))
                """))
    }
}
