// KarooExpress – Apache-2.0

import KarooCommerce

/// How goods of a seller come to some countries of a market when nobody chooses: the same that the server reckons with before
/// it knows more of the address than the country.
struct Delivery {
    /// ISO 3166-1 alpha-2, in the order of the market.
    let countries: [String]
    /// The ways that go there, the seller's first choice first; never empty.
    let ways: [ShippingTerms]

    /// The way of goods of a weight; nil when they are too heavy for all.
    func way(grams: Int) -> ShippingTerms? { ways.lazy.filter { $0.carries(grams: Int64(grams)) }.standard }

    /// Where a seller delivers to in a market; countries that are delivered to alike stand together.
    static func all(of seller: Seller, in market: Market) -> [Delivery] {
        let terms = seller.shippingTerms(to: market)
        var deliveries: [Delivery] = []
        for country in market.countries {
            let ways = terms.filter { $0.serves(Destination(country: country)) }
            guard !ways.isEmpty else { continue }
            if let place = deliveries.firstIndex(where: { $0.ways == ways }) {
                deliveries[place] = Delivery(countries: deliveries[place].countries + [country], ways: ways)
            } else {
                deliveries.append(Delivery(countries: [country], ways: ways))
            }
        }
        return deliveries
    }
}

extension Composer {
    /// Whether goods go another way than what weighs nothing does, so that they need sentences of their own.
    func isTooHeavy(_ grams: Int, forFirstWaysOf place: Int) -> Bool {
        grams > 0 && deliveries(ofSeller: place).contains { $0.ways.contains { !$0.carries(grams: Int64(grams)) } }
    }

    /// The sentences that say what delivery of goods of a weight to this market costs and how long it takes.
    func deliveryLines(_ place: Int, grams: Int = 0) -> [String] {
        let deliveries = deliveries(ofSeller: place).filter { $0.way(grams: grams) != nil }
        let seller = catalog.sellers[place].seller
        guard !deliveries.isEmpty else { return [words.text(.deliveryElsewhere)] }
        let isDivided = deliveries.count > 1 || deliveries[0].countries.count < market.market.countries.count
        return deliveries.flatMap { delivery in
            deliveryLines(delivery, seller, grams).map { line in
                guard isDivided else { return line }
                let names = delivery.countries.map { formats.regionName($0) }.joined(separator: ", ")
                return words.text(.deliveryTo, ["countries": names, "text": line])
            }
        }
    }

    private func deliveryLines(_ delivery: Delivery, _ seller: Seller, _ grams: Int) -> [String] {
        var lines: [String] = []
        let ways = delivery.ways.filter { $0.carries(grams: Int64(grams)) }
        if let way = ways.first(where: { $0.points.isEmpty }) {
            let days = words.text(.deliveryDays, [
                "from": formats.number(Int64(seller.handlingDays.lowerBound + way.days.lowerBound)),
                "to": formats.number(Int64(seller.handlingDays.upperBound + way.days.upperBound)),
            ])
            let hasTable = !way.weights.isEmpty || !way.values.isEmpty
            if way.price.isZero, !hasTable {
                lines.append(words.text(.deliveryFree, ["days": days]))
            } else {
                lines.append(words.text(hasTable ? .deliveryCostFrom : .deliveryCost, ["price": money(way.lowestPrice), "days": days]))
                if let freeFrom = way.freeFrom { lines.append(words.text(.deliveryFreeFrom, ["price": money(freeFrom)])) }
            }
        }
        for way in ways {
            for point in way.points { lines.append(words.text(.deliveryPickUp, ["place": "\(point.name), \(point.city)"])) }
        }
        return lines
    }
}
