// KarooExpress – Apache-2.0

/// A database: many readers beside one writer.
///
/// Both closures are synchronous. Whoever holds a transaction cannot wait for a payment provider, because `await` does
/// not compile there; and what is lent to them cannot be kept, because it cannot be copied.
package protocol Database: Sendable {
    /// Reads from one consistent state of the database.
    func read<Value: Sendable>(_ body: @escaping @Sendable (borrowing Snapshot) throws -> Value) async throws -> Value

    /// Writes, and answers only after the commit is durable. When `body` throws, nothing of it remains.
    ///
    /// - parameter body: may be run more than once, hence has no effect but its rows.
    func write<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value
}

/// A connection of an engine, for as long as a closure has it.
package protocol Connection: AnyObject {
    /// All rows of a result.
    func rows(_ sql: SQL) throws(DatabaseError) -> [Row]
    /// How many rows the statement changed.
    func execute(_ sql: SQL) throws(DatabaseError) -> Int
    /// Several statements without values, for migrations.
    func script(_ text: String) throws(DatabaseError)
}

/// What a snapshot and a transaction have in common: questions.
package protocol Reading: ~Copyable {
    var connection: any Connection { get }
    /// The moment, in milliseconds since 1970 UTC. It stands still while the closure runs.
    var now: Int64 { get }
}

extension Reading where Self: ~Copyable {
    /// All rows of a result.
    package func rows(_ sql: SQL) throws(DatabaseError) -> [Row] { try connection.rows(sql) }

    /// The only row of a result; nil when there is none.
    package func row(_ sql: SQL) throws(DatabaseError) -> Row? {
        let rows = try connection.rows(sql)
        guard rows.count <= 1 else { throw .unexpected("one row was expected, and there are \(rows.count)") }
        return rows.first
    }
}

/// A consistent state of the database, lent for questions.
package struct Snapshot: ~Copyable, Reading {
    package let connection: any Connection
    package let now: Int64

    package init(_ connection: any Connection, now: Int64) {
        self.connection = connection
        self.now = now
    }
}

/// A write in progress, lent until its closure ends.
package struct Transaction: ~Copyable, Reading {
    package let connection: any Connection
    package let now: Int64

    package init(_ connection: any Connection, now: Int64) {
        self.connection = connection
        self.now = now
    }

    /// How many rows the statement changed.
    @discardableResult
    package func execute(_ sql: SQL) throws(DatabaseError) -> Int { try connection.execute(sql) }
}
