// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// A promotion, and how much of it is left.
package struct PromotionState: Sendable {
    package let promotion: Promotion
    /// What buyers read, by language tag.
    package let names: [String: String]
    /// How many pieces of orders, placed or under way, have it.
    package let usedUnits: Int64
    /// How many may; nil: as many as come.
    package let unitLimit: Int64?
    /// The offer of whose stock the pieces that are left are set aside; nil when none are.
    package let setAside: String?
    /// When it was ended before its time; nil when it was not.
    package let endedAt: Instant?

    var open: OpenPromotion { OpenPromotion(promotion, unitsLeft: unitLimit.map { max(0, $0 - usedUnits) }) }
}

/// What somebody asks for who begins a promotion.
package struct NewPromotion: Sendable {
    /// In English, and what those read in whose language there is none.
    package let name: String
    /// By language tag.
    package let names: [String: String]
    /// Its id and name do not count.
    package let promotion: Promotion
    package let unitLimit: Int64?
    /// Keeps as many pieces as `unitLimit` says for it. Its scope is one offer then.
    package let setsAside: Bool

    package init(name: String, names: [String: String] = [:], promotion: Promotion, unitLimit: Int64? = nil, setsAside: Bool = false) {
        self.name = name
        self.names = names
        self.promotion = promotion
        self.unitLimit = unitLimit
        self.setsAside = setsAside
    }

    /// One offer, and no other seller's.
    fileprivate var canSetAside: Bool {
        guard promotion.scope.offers.count == 1, unitLimit != nil else { return false }
        return promotion.scope.seller.map { promotion.scope.offers[0].hasPrefix("\($0)/") } ?? true
    }

    /// The same for a seller's own goods, borne by the seller.
    package func owned(by seller: Seller.ID) -> NewPromotion {
        func own(_ scope: Promotion.Scope) -> Promotion.Scope {
            Promotion.Scope(seller: seller, categories: scope.categories, products: scope.products, offers: scope.offers)
        }
        let reduction: Promotion.Reduction =
            if case .buyAndGet(let buy, let get, let parts, let gifts?) = promotion.reduction {
                .buyAndGet(buy: buy, get: get, partsPerMillion: parts, gifts: own(gifts))
            } else {
                promotion.reduction
            }
        return NewPromotion(
            name: name, names: names,
            promotion: Promotion(
                id: promotion.id, name: name, lane: promotion.lane, reduction: reduction, scope: own(promotion.scope), minimum: promotion.minimum,
                sellerPartsPerMillion: 1_000_000, from: promotion.from, until: promotion.until),
            unitLimit: unitLimit, setsAside: setsAside)
    }
}

extension Checkout {
    /// So many may be open at once: a cart looks through all of them.
    package static let maximumOpenPromotions = 500
    package static let maximumPromotionNameLength = 120

    /// Promotions, the newest first: their ids sort by time.
    ///
    /// - parameter seller: only this seller's; nil: everybody's.
    /// - parameter before: only older ones than this.
    package func promotions(of seller: Seller.ID? = nil, before id: Promotion.ID? = nil, limit: Int64 = Checkout.maximumListedPromotions) async throws
        -> [PromotionState]
    {
        let last = id?.text ?? "prm_~"
        return try await database.read { snapshot in
            let rows =
                if let seller {
                    try snapshot.rows("SELECT * FROM promotions WHERE seller = \(seller) AND id < \(last) ORDER BY id DESC LIMIT \(limit)")
                } else {
                    try snapshot.rows("SELECT * FROM promotions WHERE id < \(last) ORDER BY id DESC LIMIT \(limit)")
                }
            return try rows.map { try snapshot.promotion($0, language: "en") }
        }
    }

    /// Who did what was done on the command line.
    package static let commandActor = "command"
    package static let maximumListedPromotions: Int64 = 1_000

