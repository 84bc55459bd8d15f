// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `shipping:` of a seller: the calendar, and the ways in which goods go or are fetched.
enum ShippingReader {
    private static let known: [StaticString] = [
        "id", "name", "markets", "countries", "postalCodes", "prices", "weights", "values", "freeFrom", "days", "pickup",
    ]

    /// So many steps has a table, and so many points a way.
    static let maximumSteps = 100

    static func read(
        _ node: Node?, _ marketplace: Marketplace, _ issues: inout Issues
    ) -> (handlingDays: ClosedRange<Int>, calendar: WorkCalendar, rates: [Seller.ShippingRate]) {
        guard let node else { return (1...2, WorkCalendar(), []) }
        var members = Members(node)
        let handlingDays = members.range("handlingDays", &issues) ?? 1...2
        let calendar = calendar(members.member("calendar"), &issues)
        let rates = rates(members.member("rates"), marketplace, &issues)
        members.reportUnknown(["handlingDays", "calendar", "rates"], &issues)
        return (handlingDays, calendar, rates)
    }

    private static func rates(_ node: Node?, _ marketplace: Marketplace, _ issues: inout Issues) -> [Seller.ShippingRate] {
        guard let node else { return [] }
        var rates: [Seller.ShippingRate] = []
        for element in node.elements {
            guard let rate = rate(element, marketplace, &issues) else { continue }
            for market in rate.markets where rates.contains(where: { $0.id == rate.id && $0.markets.contains(market) }) {
                issues.add(
                    element.issue(.error, "there are two ways \"\(rate.id)\" to market \"\(market)\"", remedy: "give each an id of its own, as id: express"))
            }
            rates.append(rate)
        }
        return rates
    }

    private static func rate(_ node: Node, _ marketplace: Marketplace, _ issues: inout Issues) -> Seller.ShippingRate? {
        var members = Members(node)
        let id = members.text("id", &issues) ?? ShippingTerms.standardMethod
        if Slug(id) == nil { issues.add(node.issue(.error, "\"\(id)\" cannot name a way", remedy: "use lower-case letters, digits and hyphens")) }
        let name = members.localized("name", marketplace.languages, &issues)
        let markets = markets(members.texts("markets", &issues), node, marketplace, &issues)
        let countries = members.texts("countries", &issues)
        for country in countries where !markets.contains(where: { $0.countries.contains(country) }) {
            issues.add(
                node.issue(.error, "\"\(country)\" is not a country of these markets", remedy: suggestion(for: country, among: markets.flatMap(\.countries))))
        }
        let prices = members.prices("prices", marketplace.markets, &issues)
        let rate = Seller.ShippingRate(
            id: id, name: name, markets: markets.map(\.id), countries: countries, postalCodes: members.texts("postalCodes", &issues), prices: prices,
            weights: weights(members.member("weights"), markets, marketplace, &issues), values: values(members.member("values"), markets, marketplace, &issues),
            freeFrom: members.prices("freeFrom", marketplace.markets, &issues), days: members.range("days", &issues) ?? 2...5,
            points: points(members.member("pickup"), &issues))
        members.reportUnknown(known, &issues)
        for market in markets where rate.terms(in: market) == nil {
            issues.add(node.issue(.error, "the shipping rate for market \"\(market.id)\" has no price in \(market.currency.code)"))
        }
        return markets.isEmpty ? nil : rate
    }

    private static func markets(_ names: [String], _ node: Node, _ marketplace: Marketplace, _ issues: inout Issues) -> [Market] {
        names.compactMap { name in
            let market = marketplace.markets[name]
            if market == nil {
                issues.add(node.issue(.error, "unknown market \"\(name)\"", remedy: suggestion(for: name, among: marketplace.markets.all.map(\.id.text))))
            }
            return market
        }
    }

    // MARK: Tables

    private static func weights(
        _ node: Node?, _ markets: [Market], _ marketplace: Marketplace, _ issues: inout Issues
    ) -> [Seller.ShippingRate.WeightStep] {
        var steps: [Seller.ShippingRate.WeightStep] = []
        for element in elements(node, &issues) {
            var members = Members(element)
            let text = members.text("upTo", &issues) ?? ""
            let prices = members.prices("prices", marketplace.markets, &issues)
            members.reportUnknown(["upTo", "prices"], &issues)
            guard let grams = (try? MeasuredAmount(parsing: text))?.whole(in: .gram), grams > 0 else {
                issues.add(element.issue(.error, "\"\(text)\" is no weight", remedy: "write it as upTo: 850 g, or upTo: 2 kg"))
                continue
            }
            if let last = steps.last, last.upToGrams >= grams { issues.add(element.issue(.error, "the steps of a table by weight grow")) }
            requirePrices(prices, in: markets, element, &issues)
            steps.append(Seller.ShippingRate.WeightStep(upToGrams: Int(grams), prices: prices))
        }
        return steps
    }

