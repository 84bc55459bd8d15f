// KarooExpress – Apache-2.0

/// Quantities as somebody counted them, in a file of comma-separated values with the columns `offer`, `onHand` and, if wanted,
/// `backorderLimit`.
package struct StockSheet: Sendable {
    package struct Row: Hashable, Sendable {
        package let line: Int
        /// `seller/sku`.
        package let offer: String
        package let onHand: Int64
        package let backorderLimit: Int64?
    }

    package private(set) var rows: [Row] = []
    package private(set) var issues = Issues()

    /// Reads the file; what is wrong in it is among the issues.
    ///
    /// - parameter file: how it is called in them.
    package init(parsing bytes: [UInt8], file: String) {
        bytes.withUnsafeBytes { buffer in
            var parser = CSVParser(buffer)
            do throws(CSVParser.Failure) {
                guard let head = try parser.next() else { return fail(file, 1, "the file is empty") }
                guard let columns = Columns(head.cells) else {
                    return fail(file, head.line, "the first line must name the columns offer and onHand, and may name backorderLimit")
                }
                var lines: [String: Int] = [:]
                while let row = try parser.next() {
                    guard let found = read(row, columns, file) else { continue }
                    if let earlier = lines.updateValue(row.line, forKey: found.offer) {
                        fail(file, row.line, "\(found.offer) stands in line \(earlier) too")
                    }
                    rows.append(found)
                }
            } catch {
                fail(file, error.line, error.message)
            }
        }
    }

    /// Where the columns are.
    private struct Columns {
        let offer: Int
        let onHand: Int
        let backorderLimit: Int?
        let count: Int

        init?(_ names: [String]) {
            guard let offer = names.firstIndex(of: "offer"), let onHand = names.firstIndex(of: "onHand"), Set(names).count == names.count,
                Set(names).isSubset(of: ["offer", "onHand", "backorderLimit"])
            else { return nil }
            (self.offer, self.onHand, backorderLimit, count) = (offer, onHand, names.firstIndex(of: "backorderLimit"), names.count)
        }
    }

    private mutating func read(_ row: CSVParser.Row, _ columns: Columns, _ file: String) -> Row? {
        guard row.cells.count == columns.count else {
            fail(file, row.line, "there are \(row.cells.count) cells for \(columns.count) columns")
            return nil
        }
        let offer = row.cells[columns.offer]
        guard offer.split(separator: "/", omittingEmptySubsequences: false).count == 2, !offer.hasPrefix("/"), !offer.hasSuffix("/") else {
            fail(file, row.line, "“\(offer)” is no offer such as seller/SKU")
            return nil
        }
        guard let onHand = Int64(row.cells[columns.onHand]), onHand >= 0 else {
            fail(file, row.line, "“\(row.cells[columns.onHand])” is no quantity")
            return nil
        }
        guard let place = columns.backorderLimit, !row.cells[place].isEmpty else {
            return Row(line: row.line, offer: offer, onHand: onHand, backorderLimit: nil)
        }
        guard let limit = Int64(row.cells[place]), limit >= 0 else {
            fail(file, row.line, "“\(row.cells[place])” is no backorder limit")
            return nil
        }
        return Row(line: row.line, offer: offer, onHand: onHand, backorderLimit: limit)
    }

    private mutating func fail(_ file: String, _ line: Int, _ message: String) {
        issues.add(BuildIssue(.error, file: file, line: line, message))
    }
}
