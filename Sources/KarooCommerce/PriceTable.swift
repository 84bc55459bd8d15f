// KarooExpress – Apache-2.0

/// Amounts as Content gives them: one for a currency, or one for a market that differs from its currency's.
///
/// Nothing is ever converted: a market whose currency stands nowhere has no amount.
public struct PriceTable: Sendable, Equatable {
    public enum Scope: Sendable, Equatable {
        case currency
        case market(Market.ID)
    }

    public struct Entry: Sendable, Equatable {
        public let scope: Scope
        public let amount: Money

        public init(scope: Scope, amount: Money) {
            self.scope = scope
            self.amount = amount
        }
    }

    public private(set) var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    public var isEmpty: Bool { entries.isEmpty }

    public mutating func add(_ entry: Entry) { entries.append(entry) }

    /// The market's own amount, else that of its currency; nil when there is neither.
    public func amount(in market: Market) -> Money? {
        var general: Money?
        for entry in entries where entry.amount.currency == market.currency {
            switch entry.scope {
            case .market(let id): if id == market.id { return entry.amount }
            case .currency: general = entry.amount
            }
        }
        return general
    }
}
