// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// A coupon, and how much of it is left.
package struct CouponState: Sendable {
    package let coupon: Coupon
    /// How many orders, placed or under way, use it.
    package let used: Int64
    /// How many may; nil: as many as come.
    package let limit: Int64?
    /// How many of one buyer may; nil: as many as come.
    package let buyerLimit: Int64?
    /// When it was ended before its time; nil when it was not.
    package let endedAt: Instant?

    var hasUseLeft: Bool { limit.map { used < $0 } ?? true }
}

extension Checkout {
    /// Coupons by code.
    ///
    /// - parameter seller: only this seller's; nil: everybody's.
    /// - parameter after: only those that sort behind it.
    package func coupons(of seller: Seller.ID? = nil, after code: String? = nil, limit: Int64 = Checkout.maximumListedPromotions) async throws -> [CouponState]
    {
        let code = code ?? ""
        return try await database.read { snapshot in
            let rows =
                if let seller {
                    try snapshot.rows("SELECT code FROM coupons WHERE seller = \(seller) AND code > \(code) ORDER BY code LIMIT \(limit)")
                } else {
                    try snapshot.rows("SELECT code FROM coupons WHERE code > \(code) ORDER BY code LIMIT \(limit)")
                }
            return try rows.compactMap { row in try CouponCode(row.text("code")).flatMap { try snapshot.coupon($0) } }
        }
    }

    /// Keeps a new coupon. Throws `invalid` when there is one of this code.
    ///
    /// - parameter limit: how many orders it is good for; nil: as many as come.
    /// - parameter buyerLimit: how many orders of one buyer, known by the e-mail address; nil: as many as come.
    @discardableResult
    package func addCoupon(_ coupon: Coupon, limit: Int64? = nil, buyerLimit: Int64? = nil, by actor: String = Checkout.commandActor) async throws -> CouponState
    {
        let rule = Promotion(
            id: "", name: coupon.name ?? coupon.code.text, lane: coupon.reduction == .freeShipping ? .shipping : .order,
            reduction: Promotion.Reduction(coupon.reduction), minimum: coupon.minimum, sellerPartsPerMillion: coupon.sellerPartsPerMillion, from: coupon.from,
            until: coupon.until)
        if let fault = rule.fault { throw CheckoutError(.invalid, field: "reduction", meta: ["reason": fault]) }
        guard rule.name.count <= Checkout.maximumPromotionNameLength else { throw CheckoutError(.invalid, field: "name") }
        guard (1...Checkout.maximumStock).contains(limit ?? 1), (1...Checkout.maximumStock).contains(buyerLimit ?? 1) else {
            throw CheckoutError(.invalid, field: "limit")
        }
        let (kind, parts, amount): (String, Int64?, Money?) =
            switch coupon.reduction {
            case .share(let partsPerMillion): ("share", partsPerMillion, nil)
            case .amount(let money): ("amount", nil, money)
            case .freeShipping: ("freeShipping", nil, nil)
            }
        do {
            return try await database.write { tx in
                try tx.execute(
                    """
                    INSERT INTO coupons (
                        code, kind, parts_per_million, minor_units, currency, seller, minimum, minimum_currency, valid_from, valid_until,
                        usage_limit, used, created_at, name, seller_parts_per_million, buyer_limit)
                    VALUES (
                        \(coupon.code.text), \(kind), \(parts), \(amount?.minorUnits), \(amount?.currency.code), \(coupon.seller?.text),
                        \(coupon.minimum?.minorUnits), \(coupon.minimum?.currency.code), \(coupon.from?.millisecondsSinceEpoch),
                        \(coupon.until?.millisecondsSinceEpoch), \(limit), 0, \(tx.now), \(coupon.name), \(coupon.sellerPartsPerMillion),
                        \(buyerLimit))
                    """)
                try tx.audit(actor, "coupon.add", entity: coupon.code.text)
                return CouponState(coupon: coupon, used: 0, limit: limit, buyerLimit: buyerLimit, endedAt: nil)
            }
        } catch DatabaseError.constraint {
            throw CheckoutError(.invalid, field: "code")
        }
    }

    /// Ends a coupon, whatever its time. Orders that have it keep it. Ending it again changes nothing. Throws `couponUnknown`.
    ///
    /// - parameter seller: ends only this seller's; nil: anybody's.
    package func endCoupon(_ code: CouponCode, of seller: Seller.ID? = nil, by actor: String = Checkout.commandActor) async throws {
        try await database.write { tx in
            guard let known = try tx.coupon(code), seller == nil || known.coupon.seller == seller else { throw CheckoutError(.couponUnknown, field: "code") }
            try tx.execute("UPDATE coupons SET ended_at = \(tx.now) WHERE code = \(code.text) AND ended_at IS NULL")
            try tx.audit(actor, "coupon.end", entity: code.text)
        }
    }
}

