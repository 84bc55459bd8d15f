// KarooExpress – Apache-2.0

import Testing

@testable import KarooDatabase

struct SQLTests {
    @Test func whatIsInterpolatedIsBoundAndNeverText() {
        let name = "x'); DROP TABLE t; --"
        let sql: SQL = "SELECT a FROM t WHERE name = \(name) AND size > \(Int64(7)) AND note = \(nil as String?)"
        #expect(sql.pieces == ["SELECT a FROM t WHERE name = ", " AND size > ", " AND note = ", ""])
        #expect(sql.values == [.text(name), .integer(7), .null])
    }

    @Test func aListIsBoundValueByValue() {
        let sql: SQL = "SELECT a FROM t WHERE name IN (\(list: ["a", "b"]))"
        #expect(sql.pieces == ["SELECT a FROM t WHERE name IN (", ", ", ")"])
        #expect(sql.values == [.text("a"), .text("b")])
    }
}
