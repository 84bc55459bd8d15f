// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// What waits to be done, for those who look after the server.
package struct Backlog: Hashable, Sendable {
    /// Payments that have no end yet.
    package let openAttempts: Int64
    /// What is to go back and has not.
    package let openRefunds: Int64
    /// By their state.
    package let letters: [OutboxLetter.Status: Int64]
    /// Of the offer book in use; 0 while there is none.
    package let bookSequence: Int64
    /// Since the build that made it.
    package let bookAgeSeconds: Int64
}

extension Checkout {
    package func backlog() async throws -> Backlog {
        let head = try? offers.current().head
        let letters = try await letterCounts()
        return try await database.read { snapshot in
            Backlog(
                openAttempts: try snapshot.count("SELECT COUNT(*) AS number FROM payment_attempts WHERE status IN ('started', 'actionRequired')"),
                openRefunds: try snapshot.count("SELECT COUNT(*) AS number FROM refunds WHERE status = 'requested'"),
                letters: letters, bookSequence: head?.sequence ?? 0,
                bookAgeSeconds: head.map { max(0, snapshot.now - $0.builtAt.millisecondsSinceEpoch) / 1_000 } ?? 0)
        }
    }
}

extension Reading where Self: ~Copyable {
    fileprivate func count(_ sql: SQL) throws -> Int64 { try row(sql)?.integer("number") ?? 0 }
}