    private static func values(
        _ node: Node?, _ markets: [Market], _ marketplace: Marketplace, _ issues: inout Issues
    ) -> [Seller.ShippingRate.ValueStep] {
        var steps: [Seller.ShippingRate.ValueStep] = []
        for element in elements(node, &issues) {
            var members = Members(element)
            let (from, prices) = (members.prices("from", marketplace.markets, &issues), members.prices("prices", marketplace.markets, &issues))
            members.reportUnknown(["from", "prices"], &issues)
            requirePrices(prices, in: markets, element, &issues)
            requirePrices(from, in: markets, element, &issues)
            for market in markets {
                guard let last = steps.last?.from.amount(in: market), let amount = from.amount(in: market), last >= amount else { continue }
                issues.add(element.issue(.error, "the steps of a table by value grow"))
            }
            steps.append(Seller.ShippingRate.ValueStep(from: from, prices: prices))
        }
        return steps
    }

    private static func requirePrices(_ prices: PriceTable, in markets: [Market], _ node: Node, _ issues: inout Issues) {
        for market in markets where prices.amount(in: market) == nil {
            issues.add(node.issue(.error, "the step has no amount in \(market.currency.code) for market \"\(market.id)\""))
        }
    }

    private static func elements(_ node: Node?, _ issues: inout Issues) -> [Node] {
        guard let node else { return [] }
        guard node.kind == .array, node.elements.count <= maximumSteps else {
            issues.add(node.issue(.error, "expected a list of at most \(maximumSteps)"))
            return []
        }
        return node.elements
    }

    // MARK: Where goods are fetched

    private static func points(_ node: Node?, _ issues: inout Issues) -> [PickupPoint] {
        var points: [PickupPoint] = []
        for element in elements(node, &issues) {
            var members = Members(element)
            guard let id = members.requiredText("id", &issues), let name = members.requiredText("name", &issues),
                let city = members.requiredText("city", &issues), let country = members.requiredText("country", &issues)
            else { continue }
            let point = PickupPoint(
                id: id, name: name, lines: members.texts("address", &issues), city: city, postalCode: members.text("postalCode", &issues), country: country)
            members.reportUnknown(["id", "name", "address", "city", "postalCode", "country"], &issues)
            if points.contains(where: { $0.id == id }) { issues.add(element.issue(.error, "the point \"\(id)\" stands twice")) }
            points.append(point)
        }
        return points
    }

    // MARK: Calendar

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private static func calendar(_ node: Node?, _ issues: inout Issues) -> WorkCalendar {
        guard let node else { return WorkCalendar() }
        var members = Members(node)
        let offset = members.text("utcOffset", &issues).flatMap { text in
            minutes(ofOffset: text) ?? refuse(node, "\"\(text)\" is no offset", "write it as \"+01:00\"", &issues)
        }
        let cutOff = members.text("cutOff", &issues).flatMap { text in
            minutes(ofTime: text) ?? refuse(node, "\"\(text)\" is no time of day", "write it as \"14:00\"", &issues)
        }
        var days: Set<Int> = []
        for name in members.texts("workingDays", &issues) {
            if let place = weekdays.firstIndex(of: name) { days.insert(place + 1) } else {
                issues.add(node.issue(.error, "unknown day \"\(name)\"", remedy: "use " + weekdays.joined(separator: ", ")))
            }
        }
        var holidays: Set<Day> = []
        for text in members.texts("holidays", &issues) {
            if let day = Day(text) { holidays.insert(day) } else { issues.add(node.issue(.error, "\"\(text)\" is no day", remedy: "write it as 2026-12-25")) }
        }
        members.reportUnknown(["utcOffset", "cutOff", "workingDays", "holidays"], &issues)
        return WorkCalendar(utcOffsetMinutes: offset ?? 0, cutOffMinute: cutOff, workingDays: days.isEmpty ? [1, 2, 3, 4, 5] : days, holidays: holidays)
    }

    private static func refuse(_ node: Node, _ what: String, _ remedy: String, _ issues: inout Issues) -> Int? {
        issues.add(node.issue(.error, what, remedy: remedy))
        return nil
    }

    /// `+05:30`, `-08:00`; as far as there are places with such clocks.
    private static func minutes(ofOffset text: String) -> Int? {
        guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-", let minutes = minutes(ofTime: String(text.dropFirst())) else { return nil }
        let signed = sign == "-" ? -minutes : minutes
        return (-720...840).contains(signed) ? signed : nil
    }

    /// `14:00`.
    private static func minutes(ofTime text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }
}
