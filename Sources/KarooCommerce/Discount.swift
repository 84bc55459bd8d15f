// KarooExpress – Apache-2.0

extension Quote {
    /// Why something costs less than its price: which promotion or code, who bears it, and how much of it is whose.
    public struct Discount: Hashable, Sendable {
        /// Where it comes from.
        public enum Source: Hashable, Sendable {
            case promotion(Promotion.ID)
            case coupon(CouponCode)

            /// `promotion:prm_…` or `coupon:SPRING`.
            public var text: String {
                switch self {
                case .promotion(let id): "promotion:\(id)"
                case .coupon(let code): "coupon:\(code)"
                }
            }

            public init?(_ text: String) {
                if text.hasPrefix("promotion:") {
                    self = .promotion(Promotion.ID(String(text.dropFirst("promotion:".count))))
                } else if text.hasPrefix("coupon:"), let code = CouponCode(String(text.dropFirst("coupon:".count))) {
                    self = .coupon(code)
                } else {
                    return nil
                }
            }
        }

        /// What became cheaper.
        public enum Target: Hashable, Sendable {
            /// The line of this offer.
            case line(offer: String)
            /// The delivery of this seller.
            case delivery(Seller.ID)
        }

        /// The part of the discount that one line, or one delivery, has.
        public struct Share: Hashable, Sendable {
            public let target: Target
            /// Above zero.
            public let amount: Money
            /// The part of `amount` that the seller bears; the marketplace bears the rest.
            public let sellerAmount: Money
            /// How many pieces it is for; 0 of a delivery.
            public let units: Int64

            public var platformAmount: Money { amount - sellerAmount }
        }

        public let source: Source
        public let lane: Promotion.Lane
        /// What the buyer reads.
        public let name: String
        /// Not empty; lines in the order of the quote.
        public let shares: [Share]

        /// What it comes to. I6: the sum of its shares, by being it.
        public var amount: Money { shares.dropFirst().reduce(shares[0].amount) { $0 + $1.amount } }
        public var sellerAmount: Money { shares.dropFirst().reduce(shares[0].sellerAmount) { $0 + $1.sellerAmount } }
        /// How many pieces it is for.
        public var units: Int64 { shares.reduce(0) { $0 + $1.units } }
    }
}

/// A promotion or a coupon, as the reckoning sees it.
struct Concession {
    let source: Quote.Discount.Source
    let lane: Promotion.Lane
    let name: String
    let reduction: Promotion.Reduction
    let scope: Promotion.Scope
    let minimum: Money?
    let sellerPartsPerMillion: Int64
    let unitsLeft: Int64?

    init(_ open: OpenPromotion) {
        let promotion = open.promotion
        source = .promotion(promotion.id)
        (lane, name, reduction, scope, minimum) = (promotion.lane, promotion.name, promotion.reduction, promotion.scope, promotion.minimum)
        sellerPartsPerMillion = promotion.sellerPartsPerMillion
        unitsLeft = open.unitsLeft
    }

    init(_ coupon: Coupon) {
        source = .coupon(coupon.code)
        name = coupon.name ?? coupon.code.text
        scope = Promotion.Scope(seller: coupon.seller)
        minimum = coupon.minimum
        sellerPartsPerMillion = coupon.sellerPartsPerMillion
        unitsLeft = nil
        reduction = Promotion.Reduction(coupon.reduction)
        lane = coupon.reduction == .freeShipping ? .shipping : .coupon
    }
}

/// Takes discounts off the lines of a basket, lane by lane.
struct DiscountReckoning {
    /// A line before and after the discounts so far.
    struct Line {
        let offer: Offer
        let quantity: Int64
        let unitPrice: Int64
        /// What it costs by now, in minor units.
        var left: Int64
    }

    private let currency: Currency
    private(set) var lines: [Line]
    private(set) var discounts: [Quote.Discount] = []

    init(currency: Currency, lines: [Line]) {
        self.currency = currency
        self.lines = lines
    }

    /// What a concession takes off a line.
    private struct Cut {
        let place: Int
        let minorUnits: Int64
        let units: Int64
    }

    // MARK: Lanes

    /// Each line takes what takes most off it; of two alike the one that sorts first.
    mutating func reckonLines(_ concessions: [Concession]) {
        var best: [Int: (concession: Int, cut: Cut)] = [:]
        let concessions = concessions.sorted { $0.source.text < $1.source.text }
        for (number, concession) in concessions.enumerated() {
            for cut in cuts(concession) where cut.minorUnits > best[cut.place]?.cut.minorUnits ?? 0 { best[cut.place] = (number, cut) }
        }
        for (number, concession) in concessions.enumerated() {
            apply(best.values.filter { $0.concession == number }.map(\.cut).sorted { $0.place < $1.place }, of: concession)
        }
    }

