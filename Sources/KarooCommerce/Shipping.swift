// KarooExpress – Apache-2.0

/// One way in which a seller brings goods to a market, or lets them be fetched.
public struct ShippingTerms: Hashable, Sendable {
    /// What the way costs up to a weight.
    public struct WeightStep: Hashable, Sendable {
        public let upToGrams: Int64
        public let price: Money

        public init(upToGrams: Int64, price: Money) {
            self.upToGrams = upToGrams
            self.price = price
        }
    }

    /// What the way costs from a value of the goods on.
    public struct ValueStep: Hashable, Sendable {
        public let from: Money
        public let price: Money

        public init(from: Money, price: Money) {
            self.from = from
            self.price = price
        }
    }

    /// The name of the way where a seller states none.
    public static let standardMethod = "standard"

    /// Where the parcel goes.
    public let market: Market.ID
    /// Unique among the seller's ways to the market.
    public let method: String
    /// What buyers call it, by language tag; empty when it has no name.
    public let names: [String: String]
    /// ISO 3166-1 alpha-2; empty: all countries of the market.
    public let countries: [String]
    /// How postal codes begin to which it goes; empty: everywhere.
    public let postalCodes: [String]
    /// Of one parcel, in the currency of the market, where there is no table.
    public let price: Money
    /// By weight, the lightest first; heavier parcels do not go this way. Empty: weight does not matter.
    public let weights: [WeightStep]
    /// By value, the smallest first; empty: value does not matter.
    public let values: [ValueStep]
    /// From this value of goods on delivery is free; nil when it never is.
    public let freeFrom: Money?
    /// The shortest and the longest time on the way, in working days.
    public let days: ClosedRange<Int>
    /// Where goods are fetched; empty: they are brought.
    public let points: [PickupPoint]

    public init(
        market: Market.ID, method: String = ShippingTerms.standardMethod, names: [String: String] = [:], countries: [String] = [], postalCodes: [String] = [],
        price: Money, weights: [WeightStep] = [], values: [ValueStep] = [], freeFrom: Money?, days: ClosedRange<Int>, points: [PickupPoint] = []
    ) {
        self.market = market
        self.method = method
        self.names = names
        self.countries = countries
        self.postalCodes = postalCodes
        self.price = price
        self.weights = weights
        self.values = values
        self.freeFrom = freeFrom
        self.days = days
        self.points = points
    }

    /// Whether it goes there at all.
    public func serves(_ destination: Destination) -> Bool {
        (countries.isEmpty || countries.contains(destination.country)) && (postalCodes.isEmpty || destination.isIn(postalCodes: postalCodes))
    }

    /// Whether goods of a weight can go this way.
    public func carries(grams: Int64) -> Bool { weights.last.map { grams <= $0.upToGrams } ?? true }

    /// What it costs to bring goods of a weight and a value; nil when they are too heavy.
    public func price(grams: Int64, value: Money) -> Money? {
        let step = weights.first { grams <= $0.upToGrams }
        guard weights.isEmpty || step != nil else { return nil }
        if let freeFrom, value >= freeFrom { return .zero(price.currency) }
        return values.last { $0.from <= value }?.price ?? step?.price ?? price
    }

    /// The least that it costs while it is not free.
    public var lowestPrice: Money { (weights.map(\.price) + values.map(\.price)).min() ?? price }

    /// What buyers call it in the first language that has a name for it; its id when none has.
    public func name(in languages: [String]) -> String { languages.lazy.compactMap { names[$0] }.first ?? names["en"] ?? method }
}

/// Where a buyer fetches goods: at the seller's, or at a counter that keeps parcels.
public struct PickupPoint: Hashable, Sendable {
    /// Unique among the points of its way.
    public let id: String
    public let name: String
    public let lines: [String]
    public let city: String
    public let postalCode: String?
    /// ISO 3166-1 alpha-2.
    public let country: String

