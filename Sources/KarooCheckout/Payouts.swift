// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// `processing → paid | failed`, and `paid → returned`, because a bank may send back what it took.
package enum PayoutStatus: String, Lifecycle {
    case processing, paid, failed, returned

    package var next: Set<PayoutStatus> {
        switch self {
        case .processing: [.paid, .failed]
        case .paid: [.returned]
        case .failed, .returned: []
        }
    }
}

/// Money that goes to a seller. What it is made of never changes; when it does not arrive, the same amount is earned anew.
package struct Payout: Hashable, Sendable {
    package typealias ID = Identifier<Payout>

    package let id: ID
    package let seller: Seller.ID
    package let amount: Money
    package let status: PayoutStatus
    /// What the bank calls it; nil until it was paid.
    package let reference: String?
    /// Why it did not arrive; nil when it did, or is on its way.
    package let problem: String?
    package let createdAt: Instant
    package let paidAt: Instant?
}

/// When and how a seller is paid.
package struct PayoutTerms: Hashable, Sendable {
    /// Between two payouts.
    package let intervalDays: Int64
    /// From a sale until its money can be paid out.
    package let holdDays: Int64

    package init(intervalDays: Int64, holdDays: Int64) {
        self.intervalDays = intervalDays
        self.holdDays = holdDays
    }
}

extension Checkout {
    static let maximumPayoutsAtOnce = 5_000