    /// What takes most off comes first; after it, only what shares no line with it.
    mutating func reckonOrder(_ concessions: [Concession]) {
        var bids: [(concession: Concession, cuts: [Cut], total: Int64)] = []
        for concession in concessions {
            let cuts = cuts(concession)
            bids.append((concession, cuts, cuts.reduce(0) { $0 + $1.minorUnits }))
        }
        bids.sort { left, right in
            left.total == right.total ? left.concession.source.text < right.concession.source.text : left.total > right.total
        }
        var taken: Set<Int> = []
        for bid in bids {
            let places = bid.cuts.map { $0.place }
            guard taken.isDisjoint(with: places) else { continue }
            taken.formUnion(places)
            apply(bid.cuts, of: bid.concession)
        }
    }

    /// The one code that a buyer has; whoever calls has looked whether it holds.
    mutating func reckonCoupon(_ concession: Concession) { apply(cuts(concession), of: concession) }

    /// Makes the deliveries free for which something does, and gives what each then costs less.
    mutating func reckonShipping(_ concessions: [Concession], of parcels: [(seller: Seller.ID, price: Money)]) {
        // Codes come last, so that none is used up for what is free without it.
        let concessions = concessions.filter { holds($0, value(of: places($0))) }.sorted { left, right in
            left.isOfCoupon == right.isOfCoupon ? left.source.text < right.source.text : right.isOfCoupon
        }
        var shares: [Int: [Quote.Discount.Share]] = [:]
        for parcel in parcels where !parcel.price.isZero {
            let winner = concessions.firstIndex { concession in
                lines.contains { $0.offer.seller == parcel.seller && concession.scope.holds(for: $0.offer) }
            }
            guard let winner else { continue }
            shares[winner, default: []].append(share(.delivery(parcel.seller), parcel.price.minorUnits, units: 0, of: concessions[winner]))
        }
        for (number, concession) in concessions.enumerated() {
            guard let shares = shares[number] else { continue }
            discounts.append(Quote.Discount(source: concession.source, lane: concession.lane, name: concession.name, shares: shares))
        }
    }

    /// What the goods of a coupon cost by now; nil when there are none.
    func value(for coupon: Coupon) -> Money? {
        let places = lines.indices.filter { coupon.seller == nil || lines[$0].offer.seller == coupon.seller }
        return places.isEmpty ? nil : Money(minorUnits: value(of: places), currency: currency)
    }

    private mutating func apply(_ cuts: [Cut], of concession: Concession) {
        guard !cuts.isEmpty else { return }
        for cut in cuts { lines[cut.place].left -= cut.minorUnits }
        discounts.append(
            Quote.Discount(
                source: concession.source, lane: concession.lane, name: concession.name,
                shares: cuts.map { share(.line(offer: lines[$0.place].offer.id), $0.minorUnits, units: $0.units, of: concession) }))
    }

    private func share(_ target: Quote.Discount.Target, _ minorUnits: Int64, units: Int64, of concession: Concession) -> Quote.Discount.Share {
        let seller = Rounding.scaled(minorUnits, by: concession.sellerPartsPerMillion, over: 1_000_000)!
        return Quote.Discount.Share(
            target: target, amount: Money(minorUnits: minorUnits, currency: currency), sellerAmount: Money(minorUnits: seller, currency: currency), units: units)
    }

    // MARK: What one of them takes off

    private func places(_ concession: Concession) -> [Int] { lines.indices.filter { concession.scope.holds(for: lines[$0].offer) } }

    private func value(of places: [Int]) -> Int64 { places.reduce(0) { $0 + lines[$1].left } }

    private func holds(_ concession: Concession, _ value: Int64) -> Bool {
        guard let minimum = concession.minimum else { return true }
        return minimum.currency == currency && value >= minimum.minorUnits
    }

    /// Only what is above zero.
    private func cuts(_ concession: Concession) -> [Cut] {
        let places = places(concession)
        guard !places.isEmpty, holds(concession, value(of: places)) else { return [] }
        let bases = bases(places, concession.unitsLeft)
        let minorUnits: [Int64]
        switch concession.reduction {
        case .share(let parts): minorUnits = shares(parts, bases, concession.lane)
        case .amount(let money):
            guard money.currency == currency else { return [] }
            minorUnits = prorated(money.minorUnits, bases)
        case .unitPrice(let money):
            guard money.currency == currency else { return [] }
            minorUnits = bases.map { base in
                let (price, overflow) = money.minorUnits.multipliedReportingOverflow(by: base.units)
                return overflow ? 0 : max(0, base.minorUnits - price)
            }
        case .quantityTiers(let tiers):
            minorUnits = shares(tiers, reached: bases.reduce(0) { $0 + $1.units }, bases, concession.lane)
        case .valueTiers(let tiers, let currency):
            guard currency == self.currency else { return [] }
            minorUnits = shares(tiers, reached: bases.reduce(0) { $0 + $1.minorUnits }, bases, concession.lane)
        case .buyAndGet(let buy, let get, let parts, let gifts):
            return gifted(places, buy, get, parts, gifts, concession.unitsLeft)
        case .freeShipping: return []
        }
        return zip(bases, minorUnits).filter { $1 > 0 }.map { Cut(place: $0.place, minorUnits: $1, units: $0.units) }
    }