    /// Begins a promotion, or says when it will. Throws `invalid` for what is none, and `outOfStock` when there are not as many
    /// pieces as are to be set aside.
    package func addPromotion(_ new: NewPromotion, by actor: String = Checkout.commandActor) async throws -> PromotionState {
        let rule = new.promotion
        if let fault = Promotion(
            id: rule.id, name: new.name, lane: rule.lane, reduction: rule.reduction, scope: rule.scope, minimum: rule.minimum,
            sellerPartsPerMillion: rule.sellerPartsPerMillion, from: rule.from, until: rule.until
        ).fault {
            throw CheckoutError(.invalid, field: "rule", meta: ["reason": fault])
        }
        let names = new.names.merging(["en": new.name]) { $1 }
        guard names.values.allSatisfy({ (1...Checkout.maximumPromotionNameLength).contains($0.count) }), names.count <= Checkout.maximumNames else {
            throw CheckoutError(.invalid, field: "name")
        }
        guard (1...Checkout.maximumStock).contains(new.unitLimit ?? 1) else { throw CheckoutError(.invalid, field: "unitLimit") }
        // Free delivery counts no pieces.
        guard new.unitLimit == nil || rule.lane != .shipping else { throw CheckoutError(.invalid, field: "unitLimit") }
        guard !new.setsAside || new.canSetAside else { throw CheckoutError(.invalid, field: "setsAside") }
        return try await database.write { tx in
            let open = try tx.row("SELECT COUNT(*) AS number FROM promotions WHERE ended_at IS NULL")?.integer("number") ?? 0
            guard open < Checkout.maximumOpenPromotions else { throw CheckoutError(.invalid, field: "rule", meta: ["reason": "too many are open"]) }
            let id = Promotion.ID.new("prm", at: tx.now)
            let offer = new.setsAside ? rule.scope.offers.first : nil
            if let offer, let units = new.unitLimit { try tx.setAside(units, of: offer) }
            try tx.execute(
                """
                INSERT INTO promotions (id, names, rule, seller, valid_from, valid_until, unit_limit, used_units, set_aside, created_at)
                VALUES (
                    \(id), \(LocalizedNames.json(names)), \(String(decoding: rule.json, as: UTF8.self)), \(rule.scope.seller?.text),
                    \(rule.from?.millisecondsSinceEpoch), \(rule.until?.millisecondsSinceEpoch), \(new.unitLimit), 0, \(offer), \(tx.now))
                """)
            try tx.audit(actor, "promotion.add", entity: id.text)
            return try tx.promotion(id, language: "en")
        }
    }

    static let maximumNames = 40

    /// Ends a promotion, whatever its time. What it had set aside can be bought by anybody. Ending it again changes nothing.
    ///
    /// - parameter seller: ends only this seller's; nil: anybody's.
    package func endPromotion(_ id: Promotion.ID, of seller: Seller.ID? = nil, by actor: String = Checkout.commandActor) async throws {
        try await database.write { tx in
            let known = try tx.promotion(id, language: "en")
            guard seller == nil || known.promotion.scope.seller == seller else { throw CheckoutError(.notFound) }
            try tx.endPromotion(known)
            try tx.audit(actor, "promotion.end", entity: id.text)
        }
    }
}

/// Names by language tag, as they are kept.
enum LocalizedNames {
    static func json(_ names: [String: String]) -> String {
        var writer = JSONWriter()
        writer.object { writer in for (tag, name) in names.sorted(by: { $0.key < $1.key }) { writer.member(tag, name) } }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    static func parse(_ text: String) throws -> [String: String] {
        guard case .object(let members) = try JSON(parsing: Array(text.utf8)) else { throw DatabaseError.unexpected("names are no object") }
        return members.reduce(into: [:]) { names, member in
            if case .string(let name) = member.value { names[member.name] = name }
        }
    }
}

extension Reading where Self: ~Copyable {
    /// Those that hold now, with the names of a language.
    func openPromotions(language: String) throws -> [OpenPromotion] {
        try rows(
            """
            SELECT * FROM promotions WHERE ended_at IS NULL AND (valid_from IS NULL OR valid_from <= \(now))
            AND (valid_until IS NULL OR valid_until > \(now)) AND (unit_limit IS NULL OR used_units < unit_limit) ORDER BY created_at, id
            """
        ).map { try promotion($0, language: language).open }
    }

    /// Throws `notFound`.
    func promotion(_ id: Promotion.ID, language: String) throws -> PromotionState {
        guard let row = try row("SELECT * FROM promotions WHERE id = \(id)") else { throw CheckoutError(.notFound) }
        return try promotion(row, language: language)
    }