    /// Makes a payout for each seller and currency that has enough, whose interval is over, and that nothing holds. What is not enough
    /// stays, and so does what is below zero.
    package func runPayouts() async throws -> [Payout] {
        let candidates = try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT seller, currency FROM earnings WHERE payout IS NULL AND available_at <= \(snapshot.now)
                GROUP BY seller, currency HAVING SUM(amount) > 0 ORDER BY seller, currency LIMIT \(Int64(Checkout.maximumPayoutsAtOnce))
                """
            ).map { (seller: Seller.ID(try $0.text("seller")), currency: try $0.text("currency")) }
        }
        var payouts: [Payout] = []
        for candidate in candidates {
            guard let currency = Currency(candidate.currency) else { continue }
            if let payout = try await database.write({ tx in try tx.makePayout(to: candidate.seller, currency) }) { payouts.append(payout) }
        }
        return payouts
    }

    /// The newest first; nil in each: whatever it is.
    package func payouts(of seller: Seller.ID? = nil, _ status: PayoutStatus? = nil, limit: Int64 = 1_000) async throws -> [Payout] {
        try await database.read { snapshot in
            try snapshot.rows("SELECT * FROM payouts ORDER BY created_at DESC, id DESC").map { try Payout($0) }
                .filter { (seller == nil || $0.seller == seller) && (status == nil || $0.status == status) }.prefix(Int(limit)).map { $0 }
        }
    }

    /// A payout and what it is made of. Throws `notFound`.
    package func payout(_ id: Payout.ID) async throws -> (payout: Payout, earnings: [Earning]) {
        try await database.read { (try $0.payout(id), try $0.earnings(of: id)) }
    }

    /// The bank has paid. Throws `notFound`, and `payoutClosed` when it has ended otherwise; saying it again changes nothing.
    package func markPaid(_ id: Payout.ID, reference: String, actor: String) async throws -> Payout {
        try await move(id, to: .paid, note: reference, actor: actor)
    }

    /// The payout did not leave, or came back: its amount is the seller's again, by a new entry.
    package func markFailed(_ id: Payout.ID, reason: String, actor: String) async throws -> Payout {
        let status = try await database.read { try $0.payout(id).status }
        return try await move(id, to: status == .paid || status == .returned ? .returned : .failed, note: reason, actor: actor)
    }

    private func move(_ id: Payout.ID, to status: PayoutStatus, note: String, actor: String) async throws -> Payout {
        try await database.write { tx in
            let payout = try tx.payout(id)
            guard payout.status != status else { return payout }
            guard payout.status.next.contains(status) else { throw CheckoutError(.payoutClosed, meta: ["status": payout.status.rawValue]) }
            try tx.move(payout, to: status, note: String(note.prefix(500)))
            try tx.audit(actor, "payout.\(status.rawValue)", entity: id.text)
            return try tx.payout(id)
        }
    }

    /// Sets how a seller is paid; nil: all who have no terms of their own.
    package func setPayoutTerms(_ terms: PayoutTerms, minimum: Money?, of seller: Seller.ID?, actor: String) async throws {
        let days: ClosedRange<Int64> = 0...366
        guard days.contains(terms.intervalDays), days.contains(terms.holdDays), minimum?.minorUnits ?? 0 >= 0 else { throw CheckoutError(.invalid) }
        try await database.write { tx in
            let name = seller?.text ?? ""
            try tx.execute(
                """
                INSERT INTO payout_terms (seller, interval_days, hold_days) VALUES (\(name), \(terms.intervalDays), \(terms.holdDays))
                ON CONFLICT (seller) DO UPDATE SET interval_days = excluded.interval_days, hold_days = excluded.hold_days
                """)
            if let minimum {
                try tx.execute(
                    """
                    INSERT INTO payout_minimums (seller, currency, minimum) VALUES (\(name), \(minimum.currency.code), \(minimum.minorUnits))
                    ON CONFLICT (seller, currency) DO UPDATE SET minimum = excluded.minimum
                    """)
            }
            try tx.audit(actor, "payout.terms", entity: name.isEmpty ? "everybody" : name)
        }
    }

    /// Nothing of a seller is paid out until somebody says so.
    package func holdPayouts(of seller: Seller.ID, reason: String, actor: String) async throws {
        try await database.write { tx in
            try tx.hold(seller: seller, order: nil, reason: reason)
            try tx.audit(actor, "payout.hold", entity: seller.text)
        }
    }

    /// Nothing of an order is paid out until somebody says so.
    package func holdPayouts(of order: SellerOrder.ID, reason: String, actor: String) async throws {
        try await database.write { tx in
            guard try tx.row("SELECT id FROM orders WHERE id = \(order)") != nil else { throw CheckoutError(.notFound) }
            try tx.hold(seller: nil, order: order, reason: reason)
            try tx.audit(actor, "payout.hold", entity: order.text)
        }
    }

    /// Ends what holds the payouts of a seller or an order, by its id. Says how many holds those were.
    package func releasePayouts(of entity: String, actor: String) async throws -> Int {
        try await database.write { tx in
            let count = try tx.execute(
                "UPDATE payout_holds SET ended_at = \(tx.now) WHERE ended_at IS NULL AND (seller = \(entity) OR order_id = \(entity))")
            if count > 0 { try tx.audit(actor, "payout.release", entity: entity) }
            return count
        }
    }
}

extension Transaction {
    fileprivate func hold(seller: Seller.ID?, order: SellerOrder.ID?, reason: String) throws {
        try execute(
            """
            INSERT INTO payout_holds (id, seller, order_id, reason, created_at)
            VALUES (\(Identifier<Payout>.new("hold", at: now)), \(seller?.text), \(order?.text), \(String(reason.prefix(500))), \(now))
            """)
    }

    /// Nil when there is nothing to pay now.
    fileprivate func makePayout(to seller: Seller.ID, _ currency: Currency) throws -> Payout? {
        guard try row("SELECT id FROM payout_holds WHERE seller = \(seller) AND ended_at IS NULL LIMIT 1") == nil else { return nil }
        guard let terms = try row("SELECT interval_days FROM payout_terms WHERE seller IN ('', \(seller)) ORDER BY seller DESC LIMIT 1") else { return nil }
        let last = try row(
            "SELECT MAX(created_at) AS at FROM payouts WHERE seller = \(seller) AND currency = \(currency.code) AND status IN ('processing', 'paid')")
        if let last = try last?.optionalInteger("at"), now - last < (try terms.integer("interval_days")) * 86_400_000 { return nil }
        let minimum =
            try row("SELECT minimum FROM payout_minimums WHERE seller IN ('', \(seller)) AND currency = \(currency.code) ORDER BY seller DESC LIMIT 1")?
            .integer("minimum") ?? 0

        let open: SQL = """
            seller = \(seller) AND currency = \(currency.code) AND payout IS NULL AND available_at <= \(now)
            AND NOT EXISTS (SELECT 1 FROM payout_holds h WHERE h.order_id = earnings.order_id AND h.ended_at IS NULL)
            """
        let sum = try row("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM earnings WHERE " + open)?.integer("amount") ?? 0
        let rest = sum % currency.payoutStep
        let amount = sum - rest
        guard amount > 0, amount >= minimum else { return nil }

        let id = Payout.ID.new("po", at: now)
        try execute(
            """
            INSERT INTO payouts (id, seller, currency, amount, status, created_at)
            VALUES (\(id), \(seller), \(currency.code), \(amount), \(PayoutStatus.processing.rawValue), \(now))
            """)
        try execute("UPDATE earnings SET payout = \(id) WHERE " + open)
        if rest != 0 { try carry(rest, of: seller, currency, from: id) }
        _ = try post(.payout, id.text, currency, [(.seller(seller), amount), (.payouts, -amount)])
        return try payout(id)
    }

    /// The payout without what its bank cannot pay, which stays the seller's.
    private func carry(_ rest: Int64, of seller: Seller.ID, _ currency: Currency, from payout: Payout.ID) throws {
        let now = now
        func row(_ amount: Int64, _ payout: SQLValue) -> [any SQLBindable] {
            [Identifier<Earning>.new("ear", at: now), Earning.Kind.carry.rawValue, seller, currency.code, amount, now, now, payout]
        }
        let rows = [row(-rest, .text(payout.text)), row(rest, .null)]
        try execute("INSERT INTO earnings (id, kind, seller, currency, amount, available_at, created_at, payout) VALUES \(rows: rows)")
    }

    fileprivate func move(_ payout: Payout, to status: PayoutStatus, note: String) throws {
        let (amount, currency) = (payout.amount.minorUnits, payout.amount.currency)
        switch status {
        case .processing:
            return
        case .paid:
            try execute(
                "UPDATE payouts SET status = 'paid', reference = \(note), paid_at = \(now) WHERE id = \(payout.id) AND status = 'processing'")
            _ = try post(.payoutPaid, payout.id.text, currency, [(.payouts, amount), (.bank, -amount)])
            try enqueue(
                Mail(
                    .payout, to: .seller(payout.seller), language: nil, reference: payout.id.text,
                    values: ["amount": String(amount), "currency": currency.code], key: "payout:\(payout.id)"))
        case .failed, .returned:
            try execute(
                "UPDATE payouts SET status = \(status.rawValue), problem = \(note), ended_at = \(now) WHERE id = \(payout.id) AND status = \(payout.status.rawValue)")
            let source: Account = status == .failed ? .payouts : .bank
            let kind: JournalKind = status == .failed ? .payoutFailed : .payoutReturned
            let journal = try post(kind, payout.id.text, currency, [(source, amount), (.seller(payout.seller), -amount)])
            try noteEarning(.returned, journal, payout.seller, payout.amount, order: nil)
        }
    }
}

extension Reading where Self: ~Copyable {
    /// Throws `notFound`.
    fileprivate func payout(_ id: Payout.ID) throws -> Payout {
        guard let row = try row("SELECT * FROM payouts WHERE id = \(id)") else { throw CheckoutError(.notFound) }
        return try Payout(row)
    }
}

extension Payout {
    fileprivate init(_ row: Row) throws {
        guard let currency = Currency(try row.text("currency")), let status = PayoutStatus(rawValue: try row.text("status")) else {
            throw DatabaseError.unexpected("a payout has no currency or no status")
        }
        self.init(
            id: ID(try row.text("id")), seller: Seller.ID(try row.text("seller")), amount: Money(minorUnits: try row.integer("amount"), currency: currency),
            status: status, reference: try row.optionalText("reference"), problem: try row.optionalText("problem"),
            createdAt: Instant(millisecondsSinceEpoch: try row.integer("created_at")),
            paidAt: try row.optionalInteger("paid_at").map { Instant(millisecondsSinceEpoch: $0) })
    }
}

// MARK: - As a file

extension Payout {
    /// Payouts for a bank, or for whoever pays them: comma-separated values with a head (RFC 4180).
    package static func csv(_ payouts: [Payout]) -> String {
        CSVFile.text(
            head: ["payout", "seller", "amount", "currency", "status", "created", "reference"],
            payouts.map { payout in
                [
                    payout.id.text, payout.seller.text, payout.amount.decimal, payout.amount.currency.code, payout.status.rawValue,
                    payout.createdAt.description, payout.reference ?? "",
                ]
            })
    }
}

extension Earning {
    /// A statement as comma-separated values with a head (RFC 4180).
    package static func csv(_ earnings: [Earning]) -> String {
        CSVFile.text(
            head: [
                "earning", "kind", "at", "order", "currency", "received", "given back", "commission", "commission returned", "commission tax",
                "commission tax returned", "available", "payout",
            ],
            earnings.map { earning in
                [earning.id, earning.kind.rawValue, earning.createdAt.description, earning.order ?? "", earning.amount.currency.code]
                    + earning.amount.sides + earning.commission.sides + earning.commissionTax.sides
                    + [earning.availableAt.description, earning.payout?.text ?? ""]
            })
    }

    /// A statement as JSON: a list of objects, amounts in minor units.
    package static func json(_ earnings: [Earning]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in for earning in earnings { earning.write(to: &writer) } }
        return writer.bytes
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("kind", kind.rawValue)
            writer.member("at", createdAt.description)
            if let order { writer.member("order", order) }
            writer.member("amount", amount.minorUnits)
            writer.member("currency", amount.currency.code)
            writer.member("commission", commission.minorUnits)
            writer.member("commissionTax", commissionTax.minorUnits)
            writer.member("availableAt", availableAt.description)
            if let payout { writer.member("payout", payout.text) }
        }
    }
}

/// Comma-separated values that a spreadsheet does not take for formulas.
enum CSVFile {
    static func text(head: [String], _ rows: [[String]]) -> String {
        ([head] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    /// What begins like a formula begins with an apostrophe; what has a comma, a quotation mark or a line end stands in quotation marks.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension Money {
    /// The amount in one of two columns, for what comes and for what goes, so that no cell begins with a minus.
    fileprivate var sides: [String] { isNegative ? ["", (.zero(currency) - self).decimal] : [decimal, ""] }
}