    public init(id: String, name: String, lines: [String], city: String, postalCode: String?, country: String) {
        self.id = id
        self.name = name
        self.lines = lines
        self.city = city
        self.postalCode = postalCode
        self.country = country
    }
}

/// How a buyer wants the goods of one seller.
public struct ShippingChoice: Hashable, Sendable {
    /// `ShippingTerms.method`.
    public let method: String
    /// `PickupPoint.id`; nil when they are brought.
    public let point: String?

    public init(method: String, point: String? = nil) {
        self.method = method
        self.point = point
    }
}

/// When a seller works.
public struct WorkCalendar: Hashable, Sendable {
    /// How far the seller's clock is ahead of UTC.
    public let utcOffsetMinutes: Int
    /// What is ordered later in the day counts as ordered on the next working day; minutes since midnight, nil: never too late.
    public let cutOffMinute: Int?
    /// 1 is Monday, 7 is Sunday; not empty.
    public let workingDays: Set<Int>
    /// Days off besides.
    public let holidays: Set<Day>

    public init(utcOffsetMinutes: Int = 0, cutOffMinute: Int? = nil, workingDays: Set<Int> = [1, 2, 3, 4, 5], holidays: Set<Day> = []) {
        self.utcOffsetMinutes = utcOffsetMinutes
        self.cutOffMinute = cutOffMinute
        self.workingDays = workingDays
        self.holidays = holidays
    }

    /// The first and the last day on which something arrives that was ordered at a moment and takes so many working days.
    public func arrival(of days: ClosedRange<Int>, orderedAt instant: Instant) -> ClosedRange<Day>? {
        let local = instant.adding(milliseconds: Int64(utcOffsetMinutes) * 60_000)
        guard let today = local.dayInUTC, let begin = firstDay(today, local) else { return nil }
        guard let earliest = day(days.lowerBound, after: begin), let latest = day(days.upperBound - days.lowerBound, after: earliest) else { return nil }
        return earliest...latest
    }

    /// The working day on which the seller begins.
    private func firstDay(_ today: Day, _ local: Instant) -> Day? {
        let minute = Int((local.millisecondsSinceEpoch - today.startInUTC.millisecondsSinceEpoch) / 60_000)
        let isInTime = cutOffMinute.map { minute < $0 } ?? true
        return next(from: isInTime ? today : today.adding(days: 1))
    }

    private func day(_ count: Int, after day: Day) -> Day? {
        var day: Day? = day
        for _ in 0..<min(count, WorkCalendar.maximumDays) { day = next(from: day?.adding(days: 1)) }
        return day
    }

    /// The day itself, when it is worked on, else the next one that is.
    private func next(from day: Day?) -> Day? {
        guard var day else { return nil }
        for _ in 0..<WorkCalendar.maximumDays {
            if isWorkedOn(day) { return day }
            guard let following = day.adding(days: 1) else { return nil }
            day = following
        }
        return nil
    }

    /// 1970-01-01 was a Thursday.
    private func isWorkedOn(_ day: Day) -> Bool {
        let weekday = ((day.daysSinceEpoch + 3) % 7 + 7) % 7 + 1
        return workingDays.contains(weekday) && !holidays.contains(day)
    }

    /// Nothing is looked for further ahead.
    public static let maximumDays = 400
}

extension SellerTerms {
    /// How the seller delivers to a market when nobody says where in it, or chooses; nil when it does not.
    public func shipping(to market: Market.ID) -> ShippingTerms? { shipping.first { $0.market == market } }

    /// The ways that go to a destination with goods of a weight, the seller's first choice first.
    public func shipping(to market: Market.ID, _ destination: Destination, grams: Int64) -> [ShippingTerms] {
        shipping.filter { $0.market == market && $0.serves(destination) && $0.carries(grams: grams) }
    }
}

extension Sequence<ShippingTerms> {
    /// The way that is taken when nobody chooses: the first that brings the goods, else the first by which they are fetched.
    ///
    /// - precondition: all of them go there.
    public var standard: ShippingTerms? { first { $0.points.isEmpty } ?? first { _ in true } }
}
