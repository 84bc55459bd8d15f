// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
package import KarooDatabase

/// Something that only few may do, and that somebody did.
package struct AuditEntry: Hashable, Sendable {
    package let sequence: Int64
    /// Of the entry before; 64 zeros before the first.
    package let previousHash: String
    /// SHA-256 of everything else, so that nothing can be altered without all later hashes being others.
    package let hash: String
    /// Who: the id of a user or key, `command`, or `system`.
    package let actor: String
    /// What, as `role.grant`.
    package let action: String
    /// To what: an id.
    package let entity: String
    package let at: Int64

    static let beginning = String(repeating: "0", count: 64)

    /// The hash that these fields have.
    static func hash(_ sequence: Int64, _ previousHash: String, _ actor: String, _ action: String, _ entity: String, _ at: Int64) -> String {
        let hasher = SHA256.Hasher()
        hasher.update(UInt64(bitPattern: sequence))
        hasher.update(UInt64(bitPattern: at))
        for field in [previousHash, actor, action, entity] {
            hasher.update(UInt64(field.utf8.count))
            hasher.update(field)
        }
        return hasher.finish().hex
    }

    fileprivate init(_ row: Row) throws {
        sequence = try row.integer("seq")
        previousHash = try row.text("prev_hash")
        hash = try row.text("hash")
        actor = try row.text("actor")
        action = try row.text("action")
        entity = try row.text("entity")
        at = try row.integer("at")
    }
}

extension Checkout {
    /// Entries before a sequence number, the newest first.
    package func auditEntries(before sequence: Int64?, limit: Int64) async throws -> [AuditEntry] {
        try await database.read { snapshot in
            try snapshot.rows("SELECT * FROM audit_log WHERE seq < \(sequence ?? Int64.max) ORDER BY seq DESC LIMIT \(limit)").map { try AuditEntry($0) }
        }
    }

    /// Looks through the whole log: nil when it is sound, else what is wrong first; with how many entries were looked at and
    /// the last hash, which is worth noting elsewhere, because only so a cut-off end is seen.
    package static func verifyAudit(in database: any Database) async throws -> (fault: String?, count: Int64, head: String) {
        try await database.read { snapshot in
            var (count, head): (Int64, String) = (0, AuditEntry.beginning)
            while true {
                let page = try snapshot.rows("SELECT * FROM audit_log WHERE seq > \(count) ORDER BY seq LIMIT \(Checkout.auditPage)").map { try AuditEntry($0) }
                for entry in page {
                    guard entry.sequence == count + 1 else { return ("entry \(count + 1) is missing", count, head) }
                    guard entry.previousHash == head else { return ("entry \(entry.sequence) does not follow the one before it", count, head) }
                    let hash = AuditEntry.hash(entry.sequence, entry.previousHash, entry.actor, entry.action, entry.entity, entry.at)
                    guard hash == entry.hash else { return ("entry \(entry.sequence) was altered", count, head) }
                    (count, head) = (entry.sequence, hash)
                }
                if page.isEmpty { return (nil, count, head) }
            }
        }
    }

    private static let auditPage: Int64 = 1_000
}

extension Reading where Self: ~Copyable {
    /// What one actor did, in the order of time.
    func auditEntries(by actor: String) throws -> [AuditEntry] {
        try rows("SELECT * FROM audit_log WHERE actor = \(actor) ORDER BY seq").map { try AuditEntry($0) }
    }
}

extension Transaction {
    /// Notes a privileged act beside its rows.
    ///
    /// - parameter actor: `Caller.actor`, `command` or `system`.
    /// - parameter action: what, as `role.grant`.
    /// - parameter entity: the id of what it was done to; nothing personal.
    func audit(_ actor: String, _ action: String, entity: String) throws {
        let last = try row("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1")
        let sequence = try (last?.integer("seq") ?? 0) + 1
        let previous = try last?.text("hash") ?? AuditEntry.beginning
        let hash = AuditEntry.hash(sequence, previous, actor, action, entity, now)
        try execute(
            """
            INSERT INTO audit_log (seq, prev_hash, hash, actor, action, entity, at)
            VALUES (\(sequence), \(previous), \(hash), \(actor), \(action), \(entity), \(now))
            """)
    }
}
