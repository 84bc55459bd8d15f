// KarooExpress – Apache-2.0

import Foundation
import GRDB

/// A database in one file (and its `-wal` and `-shm`), or in memory.
///
/// Write-ahead log with `synchronous = FULL`: what was answered survives a loss of power. Readers see the last commit and
/// never wait for the writer.
package final class SQLiteDatabase: Database {
    /// Readers at one time; further ones wait.
    static let maximumReaders = 8
    /// How long a lock of another process is waited for.
    package static let busySeconds = 5.0

    /// Nil in memory.
    package let path: String?
    private let writer: any DatabaseWriter
    private let commits: GroupCommit
    private let clock: @Sendable () -> Int64

    /// Opens the file, or makes it; a damaged one is refused and left as it is.
    ///
    /// - parameter path: nil keeps everything in memory.
    /// - parameter recorder: who writes down what is written, for benchmarks.
    /// - parameter clock: milliseconds since 1970 UTC.
    package init(
        path: String?, busySeconds: Double = SQLiteDatabase.busySeconds, recorder: StatementRecorder? = nil, clock: @escaping @Sendable () -> Int64
    ) throws(DatabaseError) {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = SQLiteDatabase.maximumReaders
        writer = try DatabaseError.translating {
            guard let path else { return try DatabaseQueue(configuration: configuration) }
            let pool = try DatabasePool(path: path, configuration: configuration)
            // The pool sets NORMAL behind everything that a configuration can prepare.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
        commits = GroupCommit(writer, recorder: recorder, clock: clock)
        self.clock = clock
        self.path = path
    }

    package func read<Value: Sendable>(_ body: @escaping @Sendable (borrowing Snapshot) throws -> Value) async throws -> Value {
        let moment = clock()
        return try await writer.read { database in try body(Snapshot(SQLiteConnection(database), now: moment)) }
    }

    package func write<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        try await commits.write(body)
    }

    /// How many writes shared how many commits, since it was opened.
    package var statistics: WriteStatistics { commits.statistics }

    /// Finishes the writes that wait, then closes. Later ones are refused.
    package func close() async throws(DatabaseError) {
        await commits.stop()
        try DatabaseError.translating { try writer.close() }
    }

    /// Copies a consistent state into a new file while readers and writers go on. The name appears when the copy is whole.
    package func backup(to path: String) throws(DatabaseError) {
        guard !FileManager.default.fileExists(atPath: path) else { throw .unexpected("\(path) exists already") }
        let partial = path + ".partial"
        try DatabaseError.translating {
            try? FileManager.default.removeItem(atPath: partial)
            let copy = try DatabaseQueue(path: partial)
            try writer.backup(to: copy)
            try copy.close()
            try SQLiteDatabase.synchronize(partial)
            try FileManager.default.moveItem(atPath: partial, toPath: path)
        }
    }

    /// What SQLite finds wrong with the file and its references; empty when all is well.
    package func faults() async throws -> [String] {
        try await writer.read { database in
            let integrity = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let references = try GRDB.Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { row in
                "a row of \(row["table"] as String? ?? "?") refers to nothing in \(row["parent"] as String? ?? "?")"
            }
            return integrity + references
        }
    }

    /// A setting of the writing connection, as SQLite gives it.
    func setting(_ name: String) throws(DatabaseError) -> String? {
        try DatabaseError.translating { try writer.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") } }
    }

    private static func synchronize(_ path: String) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        try handle.synchronize()
        try handle.close()
    }
}
