// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// How much there is of one offer.
package struct StockLevel: Hashable, Sendable {
    package let onHand: Int64
    /// Held by payments under way.
    package let reserved: Int64
    /// How far below nothing it may be sold.
    package let backorderLimit: Int64
    /// Kept for promotions.
    package let setAside: Int64

    /// How many can be sold now to anybody.
    package var available: Int64 { onHand - reserved - setAside + backorderLimit }
}

/// What somebody has counted.
package struct StockCount: Hashable, Sendable {
    package let offer: String
    package let onHand: Int64
    /// Nil leaves it as it is.
    package let backorderLimit: Int64?

    package init(offer: String, onHand: Int64, backorderLimit: Int64?) {
        self.offer = offer
        self.onHand = onHand
        self.backorderLimit = backorderLimit
    }
}

extension Checkout {
    /// No offer has more than so many, so that no sum of them leaves 64 bits.
    package static let maximumStock: Int64 = 1_000_000_000

    /// Gives first quantities to the offers that have none yet, and says how many those were. The others keep what they
    /// have: after the first time, the server knows better than Content.
    @discardableResult
    package func seedStock(_ quantities: [(offer: String, quantity: Int64)]) async throws -> Int {
        guard quantities.allSatisfy({ (0...Checkout.maximumStock).contains($0.quantity) }) else { throw CheckoutError(.badQuantity) }
        return try await database.write { tx in
            var count = 0
            for (offer, quantity) in quantities {
                let isNew = try tx.execute(
                    """
                    INSERT INTO stock (offer, on_hand, reserved, backorder_limit) VALUES (\(offer), \(quantity), 0, 0)
                    ON CONFLICT (offer) DO NOTHING
                    """)
                guard isNew > 0 else { continue }
                count += 1
                try tx.note(.seed, of: offer, onHand: quantity, reserved: 0, reference: "content")
            }
            return count
        }
    }

    /// Adds to, or takes from, what there is of an offer. Throws `outOfStock` when less would remain than is reserved.
    package func adjustStock(
        _ offer: String, by change: Int64, backorderLimit: Int64? = nil, lowThreshold: Int64? = nil, reason: String
    ) async throws -> StockLevel {
        guard (-Checkout.maximumStock...Checkout.maximumStock).contains(change),
            (0...Checkout.maximumStock).contains(backorderLimit ?? 0), (0...Checkout.maximumStock).contains(lowThreshold ?? 0)
        else { throw CheckoutError(.badQuantity) }
        return try await database.write { tx in
            try tx.execute(
                "INSERT INTO stock (offer, on_hand, reserved, backorder_limit) VALUES (\(offer), 0, 0, 0) ON CONFLICT (offer) DO NOTHING")
            do {
                try tx.execute(
                    """
                    UPDATE stock SET on_hand = on_hand + \(change), backorder_limit = COALESCE(\(backorderLimit), backorder_limit),
                        low_threshold = COALESCE(\(lowThreshold), low_threshold)
                    WHERE offer = \(offer) AND on_hand + \(change) <= \(Checkout.maximumStock)
                    """)
            } catch DatabaseError.constraint {
                throw CheckoutError(.outOfStock, field: offer)
            }
            try tx.note(.adjust, of: offer, onHand: change, reserved: 0, reference: reason)
            guard let level = try tx.stockLevel(of: offer) else { throw CheckoutError(.offerUnknown, field: offer) }
            return level
        }
    }

    /// Sets how many there are of each offer, as somebody has counted them, all or none, and says how many changed. Throws
    /// `outOfStock` with the place in the list where fewer were counted than payments under way hold.
    package func countStock(_ counts: [StockCount], reason: String) async throws -> Int {
        for (place, count) in counts.enumerated() {
            guard (0...Checkout.maximumStock).contains(count.onHand), (0...Checkout.maximumStock).contains(count.backorderLimit ?? 0) else {
                throw CheckoutError(.badQuantity, field: "\(place)")
            }
        }
        return try await database.write { tx in
            var changed = 0
            for (place, count) in counts.enumerated() {
                do {
                    changed += try tx.set(count, reason: reason) ? 1 : 0
                } catch DatabaseError.constraint {
                    throw CheckoutError(.outOfStock, field: "\(place)")
                }
            }
            return changed
        }
    }

    /// How much there is of an offer; nil when nobody ever said.
    package func stockLevel(of offer: String) async throws -> StockLevel? {
        try await database.read { try $0.stockLevel(of: offer) }
    }
}

/// Why a quantity changed.
private enum MovementKind: String {
    case seed, adjust, reserve, release, sale
    case giveBack = "return"
}

extension Reading where Self: ~Copyable {
    func stockLevel(of offer: String) throws -> StockLevel? {
        try row("SELECT on_hand, reserved, backorder_limit, set_aside FROM stock WHERE offer = \(offer)").map { row in
            StockLevel(
                onHand: try row.integer("on_hand"), reserved: try row.integer("reserved"), backorderLimit: try row.integer("backorder_limit"),
                setAside: try row.integer("set_aside"))
        }
    }
}

