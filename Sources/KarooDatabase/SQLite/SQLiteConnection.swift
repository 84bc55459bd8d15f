// KarooExpress – Apache-2.0

import Foundation
import GRDB

/// A connection of GRDB, in the terms of the seam. Every statement is prepared once and kept.
final class SQLiteConnection: Connection {
    let database: GRDB.Database
    /// Nil when nobody wants to do the same again.
    private let recorder: StatementRecorder?

    init(_ database: GRDB.Database, recorder: StatementRecorder? = nil) {
        self.database = database
        self.recorder = recorder
    }

    func rows(_ sql: SQL) throws(DatabaseError) -> [Row] {
        try DatabaseError.translating {
            let cursor = try GRDB.Row.fetchCursor(prepare(sql))
            var columns: Row.Columns?
            var rows: [Row] = []
            while let row = try cursor.next() {
                let known = columns ?? Row.Columns(Array(row.columnNames))
                columns = known
                rows.append(Row(columns: known, values: try row.databaseValues.map(SQLiteConnection.value)))
            }
            return rows
        }
    }

    func execute(_ sql: SQL) throws(DatabaseError) -> Int {
        try DatabaseError.translating {
            try prepare(sql).execute()
            return database.changesCount
        }
    }

    func script(_ text: String) throws(DatabaseError) {
        try DatabaseError.translating { try database.execute(sql: text) }
    }

    /// A statement without values.
    func command(_ text: String) throws(DatabaseError) {
        try DatabaseError.translating { try database.cachedStatement(sql: text).execute() }
    }

    private func prepare(_ sql: SQL) throws -> Statement {
        recorder?.note(sql)
        let statement = try database.cachedStatement(sql: sql.pieces.joined(separator: "?"))
        statement.setUncheckedArguments(StatementArguments(sql.values.map(SQLiteConnection.databaseValue)))
        return statement
    }

    private static func databaseValue(_ value: SQLValue) -> DatabaseValue {
        switch value {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .bytes(let value): Data(value).databaseValue
        }
    }

    /// SQLite turns a sum that leaves 64 bits into a floating-point number without a word; here it is an error.
    private static func value(_ value: DatabaseValue) throws -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let value): .integer(value)
        case .string(let value): .text(value)
        case .blob(let value): .bytes(Array(value))
        case .double: throw DatabaseError.unexpected("a number left 64 bits")
        }
    }
}

extension DatabaseError {
    /// Runs something of GRDB's and gives its errors in the terms of the seam.
    static func translating<Value>(_ body: () throws -> Value) throws(DatabaseError) -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw error
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        } catch {
            throw .unexpected("\(error)")
        }
    }

    private init(_ error: GRDB.DatabaseError) {
        let reason = error.message ?? error.resultCode.description
        self =
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: .constraint(reason)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(reason)
            case .SQLITE_FULL: .full(reason)
            case .SQLITE_IOERR: .broken(error.extendedResultCode.description)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged(reason)
            default: .unexpected("\(reason) (\(error.resultCode.rawValue))")
            }
    }
}