    func promotion(_ row: Row, language: String) throws -> PromotionState {
        let names = try LocalizedNames.parse(row.text("names"))
        let name = names[language] ?? names["en"] ?? ""
        return PromotionState(
            promotion: try Promotion(id: Promotion.ID(row.text("id")), name: name, parsing: JSON(parsing: Array(row.text("rule").utf8))), names: names,
            usedUnits: try row.integer("used_units"), unitLimit: try row.optionalInteger("unit_limit"), setAside: try row.optionalText("set_aside"),
            endedAt: try row.optionalInteger("ended_at").map { Instant(millisecondsSinceEpoch: $0) })
    }

    /// How many pieces of an offer are kept for promotions that hold now: their buyers may have them, beside what anybody may.
    func setAsideForNow(_ offer: String) throws -> Int64 {
        try row(
            """
            SELECT CAST(COALESCE(SUM(unit_limit - used_units), 0) AS BIGINT) AS units FROM promotions WHERE set_aside = \(offer) AND ended_at IS NULL
            AND (valid_from IS NULL OR valid_from <= \(now)) AND (valid_until IS NULL OR valid_until > \(now))
            """)?.integer("units") ?? 0
    }
}

extension Transaction {
    /// Takes what a quote has of each promotion for a payment; one statement looks and takes. What was set aside for it can be
    /// reserved now. Throws `promotionUsedUp`.
    func reservePromotions(of quote: Quote, for attempt: PaymentAttempt.ID) throws {
        for discount in quote.discounts {
            guard case .promotion(let id) = discount.source else { continue }
            let units = discount.units
            let taken = try rows(
                """
                UPDATE promotions SET used_units = used_units + \(units) WHERE id = \(id) AND ended_at IS NULL
                AND (unit_limit IS NULL OR used_units + \(units) <= unit_limit) RETURNING set_aside
                """)
            guard let row = taken.first else { throw CheckoutError(.promotionUsedUp) }
            try execute("INSERT INTO promotion_uses (attempt, promotion, units, status) VALUES (\(attempt), \(id), \(units), 'reserved')")
            if let offer = try row.optionalText("set_aside") { try execute("UPDATE stock SET set_aside = set_aside - \(units) WHERE offer = \(offer)") }
        }
    }

    /// They stay taken: there is an order.
    func redeemPromotions(of attempt: PaymentAttempt.ID) throws {
        try execute("UPDATE promotion_uses SET status = 'redeemed' WHERE attempt = \(attempt) AND status = 'reserved'")
    }

    /// Gives them back, once. The goods must be free again by now, for what is set aside is set aside again.
    func releasePromotions(of attempt: PaymentAttempt.ID) throws {
        let released = try rows(
            "UPDATE promotion_uses SET status = 'released' WHERE attempt = \(attempt) AND status <> 'released' RETURNING promotion, units")
        for row in released {
            let (id, units) = (try row.text("promotion"), try row.integer("units"))
            let known = try rows("UPDATE promotions SET used_units = used_units - \(units) WHERE id = \(id) RETURNING set_aside, ended_at")
            guard let promotion = known.first, try promotion.optionalInteger("ended_at") == nil, let offer = try promotion.optionalText("set_aside")
            else { continue }
            try execute("UPDATE stock SET set_aside = set_aside + \(units) WHERE offer = \(offer)")
        }
    }

    /// Ends those whose time has passed, so that what they kept can be bought.
    func endPassedPromotions() throws {
        for row in try rows("SELECT * FROM promotions WHERE ended_at IS NULL AND valid_until <= \(now) ORDER BY id") {
            try endPromotion(promotion(row, language: "en"))
        }
    }

    fileprivate func endPromotion(_ known: PromotionState) throws {
        guard known.endedAt == nil else { return }
        try execute("UPDATE promotions SET ended_at = \(now) WHERE id = \(known.promotion.id) AND ended_at IS NULL")
        guard let offer = known.setAside, let limit = known.unitLimit else { return }
        try execute("UPDATE stock SET set_aside = set_aside - \(limit - known.usedUnits) WHERE offer = \(offer)")
    }

    fileprivate func setAside(_ units: Int64, of offer: String) throws {
        let taken = try execute(
            "UPDATE stock SET set_aside = set_aside + \(units) WHERE offer = \(offer) AND on_hand - reserved - set_aside >= \(units)")
        guard taken > 0 else { throw CheckoutError(.outOfStock, field: "unitLimit") }
    }
}