extension Transaction {
    /// False when it was so already.
    fileprivate func set(_ count: StockCount, reason: String) throws -> Bool {
        let before = try stockLevel(of: count.offer)
        let limit = count.backorderLimit ?? before?.backorderLimit ?? 0
        if let before, before.onHand == count.onHand, before.backorderLimit == limit { return false }
        try execute(
            """
            INSERT INTO stock (offer, on_hand, reserved, backorder_limit) VALUES (\(count.offer), \(count.onHand), 0, \(limit))
            ON CONFLICT (offer) DO UPDATE SET on_hand = excluded.on_hand, backorder_limit = excluded.backorder_limit
            """)
        try note(.adjust, of: count.offer, onHand: count.onHand - (before?.onHand ?? 0), reserved: 0, reference: reason)
        return true
    }

    /// Holds the goods of a quote for a payment. One statement looks and takes, so two buyers never hold the same piece.
    /// Throws `outOfStock` with the place of the line.
    func reserve(_ quote: Quote, in book: OfferBook, for attempt: PaymentAttempt.ID, until deadline: Int64) throws {
        for (place, line) in quote.lines.enumerated() {
            guard let offer = book.offer(line.offer), offer.availability != .untracked else { continue }
            let taken = try execute(
                """
                UPDATE stock SET reserved = reserved + \(line.quantity)
                WHERE offer = \(offer.id) AND on_hand - reserved - set_aside + backorder_limit >= \(line.quantity)
                """)
            guard taken > 0 else {
                let level = try stockLevel(of: offer.id)
                // Made to order, and nobody counts it.
                if level == nil, offer.availability == .backorder { continue }
                throw CheckoutError(.outOfStock, field: "lines/\(place)", meta: ["available": String(max(0, level?.available ?? 0))])
            }
            let id = Identifier<StockLevel>.new("res", at: now)
            try execute(
                """
                INSERT INTO reservations (id, attempt, offer, quantity, status, expires_at)
                VALUES (\(id), \(attempt), \(offer.id), \(line.quantity), \(ReservationStatus.active.rawValue), \(deadline))
                """)
            try note(.reserve, of: offer.id, onHand: 0, reserved: line.quantity, reference: attempt.text)
        }
    }

    /// What was held is sold.
    func consumeReservations(of attempt: PaymentAttempt.ID) throws {
        for held in try endReservations(of: attempt, as: .consumed) {
            try execute("UPDATE stock SET on_hand = on_hand - \(held.quantity), reserved = reserved - \(held.quantity) WHERE offer = \(held.offer)")
            try note(.sale, of: held.offer, onHand: -held.quantity, reserved: -held.quantity, reference: attempt.text)
            try warnOfLowStock(held.offer, sold: held.quantity, by: attempt)
        }
    }

    /// Tells the seller when a sale brought what is left down to the threshold, or below it.
    private func warnOfLowStock(_ offer: String, sold quantity: Int64, by attempt: PaymentAttempt.ID) throws {
        guard
            let left = try row(
                "SELECT on_hand FROM stock WHERE offer = \(offer) AND on_hand <= low_threshold AND on_hand + \(quantity) > low_threshold")?.integer("on_hand"),
            let seller = offer.split(separator: "/").first
        else { return }
        let id = Identifier<StockLevel>.new("low", at: now)
        try enqueue(
            Mail(
                .lowStock, to: .seller(Seller.ID(String(seller))), language: nil, reference: offer, values: ["left": String(max(0, left))], key: "lowStock:\(id)"))
    }

    /// What was held can be sold to others.
    func releaseReservations(of attempt: PaymentAttempt.ID, as status: ReservationStatus) throws {
        for held in try endReservations(of: attempt, as: status) {
            try execute("UPDATE stock SET reserved = reserved - \(held.quantity) WHERE offer = \(held.offer)")
            try note(.release, of: held.offer, onHand: 0, reserved: -held.quantity, reference: attempt.text)
        }
    }

    /// What one seller sold by a payment is there again.
    func returnStock(of order: SellerOrder.ID, sold attempt: PaymentAttempt.ID) throws {
        let sold = try rows(
            """
            SELECT r.offer, r.quantity FROM reservations r JOIN order_lines l ON l.offer = r.offer
            WHERE l.order_id = \(order) AND r.attempt = \(attempt) AND r.status = \(ReservationStatus.consumed.rawValue)
            """)
        for row in sold {
            let (offer, quantity) = (try row.text("offer"), try row.integer("quantity"))
            try execute("UPDATE stock SET on_hand = on_hand + \(quantity) WHERE offer = \(offer)")
            try note(.giveBack, of: offer, onHand: quantity, reserved: 0, reference: order.text)
        }
    }

    private func endReservations(of attempt: PaymentAttempt.ID, as status: ReservationStatus) throws -> [(offer: String, quantity: Int64)] {
        try rows(
            """
            UPDATE reservations SET status = \(status.rawValue)
            WHERE attempt = \(attempt) AND status = \(ReservationStatus.active.rawValue) RETURNING offer, quantity
            """
        ).map { (try $0.text("offer"), try $0.integer("quantity")) }
    }

    fileprivate func note(_ kind: MovementKind, of offer: String, onHand: Int64, reserved: Int64, reference: String) throws {
        let id = Identifier<MovementKind>.new("mov", at: now)
        try execute(
            """
            INSERT INTO stock_movements (id, offer, kind, on_hand_change, reserved_change, reference, at)
            VALUES (\(id), \(offer), \(kind.rawValue), \(onHand), \(reserved), \(reference), \(now))
            """)
    }
}
