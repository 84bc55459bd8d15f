// KarooExpress – Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import KarooDatabase

struct SQLiteDatabaseTests {
    struct Refused: Error {}

    // MARK: What the connection is set to

    @Test func commitsAreForcedToDiskAndReferencesAreChecked() async throws {
        try await withDatabase { database in
            try #expect(database.setting("synchronous") == "2")
            try #expect(database.setting("journal_mode") == "wal")
            try #expect(database.setting("foreign_keys") == "1")
        }
    }

    // MARK: Group commit

    @Test func randomWritesBesideFailingOnesCountExactly() async throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        try await withDatabase { database in
            try await database.write { tx in
                try tx.connection.script(
                    "CREATE TABLE sums (id BIGINT PRIMARY KEY NOT NULL, value BIGINT NOT NULL CHECK (value >= 0)); INSERT INTO sums VALUES (1, 0)")
            }
            let expected = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<400 {
                    let change = Int64(truncatingIfNeeded: (seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 33) % 100
                    group.addTask { try await SQLiteDatabaseTests.add(change, isRefused: number % 7 == 3, database) }
                }
                return try await group.reduce(0, +)
            }
            let sum = try await database.read { try $0.row("SELECT value FROM sums")?.integer("value") }
            #expect(sum == expected, "seed \(seed)")
            let statistics = database.statistics
            #expect(statistics.commits < statistics.writes, "writes that wait share commits")
        }
    }

    @Test func aWriteThatNobodyWaitsForAnyMoreIsNotDone() async throws {
        try await withDatabase { database in
            try await database.write { tx in try tx.connection.script("CREATE TABLE notes (text TEXT NOT NULL)") }
            let (hasBegun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let first = Task {
                try await database.write { tx in
                    try tx.execute("INSERT INTO notes VALUES ('first')")
                    hasBegun.signal()
                    _ = mayEnd.wait(timeout: .now() + 20)
                }
            }
            await Task.detached { SQLiteDatabaseTests.wait(for: hasBegun) }.value
            let second = Task { try await database.write { tx in _ = try tx.execute("INSERT INTO notes VALUES ('second')") } }
            while database.statistics.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            // What has begun ends whole.
            first.cancel()
            mayEnd.signal()
            try await first.value
            let texts = try await database.read { try $0.rows("SELECT text FROM notes").map { try $0.text("text") } }
            #expect(texts == ["first"])
        }
    }

    private static func wait(for semaphore: DispatchSemaphore) { _ = semaphore.wait(timeout: .now() + 20) }

    /// The change when it was kept, 0 when it was refused, by the caller or by the schema.
    private static func add(_ change: Int64, isRefused: Bool, _ database: SQLiteDatabase) async throws -> Int64 {
        do {
            return try await database.write { tx in
                try tx.execute("UPDATE sums SET value = value + \(change) WHERE id = 1")
                if isRefused { throw Refused() }
                return change
            }
        } catch is Refused {
            return 0
        } catch DatabaseError.constraint {
            return 0
        }
    }

    @Test func aCommitThatFailsIsAnsweredToItsCauseAlone() async throws {
        try await withDatabase { database in
            try await database.write { tx in
                try tx.connection.script(
                    """
                    CREATE TABLE parents (id BIGINT PRIMARY KEY NOT NULL);
                    CREATE TABLE children (id BIGINT PRIMARY KEY NOT NULL, parent BIGINT NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
                    INSERT INTO parents VALUES (1);
                    """)
            }
            // The reference of child 13 is looked at when the batch is committed, and not before.
            let kept = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for id in Int64(1)...40 {
                    group.addTask {
                        do {
                            try await database.write { tx in _ = try tx.execute("INSERT INTO children VALUES (\(id), \(Int64(id == 13 ? 99 : 1)))") }
                            return id
                        } catch DatabaseError.constraint {
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: [Int64]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(kept.sorted() == (1...40).filter { $0 != 13 })
            let rows = try await database.read { try $0.rows("SELECT id FROM children ORDER BY id").map { try $0.integer("id") } }
            #expect(rows == kept.sorted())
        }
    }

    @Test func aFullDiskRefusesWritesAndKeepsWhatWasThere() async throws {
        try await withDatabase { database in
            try await database.write { tx in try tx.connection.script("CREATE TABLE notes (text TEXT NOT NULL)") }
            try await database.write { tx in _ = try tx.execute("INSERT INTO notes VALUES (\("first"))") }
            let pages = Int64(try database.setting("page_count") ?? "") ?? 0
            _ = try database.setting("max_page_count = \(pages + 2)")
            let long = String(repeating: "x", count: 1 << 20)
            await #expect {
                try await database.write { tx in _ = try tx.execute("INSERT INTO notes VALUES (\(long))") }
            } throws: { error in
                if case .full? = error as? DatabaseError { return true }
                return false
            }
            let kept = try await database.read { try $0.rows("SELECT text FROM notes").map { try $0.text("text") } }
            #expect(kept == ["first"])
            _ = try database.setting("max_page_count = \(pages + 1_000)")
            try await database.write { tx in _ = try tx.execute("INSERT INTO notes VALUES (\(long))") }
        }
    }

    @Test func aReaderSeesTheLastCommitAndNoWriteInProgress() async throws {
        try await withDatabase { database in
            try await database.write { tx in try tx.connection.script("CREATE TABLE sums (value BIGINT NOT NULL); INSERT INTO sums VALUES (1)") }
            let seen = Mutex<Int64>(0)
            let inside = DispatchSemaphore(value: 0)
            let goOn = DispatchSemaphore(value: 0)
            async let written: Void = database.write { tx in
                try tx.execute("UPDATE sums SET value = 2")
                inside.signal()
                goOn.wait()
            }
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    inside.wait()
                    continuation.resume()
                }
            }
            let value = try await database.read { try $0.row("SELECT value FROM sums")?.integer("value") ?? 0 }
            seen.withLock { $0 = value }
            goOn.signal()
            try await written
            #expect(seen.withLock { $0 } == 1)
        }
    }

    @Test func whileAnotherProcessWritesWritesAreBusyTogetherAndReadsGoOn() async throws {
        try await withDatabase { other in
            try await other.write { tx in try tx.connection.script("CREATE TABLE sums (value BIGINT NOT NULL); INSERT INTO sums VALUES (1)") }
            let path = try #require(other.path)
            let database = try SQLiteDatabase(path: path, busySeconds: 0.2, clock: { 0 })
            let goOn = DispatchSemaphore(value: 0)
            async let held: Void = other.write { tx in
                try tx.execute("UPDATE sums SET value = 2")
                goOn.wait()
            }
            // Until the other one has its lock.
            while try await SQLiteDatabaseTests.canWrite(database) { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await !SQLiteDatabaseTests.canWrite(database) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused == 20)
            #expect(ContinuousClock.now - start < .seconds(2), "they wait at the same time, and not one after the other")
            let value = try await database.read { try $0.row("SELECT value FROM sums")?.integer("value") }
            #expect(value == 1)
            goOn.signal()
            try await held
            try await #expect(SQLiteDatabaseTests.canWrite(database))
            try await database.close()
        }
    }

    private static func canWrite(_ database: SQLiteDatabase) async throws -> Bool {
        do {
            try await database.write { tx in _ = try tx.execute("UPDATE sums SET value = value") }
            return true
        } catch DatabaseError.busy {
            return false
        }
    }

    @Test func aSumThatLeaves64BitsIsAnErrorAndNoFloatingPointNumber() async throws {
        try await withDatabase { database in
            await #expect(throws: DatabaseError.unexpected("a number left 64 bits")) {
                try await database.read { try $0.row("SELECT \(Int64.max) + \(Int64(1)) AS value")?.integer("value") }
            }
        }
    }

    @Test func writesAfterClosingAreRefused() async throws {
        try await withDatabase { database in
            try await database.close()
            await #expect(throws: DatabaseError.self) { try await database.write { _ in } }
        }
    }

    // MARK: Migrations

    @Test func migrationsAreAppliedOnceAndAlteredOnesRefused() async throws {
        let first = Migration(number: 1, name: "things", sql: "CREATE TABLE things (id BIGINT NOT NULL)", digest: "a")
        let second = Migration(number: 2, name: "colours", sql: "ALTER TABLE things ADD COLUMN colour TEXT", digest: "b")
        try await withDatabase { database in
            try await #expect(database.migrate([first]) == [1])
            try await #expect(database.migrate([first, second]) == [2])
            try await #expect(database.migrate([first, second]) == [])
            let altered = Migration(number: 1, name: "things", sql: "CREATE TABLE things (id TEXT)", digest: "c")
            await #expect(throws: DatabaseError.migration("migration 1, things, was altered after it was applied")) {
                try await database.migrate([altered, second])
            }
            await #expect(throws: DatabaseError.migration("the database is newer than this program: it has migration 2, colours")) {
                try await database.migrate([first])
            }
        }
    }

    @Test func aMigrationThatFailsLeavesNothingOfItself() async throws {
        let broken = Migration(number: 1, name: "broken", sql: "CREATE TABLE things (id BIGINT); INSERT INTO nowhere VALUES (1)", digest: "a")
        try await withDatabase { database in
            await #expect(throws: DatabaseError.self) { try await database.migrate([broken]) }
            let tables = try await database.read { try $0.rows("SELECT name FROM sqlite_master WHERE name = 'things'").count }
            #expect(tables == 0)
            try await #expect(database.migrate([]) == [])
        }
    }

    // MARK: Files

    @Test func aCopyMadeWhileWritesGoOnIsWhole() async throws {
        try await withDatabase { database in
            try await database.write { tx in try tx.connection.script("CREATE TABLE pairs (one BIGINT NOT NULL, two BIGINT NOT NULL)") }
            let copyPath = FileManager.default.temporaryDirectory.appending(path: "karoo-copy-\(UUID().uuidString)").path
            defer { removeDatabase(copyPath) }
            async let writing: Void = {
                for number in Int64(0)..<200 {
                    try await database.write { tx in
                        try tx.execute("INSERT INTO pairs VALUES (\(number), 0)")
                        try tx.execute("UPDATE pairs SET two = \(number) WHERE one = \(number)")
                    }
                }
            }()
            try database.backup(to: copyPath)
            try await writing
            let copy = try SQLiteDatabase(path: copyPath, clock: { 0 })
            try await #expect(copy.faults() == [])
            try await #expect(copy.read { try $0.rows("SELECT one FROM pairs WHERE one <> two").count } == 0)
            try await copy.close()
            #expect(throws: DatabaseError.self, "a file that is there is not replaced") { try database.backup(to: copyPath) }
        }
    }

    @Test func whatIsNoDatabaseIsRefusedAndLeftAsItIs() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "karoo-none-\(UUID().uuidString)").path
        defer { removeDatabase(path) }
        let bytes = Data(repeating: 0x41, count: 8_192)
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect {
            _ = try SQLiteDatabase(path: path, clock: { 0 })
        } throws: { error in
            if case .damaged? = error as? DatabaseError { return true }
            return false
        }
        try #expect(Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    // MARK: In a folder of its own

    private func withDatabase(_ body: @Sendable (SQLiteDatabase) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "karoo-database-\(UUID().uuidString)").path
        defer { removeDatabase(path) }
        let database = try SQLiteDatabase(path: path, clock: { 1_000 })
        try await body(database)
        try await database.close()
    }

    private func removeDatabase(_ path: String) {
        for suffix in ["", "-wal", "-shm", ".partial"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}
