// KarooExpress – Apache-2.0

/// What the marketplace keeps of a line that is sold: a share of what the goods cost and a fixed amount, within bounds. Of the rules in
/// their order the first that fits a line holds for it.
public struct CommissionRule: Hashable, Sendable {
    public typealias ID = Identifier<CommissionRule>

    /// Amounts in one currency. A line in a currency for which a rule says none has its share alone.
    public struct Amounts: Hashable, Sendable {
        /// Added to the share, once for each line.
        public let fixed: Money
        /// Nil: as little as it comes to.
        public let minimum: Money?
        /// Nil: as much as it comes to.
        public let maximum: Money?

        /// Nil for an amount below zero, for bounds that leave no room, and for amounts in several currencies.
        public init?(fixed: Money, minimum: Money? = nil, maximum: Money? = nil) {
            let all = [fixed, minimum, maximum].compactMap { $0 }
            guard all.allSatisfy({ $0.minorUnits >= 0 && $0.currency == fixed.currency }),
                minimum?.minorUnits ?? 0 <= maximum?.minorUnits ?? .max
            else { return nil }
            self.fixed = fixed
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// What a rule looks at.
    public struct Subject: Hashable, Sendable {
        public let seller: Seller.ID
        public let plan: String?
        /// From the root of the category tree down.
        public let categories: [Category.ID]
        public let market: Market.ID

        public init(seller: Seller.ID, plan: String?, categories: [Category.ID], market: Market.ID) {
            self.seller = seller
            self.plan = plan
            self.categories = categories
            self.market = market
        }
    }

    public let id: ID
    /// For whom it is; nil in each for everybody. A category is itself and all below it.
    public let seller: Seller.ID?
    public let category: Category.ID?
    public let plan: String?
    public let market: Market.ID?
    /// Of what the goods cost after the discounts that the seller bears.
    public let partsPerMillion: Int64
    /// The tax that the seller pays on the fee, in parts in a million.
    public let taxPartsPerMillion: Int64
    /// At most one for each currency.
    public let amounts: [Amounts]

    /// Nil for a rate outside of nothing and all, and for a currency that stands twice.
    public init?(
        id: ID, seller: Seller.ID? = nil, category: Category.ID? = nil, plan: String? = nil, market: Market.ID? = nil,
        partsPerMillion: Int64, taxPartsPerMillion: Int64 = 0, amounts: [Amounts] = []
    ) {
        let rates: ClosedRange<Int64> = 0...1_000_000
        guard rates.contains(partsPerMillion), rates.contains(taxPartsPerMillion), Set(amounts.map(\.fixed.currency)).count == amounts.count else {
            return nil
        }
        self.id = id
        self.seller = seller
        self.category = category
        self.plan = plan
        self.market = market
        self.partsPerMillion = partsPerMillion
        self.taxPartsPerMillion = taxPartsPerMillion
        self.amounts = amounts
    }

    public func fits(_ subject: Subject) -> Bool {
        (seller == nil || seller == subject.seller) && (plan == nil || plan == subject.plan) && (market == nil || market == subject.market)
            && category.map(subject.categories.contains) ?? true
    }

    /// What is kept of goods that cost so much: never more than that.
    public func fee(on price: Money) -> CommissionFee {
        let own = amounts.first { $0.fixed.currency == price.currency }
        let share = Rounding.scaled(price.minorUnits, by: partsPerMillion, over: 1_000_000) ?? 0
        let (sum, overflow) = share.addingReportingOverflow(own?.fixed.minorUnits ?? 0)
        let bounded = min(own?.maximum?.minorUnits ?? .max, max(own?.minimum?.minorUnits ?? 0, overflow ? .max : sum))
        let amount = max(0, min(bounded, price.minorUnits))
        // Fee and tax together take no more than there is either.
        let tax = min(Rounding.scaled(amount, by: taxPartsPerMillion, over: 1_000_000) ?? 0, max(0, price.minorUnits - amount))
        return CommissionFee(
            rule: id, partsPerMillion: partsPerMillion, fixed: own?.fixed ?? .zero(price.currency), amount: Money(minorUnits: amount, currency: price.currency),
            taxPartsPerMillion: taxPartsPerMillion, tax: Money(minorUnits: tax, currency: price.currency))
    }
}

/// What a line was charged by a rule, as the rule was then.
public struct CommissionFee: Hashable, Sendable {
    public let rule: CommissionRule.ID
    public let partsPerMillion: Int64
    public let fixed: Money
    public let amount: Money
    public let taxPartsPerMillion: Int64
    /// Added to `amount`.
    public let tax: Money

    public init(rule: CommissionRule.ID, partsPerMillion: Int64, fixed: Money, amount: Money, taxPartsPerMillion: Int64, tax: Money) {
        self.rule = rule
        self.partsPerMillion = partsPerMillion
        self.fixed = fixed
        self.amount = amount
        self.taxPartsPerMillion = taxPartsPerMillion
        self.tax = tax
    }
}
