// KarooExpress – Apache-2.0

/// A statement with the values that belong into it: `"SELECT name FROM sellers WHERE id = \(id)"`.
///
/// What is interpolated is bound, never written into the text, so no value can become syntax. Which placeholder stands
/// for a value (`?` or `$1`) is the business of the engine, hence the text is kept in pieces.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text around the values: one piece more than there are values.
    package private(set) var pieces: [String]
    /// What is bound, in order.
    package private(set) var values: [SQLValue]

    package init(stringLiteral text: String) {
        pieces = [text]
        values = []
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        pieces = interpolation.pieces
        values = interpolation.values
    }

    /// Two pieces of one statement.
    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.pieces[sum.pieces.count - 1] += right.pieces[0]
        sum.pieces += right.pieces.dropFirst()
        sum.values += right.values
        return sum
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [String] = [""]
        fileprivate var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount + 1)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { pieces[pieces.count - 1] += literal }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            values.append(value.sqlValue)
            pieces.append("")
        }

        /// NULL for nil.
        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            values.append(value?.sqlValue ?? .null)
            pieces.append("")
        }

        /// Several values with commas between them, for `IN (…)`.
        ///
        /// - precondition: there is at least one, because `IN ()` is no SQL.
        package mutating func appendInterpolation(list: [some SQLBindable]) {
            precondition(!list.isEmpty, "a list in SQL has at least one value")
            for (place, value) in list.enumerated() {
                if place > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
        }

        /// Several rows, each in parentheses, with commas between them, for `VALUES …`.
        ///
        /// - precondition: there is at least one, and all have as many values.
        package mutating func appendInterpolation(rows: [[any SQLBindable]]) {
            precondition(!rows.isEmpty && rows.allSatisfy { $0.count == rows[0].count && !$0.isEmpty }, "rows in SQL are of one width")
            for (place, row) in rows.enumerated() {
                appendLiteral(place > 0 ? ", (" : "(")
                for (column, value) in row.enumerated() {
                    if column > 0 { appendLiteral(", ") }
                    values.append(value.sqlValue)
                    pieces.append("")
                }
                appendLiteral(")")
            }
        }
    }
}

/// A value as both engines know it: TEXT, BIGINT, BYTEA or NULL.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// What can be bound.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

extension Int64: SQLBindable {
    package var sqlValue: SQLValue { .integer(self) }
}

extension String: SQLBindable {
    package var sqlValue: SQLValue { .text(self) }
}

extension Bool: SQLBindable {
    /// 1 or 0: neither engine's own boolean is the other's.
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension Array: SQLBindable where Element == UInt8 {
    package var sqlValue: SQLValue { .bytes(self) }
}
