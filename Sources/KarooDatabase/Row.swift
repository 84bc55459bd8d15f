// KarooExpress – Apache-2.0

/// One row of a result. Columns are asked for by name, and a column that is not there, or holds another type than it
/// must, is a fault of the statement: `DatabaseError.unexpected`.
package struct Row: Sendable {
    /// The names of a result's columns, shared by its rows.
    package final class Columns: Sendable {
        let names: [String]

        package init(_ names: [String]) { self.names = names }
    }

    private let columns: Columns
    private let values: [SQLValue]

    /// - precondition: there are as many values as columns.
    package init(columns: Columns, values: [SQLValue]) {
        precondition(columns.names.count == values.count, "every column has a value")
        self.columns = columns
        self.values = values
    }

    /// A whole number.
    package func integer(_ name: String) throws(DatabaseError) -> Int64 {
        guard case .integer(let value) = try value(name) else { throw .unexpected("\(name) is no whole number") }
        return value
    }

    /// A whole number, or nil for NULL.
    package func optionalInteger(_ name: String) throws(DatabaseError) -> Int64? {
        try value(name) == .null ? nil : integer(name)
    }

    /// True for 1, false for 0.
    package func bool(_ name: String) throws(DatabaseError) -> Bool { try integer(name) != 0 }

    /// A text.
    package func text(_ name: String) throws(DatabaseError) -> String {
        guard case .text(let value) = try value(name) else { throw .unexpected("\(name) is no text") }
        return value
    }

    /// A text, or nil for NULL.
    package func optionalText(_ name: String) throws(DatabaseError) -> String? {
        try value(name) == .null ? nil : text(name)
    }

    /// Bytes.
    package func bytes(_ name: String) throws(DatabaseError) -> [UInt8] {
        guard case .bytes(let value) = try value(name) else { throw .unexpected("\(name) holds no bytes") }
        return value
    }

    /// Bytes, or nil for NULL.
    package func optionalBytes(_ name: String) throws(DatabaseError) -> [UInt8]? {
        try value(name) == .null ? nil : bytes(name)
    }

    private func value(_ name: String) throws(DatabaseError) -> SQLValue {
        guard let place = columns.names.firstIndex(of: name) else { throw .unexpected("there is no column \(name)") }
        return values[place]
    }
}
