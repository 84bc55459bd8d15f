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
    /// What sellers have to declare of a quarter. Sales count when they were placed, what was given back counts when that was decided;
    /// so a quarter that was declared never changes. A part that went back takes its part of every tax with it.
    ///
    /// - parameter origins: where each seller sends from; a seller that is not named is left out.
    package func taxReport(of quarter: Quarter, origins: [Seller.ID: String]) async throws -> TaxReport {
        let moments = quarter.moments
        let sums = try await database.read { snapshot in
            var sums: [TaxReport.Key: (net: Int64, tax: Int64)] = [:]
            for order in try snapshot.taxedOrders(in: moments) {
                let states = EuropeanUnion.memberStates
                guard let origin = origins[order.seller], origin != order.country, states.contains(origin), states.contains(order.country) else { continue }
                let lines = try snapshot.rows(
                    "SELECT parts_per_million, net, tax FROM tax_lines WHERE order_id = \(order.id) AND parts_per_million > 0 ORDER BY position")
                for line in lines {
                    let key = TaxReport.Key(
                        seller: order.seller, origin: origin, destination: order.country, partsPerMillion: try line.integer("parts_per_million"),
                        currency: order.currency)
                    sums[key, default: (0, 0)].net += order.change(of: try line.integer("net"))
                    sums[key, default: (0, 0)].tax += order.change(of: try line.integer("tax"))
                }
            }
            return sums
        }
        let rows = sums.filter { $0.value.net != 0 || $0.value.tax != 0 }.sorted { $0.key < $1.key }.compactMap { key, sum in
            Currency(key.currency).map { currency in
                TaxReport.Row(
                    seller: key.seller, origin: key.origin, destination: key.destination, partsPerMillion: key.partsPerMillion, currency: currency, net: sum.net,
                    tax: sum.tax)
            }
        }
        return TaxReport(quarter: quarter, rows: rows)
    }
}

extension TaxReport {
    fileprivate struct Key: Hashable, Comparable, Sendable {
        let seller: Seller.ID
        let origin: String
        let destination: String
        let partsPerMillion: Int64
        let currency: String

        static func < (one: Key, other: Key) -> Bool {
            (one.seller.text, one.destination, one.partsPerMillion, one.currency) < (other.seller.text, other.destination, other.partsPerMillion, other.currency)
        }
    }
}

/// An order of which something happened in a quarter: how much of it stood before, and how much stands after.
private struct TaxedOrder {
    let id: SellerOrder.ID
    let seller: Seller.ID
    let country: String
    let currency: String
    let total: Int64
    let wasPlacedBefore: Bool
    /// What had gone back before the quarter, and what has by its end.
    let refunded: (before: Int64, after: Int64)

    /// What an amount of the order came to in the quarter; see `Allocation.due`.
    func change(of amount: Int64) -> Int64 { standing(amount, refunded.after) - (wasPlacedBefore ? standing(amount, refunded.before) : 0) }

    private func standing(_ amount: Int64, _ refunded: Int64) -> Int64 {
        total > 0 ? amount - (Rounding.scaled(amount, by: min(refunded, total), over: total) ?? amount) : amount
    }
}

extension Reading where Self: ~Copyable {
    /// Where no money had come, an order is voided, which counts as if all of it had gone back.
    fileprivate func taxedOrders(in moments: Range<Int64>) throws -> [TaxedOrder] {
        let (begin, end) = (moments.lowerBound, moments.upperBound)
        return try rows(
            """
            SELECT o.id, o.seller, o.total, g.country, g.currency, g.placed_at,
                (SELECT MIN(j.at) FROM journals j WHERE j.kind = 'void' AND j.reference = o.id) AS void_at,
                (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
                    WHERE r.order_id = o.id AND r.status <> 'failed' AND r.created_at < \(begin)) AS before_it,
                (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
                    WHERE r.order_id = o.id AND r.status <> 'failed' AND r.created_at < \(end)) AS after_it
            FROM orders o JOIN order_groups g ON g.id = o.order_group
            WHERE g.placed_at < \(end) AND (g.placed_at >= \(begin)
                OR EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id AND r.created_at >= \(begin) AND r.created_at < \(end))
                OR EXISTS (SELECT 1 FROM journals j WHERE j.kind = 'void' AND j.reference = o.id AND j.at >= \(begin) AND j.at < \(end)))
            ORDER BY o.id
            """
        ).map { row in
            let (total, voidAt) = (try row.integer("total"), try row.optionalInteger("void_at"))
            func refunded(_ column: String, by moment: Int64) throws -> Int64 { try voidAt.map { $0 < moment } ?? false ? total : row.integer(column) }
            return TaxedOrder(
                id: SellerOrder.ID(try row.text("id")), seller: Seller.ID(try row.text("seller")), country: try row.text("country"),
                currency: try row.text("currency"), total: total, wasPlacedBefore: try row.integer("placed_at") < begin,
                refunded: (try refunded("before_it", by: begin), try refunded("after_it", by: end)))
        }
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