extension CheckoutError {
    init(_ refusal: CouponRefusal) {
        let code: Code =
            switch refusal {
            case .unknown: .couponUnknown
            case .notYet: .couponNotYet
            case .expired: .couponExpired
            case .otherSeller: .couponOtherSeller
            case .otherCurrency: .couponOtherCurrency
            case .belowMinimum: .couponBelowMinimum
            case .usedUp: .couponUsedUp
            case .usedByBuyer: .couponUsedByBuyer
            }
        self.init(code, field: "coupon")
    }
}

extension Reading where Self: ~Copyable {
    /// The coupon of a code; nil when there is none.
    func coupon(_ code: CouponCode) throws -> CouponState? {
        guard let row = try row("SELECT * FROM coupons WHERE code = \(code.text)") else { return nil }
        func money(_ amount: String, _ currency: String) throws -> Money? {
            guard let minorUnits = try row.optionalInteger(amount), let currency = try row.optionalText(currency).flatMap({ Currency($0) }) else { return nil }
            return Money(minorUnits: minorUnits, currency: currency)
        }
        let reduction: Coupon.Reduction
        switch (try row.text("kind"), try row.optionalInteger("parts_per_million"), try money("minor_units", "currency")) {
        case ("share", let parts?, _): reduction = .share(partsPerMillion: parts)
        case ("amount", _, let amount?): reduction = .amount(amount)
        case ("freeShipping", _, _): reduction = .freeShipping
        default: throw DatabaseError.unexpected("the coupon \(code) reduces nothing")
        }
        let coupon = Coupon(
            code: code, name: try row.optionalText("name"), reduction: reduction, seller: try row.optionalText("seller").map { Seller.ID($0) },
            sellerPartsPerMillion: try row.integer("seller_parts_per_million"), minimum: try money("minimum", "minimum_currency"),
            from: try row.optionalInteger("valid_from").map { Instant(millisecondsSinceEpoch: $0) },
            until: try row.optionalInteger("valid_until").map { Instant(millisecondsSinceEpoch: $0) })
        return CouponState(
            coupon: coupon, used: try row.integer("used"), limit: try row.optionalInteger("usage_limit"), buyerLimit: try row.optionalInteger("buyer_limit"),
            endedAt: try row.optionalInteger("ended_at").map { Instant(millisecondsSinceEpoch: $0) })
    }

    /// Why a buyer cannot use a coupon, whatever is in the cart; nil when it can be used.
    ///
    /// - parameter buyer: nil while nobody knows who buys.
    func refusal(of known: CouponState, for buyer: String?) throws -> CouponRefusal? {
        if known.endedAt != nil { return .expired }
        guard known.hasUseLeft else { return .usedUp }
        guard let limit = known.buyerLimit, let buyer else { return nil }
        let used = try row(
            "SELECT COUNT(*) AS number FROM coupon_uses WHERE code = \(known.coupon.code.text) AND buyer = \(buyer) AND status <> 'released'")
        return try used?.integer("number") ?? 0 < limit ? nil : .usedByBuyer
    }
}

extension Transaction {
    /// Takes one use of a coupon for a payment; one statement looks and takes. Throws `couponUsedUp` and `couponUsedByBuyer`.
    func reserveUse(of code: CouponCode, by buyer: String?, for attempt: PaymentAttempt.ID) throws {
        guard let known = try coupon(code) else { throw CheckoutError(CouponRefusal.unknown) }
        if let refusal = try refusal(of: known, for: buyer) { throw CheckoutError(refusal) }
        let taken = try execute("UPDATE coupons SET used = used + 1 WHERE code = \(code.text) AND (usage_limit IS NULL OR used < usage_limit)")
        guard taken > 0 else { throw CheckoutError(CouponRefusal.usedUp) }
        try execute("INSERT INTO coupon_uses (attempt, code, status, buyer) VALUES (\(attempt), \(code.text), 'reserved', \(buyer))")
    }

    /// The use stays taken: there is an order.
    func redeemUse(of attempt: PaymentAttempt.ID) throws {
        try execute("UPDATE coupon_uses SET status = 'redeemed' WHERE attempt = \(attempt) AND status = 'reserved'")
    }

    /// Gives the use back, once.
    func releaseUse(of attempt: PaymentAttempt.ID) throws {
        let released = try rows("UPDATE coupon_uses SET status = 'released' WHERE attempt = \(attempt) AND status <> 'released' RETURNING code")
        for row in released { try execute("UPDATE coupons SET used = used - 1 WHERE code = \(row.text("code"))") }
    }
}
