// KarooExpress – Apache-2.0

package import KarooCommerce
package import KarooDatabase

extension CommissionRule {
    /// The id of the rate that holds where no rule fits: that of the command line.
    static let standardID = CommissionRule.ID("standard")

    static func standard(partsPerMillion: Int64) -> CommissionRule {
        guard let rule = CommissionRule(id: standardID, partsPerMillion: partsPerMillion) else { preconditionFailure("a commission is between nothing and all") }
        return rule
    }
}

/// What somebody wants of a rule that does not exist yet.
package struct NewCommissionRule: Sendable {
    /// Before which rule it comes; nil: after all others.
    package let before: CommissionRule.ID?
    package let seller: Seller.ID?
    package let category: Category.ID?
    package let plan: String?
    package let market: Market.ID?
    package let partsPerMillion: Int64
    package let taxPartsPerMillion: Int64
    package let amounts: [CommissionRule.Amounts]

    package init(
        before: CommissionRule.ID? = nil, seller: Seller.ID? = nil, category: Category.ID? = nil, plan: String? = nil, market: Market.ID? = nil,
        partsPerMillion: Int64, taxPartsPerMillion: Int64 = 0, amounts: [CommissionRule.Amounts] = []
    ) {
        self.before = before
        self.seller = seller
        self.category = category
        self.plan = plan
        self.market = market
        self.partsPerMillion = partsPerMillion
        self.taxPartsPerMillion = taxPartsPerMillion
        self.amounts = amounts
    }
}

extension Checkout {
    /// No marketplace has more rules at one time.
    static let maximumCommissionRules = 500

    /// The rules that hold, in the order in which they are looked through.
    package func commissionRules() async throws -> [CommissionRule] {
        try await database.read { try $0.commissionRules() }
    }

    /// Adds a rule; it holds for payments that begin from now on. Throws `invalid` for a rate or an amount that cannot be, and `notFound`
    /// when there is no rule before which it could come.
    package func addCommissionRule(_ new: NewCommissionRule, actor: String) async throws -> CommissionRule {
        try await database.write { tx in
            let rule = try tx.add(new)
            try tx.audit(actor, "commission.add", entity: rule.id.text)
            return rule
        }
    }

    /// Ends a rule; what was agreed under it stays. Throws `notFound` when it does not hold.
    package func endCommissionRule(_ id: CommissionRule.ID, actor: String) async throws {
        try await database.write { tx in
            let count = try tx.execute("UPDATE commission_rules SET ended_at = \(tx.now) WHERE id = \(id) AND ended_at IS NULL")
            guard count > 0 else { throw CheckoutError(.notFound) }
            try tx.audit(actor, "commission.end", entity: id.text)
        }
    }
}

extension Transaction {
    fileprivate func add(_ new: NewCommissionRule) throws -> CommissionRule {
        let id = CommissionRule.ID.new("com", at: now)
        guard
            let rule = CommissionRule(
                id: id, seller: new.seller, category: new.category, plan: new.plan, market: new.market, partsPerMillion: new.partsPerMillion,
                taxPartsPerMillion: new.taxPartsPerMillion, amounts: new.amounts)
        else { throw CheckoutError(.invalid) }
        let present = try rows("SELECT id, position FROM commission_rules WHERE ended_at IS NULL ORDER BY position")
        guard present.count < Checkout.maximumCommissionRules else { throw CheckoutError(.invalid) }
        var position = try present.last?.integer("position") ?? 0
        if let before = new.before {
            guard let place = try present.first(where: { try $0.text("id") == before.text })?.integer("position") else { throw CheckoutError(.notFound, field: "before") }
            try execute("UPDATE commission_rules SET position = position + 1 WHERE position >= \(place)")
            position = place - 1
        }
        try execute(
            """
            INSERT INTO commission_rules (id, position, seller, category, plan, market, parts_per_million, tax_parts_per_million, created_at)
            VALUES (
                \(id), \(position + 1), \(rule.seller?.text), \(rule.category?.text), \(rule.plan), \(rule.market?.text), \(rule.partsPerMillion),
                \(rule.taxPartsPerMillion), \(now))
            """)
        for amounts in rule.amounts {
            try execute(
                """
                INSERT INTO commission_amounts (rule, currency, fixed, minimum, maximum)
                VALUES (
                    \(id), \(amounts.fixed.currency.code), \(amounts.fixed.minorUnits), \(amounts.minimum?.minorUnits), \(amounts.maximum?.minorUnits))
                """)
        }
        return rule
    }
}

extension Reading where Self: ~Copyable {
    /// The rules that hold, or ever held, in their order.
    func commissionRules(thatHold: Bool = true) throws -> [CommissionRule] {
        let found = try rows(
            """
            SELECT r.id, r.seller, r.category, r.plan, r.market, r.parts_per_million, r.tax_parts_per_million, a.currency, a.fixed, a.minimum, a.maximum
            FROM commission_rules r LEFT JOIN commission_amounts a ON a.rule = r.id
            WHERE r.ended_at IS NULL OR \(!thatHold) = 1 ORDER BY r.position, r.id, a.currency
            """)
        var rules: [CommissionRule] = []
        for row in found {
            let id = CommissionRule.ID(try row.text("id"))
            let known = rules.last?.id == id ? rules.removeLast() : nil
            var amounts = known?.amounts ?? []
            if let currency = try row.optionalText("currency").flatMap({ Currency($0) }) {
                func money(_ column: String) throws -> Money? { try row.optionalInteger(column).map { Money(minorUnits: $0, currency: currency) } }
                let own = CommissionRule.Amounts(fixed: try money("fixed") ?? .zero(currency), minimum: try money("minimum"), maximum: try money("maximum"))
                if let own { amounts.append(own) }
            }
            let rule = CommissionRule(
                id: id, seller: try row.optionalText("seller").map { Seller.ID($0) }, category: try row.optionalText("category").map { Category.ID($0) },
                plan: try row.optionalText("plan"), market: try row.optionalText("market").map { Market.ID($0) },
                partsPerMillion: try row.integer("parts_per_million"), taxPartsPerMillion: try row.integer("tax_parts_per_million"), amounts: amounts)
            guard let rule else { throw DatabaseError.unexpected("the rule \(id) cannot be") }
            rules.append(rule)
        }
        return rules
    }
}
