// KarooExpress – Apache-2.0

/// A price that holds for a time: a sale.
public struct PriceWindow: Hashable, Sendable {
    /// The first moment at which the price holds; nil: since ever.
    public let from: Instant?
    /// The first moment at which it no longer holds; nil: for ever.
    public let until: Instant?
    /// What holds meanwhile.
    public let price: Price

    /// A window that ends before it begins, or as it begins, never holds.
    public init(from: Instant?, until: Instant?, price: Price) {
        self.from = from
        self.until = until
        self.price = price
    }

    /// Whether the price holds at a moment.
    public func contains(_ instant: Instant) -> Bool {
        (from.map { $0 <= instant } ?? true) && (until.map { instant < $0 } ?? true)
    }

    /// True when both hold at some moment.
    public func overlaps(_ other: PriceWindow) -> Bool {
        let startsInTime = from.flatMap { start in other.until.map { start < $0 } } ?? true
        let endsInTime = other.from.flatMap { start in until.map { start < $0 } } ?? true
        return startsInTime && endsInTime
    }
}

/// A price over time: a base price, and windows in which another holds.
public struct PriceSchedule: Hashable, Sendable {
    /// The price outside of every window.
    public let base: Price
    /// May overlap; see `price(at:)`.
    public let windows: [PriceWindow]

    /// - precondition: all prices are in one currency.
    public init(base: Price, windows: [PriceWindow] = []) {
        precondition(
            windows.allSatisfy { $0.price.currency == base.currency }, "a schedule is in one currency")
        self.base = base
        self.windows = windows
    }

    /// That of all its prices.
    public var currency: Currency { base.currency }

    /// The price at a moment. Where windows overlap, the one that began last holds; of those that began together,
    /// the one later in the list.
    public func price(at instant: Instant) -> Price {
        var current: PriceWindow?
        for window in windows where window.contains(instant) {
            if let held = current, PriceSchedule.began(held) > PriceSchedule.began(window) { continue }
            current = window
        }
        return current?.price ?? base
    }

    /// The next moment after `instant` at which the price becomes another one; nil when it stays as it is.
    public func nextChange(after instant: Instant) -> Instant? {
        var previous = price(at: instant)
        let boundaries = windows.flatMap { [$0.from, $0.until].compactMap { $0 } }.filter { $0 > instant }
        for boundary in boundaries.sorted() {
            let next = price(at: boundary)
            if next != previous { return boundary }
            previous = next
        }
        return nil
    }

    private static func began(_ window: PriceWindow) -> Int64 {
        window.from?.millisecondsSinceEpoch ?? Int64.min
    }
}
