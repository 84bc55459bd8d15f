// KarooExpress – Apache-2.0

/// One step of the schema, up only, in SQL alone. Once released it is never edited: a later step mends it.
package struct Migration: Hashable, Sendable {
    /// 1 for the first; without gaps.
    package let number: Int64
    /// What the step is about, in a few words.
    package let name: String
    package let sql: String
    /// Of the SQL. A database refuses a program whose early steps are not those that made it.
    package let digest: String

    package init(number: Int64, name: String, sql: String, digest: String) {
        self.number = number
        self.name = name
        self.sql = sql
        self.digest = digest
    }
}

extension Database {
    /// Brings the schema up to the last of these steps, each in a transaction of its own, and gives the numbers of those
    /// that were new. Throws `DatabaseError.migration` when a step that was applied is not the same here, or is not known.
    @discardableResult
    package func migrate(_ migrations: [Migration]) async throws -> [Int64] {
        try await write { tx in
            try tx.connection.script(
                "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            )
        }
        let pending = try await pending(migrations)
        for migration in pending {
            try await write { tx in
                try tx.connection.script(migration.sql)
                try tx.execute(
                    "INSERT INTO migrations (number, name, digest, applied_at) VALUES (\(migration.number), \(migration.name), \(migration.digest), \(tx.now))")
            }
        }
        return pending.map(\.number)
    }

    /// The steps that were not applied yet. Throws like `migrate`.
    package func pending(_ migrations: [Migration]) async throws -> [Migration] {
        precondition(migrations.map(\.number) == (0..<migrations.count).map { Int64($0 + 1) }, "migrations are numbered from 1 without gaps")
        let applied = try await read { snapshot in
            try snapshot.rows("SELECT number, name, digest FROM migrations ORDER BY number").map { row in
                (number: try row.integer("number"), name: try row.text("name"), digest: try row.text("digest"))
            }
        }
        for (place, step) in applied.enumerated() {
            guard place < migrations.count else {
                throw DatabaseError.migration("the database is newer than this program: it has migration \(step.number), \(step.name)")
            }
            guard step.number == migrations[place].number, step.digest == migrations[place].digest else {
                throw DatabaseError.migration("migration \(step.number), \(step.name), was altered after it was applied")
            }
        }
        return Array(migrations.dropFirst(applied.count))
    }
}