    /// A line, or as much of it as there are pieces left for.
    private struct Base {
        let place: Int
        let units: Int64
        let minorUnits: Int64
    }

    /// The dearest pieces come first, as long as there are any.
    private func bases(_ places: [Int], _ unitsLeft: Int64?) -> [Base] {
        guard var unitsLeft else { return places.map { Base(place: $0, units: lines[$0].quantity, minorUnits: lines[$0].left) } }
        var bases: [Base] = []
        for place in places.sorted(by: { isDearer($0, $1) }) {
            let units = min(unitsLeft, lines[place].quantity)
            unitsLeft -= max(0, units)
            guard units > 0 else { break }
            bases.append(Base(place: place, units: units, minorUnits: part(units, of: lines[place])))
        }
        return bases.sorted { $0.place < $1.place }
    }

    private func isDearer(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (lines[left], lines[right])
        return left.unitPrice == right.unitPrice ? left.offer.id < right.offer.id : left.unitPrice > right.unitPrice
    }

    /// What so many pieces of a line cost by now, rounded down to what can be charged.
    private func part(_ units: Int64, of line: Line) -> Int64 {
        guard units < line.quantity else { return line.left }
        let (whole, remainder) = line.left.quotientAndRemainder(dividingBy: line.quantity)
        // Below the line's price, which stays within 64 bits; the remainder is below the quantity, which is small.
        let part = whole * units + Int64(UInt128(remainder) * UInt128(units) / UInt128(line.quantity))
        return part - part % currency.chargeStep
    }

    /// Single lines are rounded each; of all together the sum is, and divided.
    private func shares(_ parts: Int64, _ bases: [Base], _ lane: Promotion.Lane) -> [Int64] {
        guard lane != .line else { return bases.map { chargeable($0.minorUnits, parts) } }
        return prorated(chargeable(bases.reduce(0) { $0 + $1.minorUnits }, parts), bases)
    }

    private func shares(_ tiers: [Promotion.Tier], reached: Int64, _ bases: [Base], _ lane: Promotion.Lane) -> [Int64] {
        guard let tier = tiers.last(where: { $0.from <= reached }) else { return bases.map { _ in 0 } }
        return shares(tier.partsPerMillion, bases, lane)
    }

    private func chargeable(_ minorUnits: Int64, _ parts: Int64) -> Int64 {
        let exact = Rounding.scaled(minorUnits, by: parts, over: 1_000_000)!
        return min(Rounding.nearest(exact, multipleOf: currency.chargeStep)!, minorUnits)
    }

    /// In steps that can be charged, in proportion to what the lines cost, none below zero.
    private func prorated(_ total: Int64, _ bases: [Base]) -> [Int64] {
        let step = currency.chargeStep
        return Allocation.shares(of: total / step, remaining: bases.map { $0.minorUnits / step }).shares.map { $0 * step }
    }

    /// Pieces in sets of those that are bought and those that are got; the cheapest are got.
    private func gifted(_ places: [Int], _ buy: Int64, _ get: Int64, _ parts: Int64, _ gifts: Promotion.Scope?, _ unitsLeft: Int64?) -> [Cut] {
        let bought = places.reduce(0) { $0 + lines[$1].quantity }
        let (giftPlaces, count): ([Int], Int64)
        if let gifts {
            giftPlaces = lines.indices.filter { gifts.holds(for: lines[$0].offer) && !places.contains($0) }
            count = bought / buy * get
        } else {
            giftPlaces = places
            count = bought / (buy + get) * get + max(0, bought % (buy + get) - buy)
        }
        var left = min(count, unitsLeft ?? count)
        var cuts: [Cut] = []
        for place in giftPlaces.sorted(by: { isDearer($1, $0) }) where left > 0 {
            let units = min(left, lines[place].quantity)
            left -= units
            let minorUnits = chargeable(part(units, of: lines[place]), parts)
            if minorUnits > 0 { cuts.append(Cut(place: place, minorUnits: minorUnits, units: units)) }
        }
        return cuts.sorted { $0.place < $1.place }
    }
}

extension Concession {
    fileprivate var isOfCoupon: Bool {
        if case .coupon = source { return true }
        return false
    }
}
