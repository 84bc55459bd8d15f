// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// A quarter of a year in UTC, as `2026-Q4`.
package struct Quarter: Hashable, Sendable, CustomStringConvertible {
    package let year: Int
    /// 1 to 4.
    package let number: Int

    /// Nil for anything but `yyyy-Qn`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[1].hasPrefix("Q"), let year = Int(parts[0]),
            let number = Int(parts[1].dropFirst()), (1970...9998).contains(year), (1...4).contains(number)
        else { return nil }
        self.year = year
        self.number = number
    }

    /// From its first moment to the first one after it.
    package var moments: Range<Int64> {
        let begin = Day(year: year, month: number * 3 - 2, day: 1)!
        let end = number == 4 ? Day(year: year + 1, month: 1, day: 1)! : Day(year: year, month: number * 3 + 1, day: 1)!
        return begin.startInUTC.millisecondsSinceEpoch..<end.startInUTC.millisecondsSinceEpoch
    }

    package var description: String { "\(year)-Q\(number)" }
}

/// What was sold to consumers of other member states of the European Union in a quarter, as the one-stop shop asks for it
/// (Directive 2006/112/EC, article 369g): by seller, country of destination, rate and currency.
package struct TaxReport: Sendable {
    package struct Row: Hashable, Sendable {
        package let seller: Seller.ID
        /// Of the seller.
        package let origin: String
        /// Of the buyer.
        package let destination: String
        package let partsPerMillion: Int64
        package let currency: Currency
        /// What was sold less what was given back in the quarter; below zero when more was given back.
        package let net: Int64
        package let tax: Int64
    }

    package let quarter: Quarter
    /// By seller, destination, rate and currency; rows that come to nothing are left out.
    package let rows: [Row]
}

extension Checkout {
    /// What sellers have to declare of a quarter. Sales count when they were placed, what was given back counts when it was; so a
    /// quarter that was declared never changes.
    ///
    /// - parameter origins: where each seller sends from; a seller that is not named is left out.
    package func taxReport(of quarter: Quarter, origins: [Seller.ID: String]) async throws -> TaxReport {
        let moments = quarter.moments
        let lines = try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT o.seller, g.country, g.currency, t.parts_per_million, CAST(SUM(t.net * j.sign) AS BIGINT) AS net, CAST(SUM(t.tax * j.sign) AS BIGINT) AS tax
                FROM tax_lines t JOIN orders o ON o.id = t.order_id JOIN order_groups g ON g.id = o.order_group
                JOIN (SELECT reference, CASE kind WHEN 'sale' THEN 1 ELSE -1 END AS sign FROM journals
                    WHERE kind IN ('sale', 'refund') AND at >= \(moments.lowerBound) AND at < \(moments.upperBound)) j ON j.reference = o.id
                GROUP BY o.seller, g.country, g.currency, t.parts_per_million ORDER BY o.seller, g.country, t.parts_per_million, g.currency
                """
            ).map { row in
                (
                    seller: Seller.ID(try row.text("seller")), country: try row.text("country"), currency: try row.text("currency"),
                    parts: try row.integer("parts_per_million"), net: try row.integer("net"), tax: try row.integer("tax")
                )
            }
        }
        let states = EuropeanUnion.memberStates
        let rows = lines.compactMap { line -> TaxReport.Row? in
            guard let origin = origins[line.seller], origin != line.country, states.contains(origin), states.contains(line.country), line.parts > 0,
                line.net != 0 || line.tax != 0, let currency = Currency(line.currency)
            else { return nil }
            return TaxReport.Row(
                seller: line.seller, origin: origin, destination: line.country, partsPerMillion: line.parts, currency: currency, net: line.net, tax: line.tax)
        }
        return TaxReport(quarter: quarter, rows: rows)
    }
}

// MARK: - As text

extension TaxReport {
    /// A table with a heading, amounts as decimals; no cell begins with what a program for tables takes for a formula.
    package var csv: String {
        var lines = ["quarter,seller,origin,destination,rate,currency,net,tax"]
        for row in rows {
            lines.append(
                [
                    quarter.description, row.seller.text, row.origin, row.destination, TaxReport.percent(row.partsPerMillion), row.currency.code,
                    Money(minorUnits: row.net, currency: row.currency).decimal, Money(minorUnits: row.tax, currency: row.currency).decimal,
                ].map(TaxReport.cell).joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("quarter", quarter.description)
            writer.name("rows")
            writer.array { writer in
                for row in rows {
                    writer.object { writer in
                        writer.member("seller", row.seller.text)
                        writer.member("origin", row.origin)
                        writer.member("destination", row.destination)
                        writer.member("partsPerMillion", row.partsPerMillion)
                        writer.member("currency", row.currency.code)
                        writer.member("net", row.net)
                        writer.member("tax", row.tax)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// `21`, `5.5`.
    private static func percent(_ partsPerMillion: Int64) -> String { ExactDecimal(mantissa: partsPerMillion, scale: 4).normalized.description }

    /// A text that begins like a formula is led by an apostrophe; so is an amount below zero, whose sign is one.
    static func cell(_ text: String) -> String {
        let safe = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false ? "'" + text : text
        return safe.contains(where: { ",\"\r\n".contains($0) }) ? "\"\(safe.replacing("\"", with: "\"\""))\"" : safe
    }
}
