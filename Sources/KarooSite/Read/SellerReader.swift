// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `Content/sellers/<seller>/seller.yaml` and the seller's `<lang>.md`.
enum SellerReader {
    static let fileName = "seller.yaml"

    static func read(_ folder: SourceFolder, id: String, _ marketplace: Marketplace, _ issues: inout Issues) -> Seller? {
        do throws(BuildIssue) {
            guard Slug(id) != nil else {
                throw BuildIssue(.error, file: folder.shown, "\"\(id)\" cannot name a seller", remedy: "call the folder by lower-case letters, digits and hyphens")
            }
            let text = try folder.file(fileName).text(shown: folder.shown(fileName))
            let document = try YAMLParser.parse(text, file: folder.shown(fileName))
            return seller(document, folder, id: id, marketplace, &issues)
        } catch {
            issues.add(error)
            return nil
        }
    }

    private static func seller(
        _ document: Document, _ folder: SourceFolder, id: String, _ marketplace: Marketplace, _ issues: inout Issues
    ) -> Seller? {
        let words = readWords(folder, marketplace.languages, &issues)
        var members = Members(document.root)
        guard let name = members.requiredText("name", &issues), let country = members.requiredText("country", &issues) else { return nil }
        let accent = members.text("accent", &issues)
        if let accent, !isColour(accent) { issues.add(document.root.issue(.error, "accent \"\(accent)\" is no colour", remedy: "write it as \"#0B63CE\"")) }
        let logo = members.text("logo", &issues)
        if let logo, !isInside(logo) || !folder.has(logo) { issues.add(document.root.issue(.error, "logo \"\(logo)\" does not exist")) }
        let seller = Seller(
            id: Seller.ID(id), name: name, country: country,
            region: members.text("region", &issues),
            since: members.integer("since", in: 1000...9999, &issues),
            accent: accent.flatMap { isColour($0) ? $0 : nil },
            logo: logo.flatMap { isInside($0) ? $0 : nil },
            trader: trader(members.member("legal"), &issues),
            handlingDays: handlingDays(members.node, &issues) ?? 1...2,
            shipping: shipping(&members, marketplace, &issues),
            returns: returns(members.member("returns"), &issues),
            tagline: words.tagline, about: words.about, plan: members.text("plan", &issues))
        members.reportUnknown(
            ["name", "country", "region", "since", "accent", "logo", "legal", "shipping", "returns", "plan", "holidayUntil"], &issues)
        return seller
    }

    private static func readWords(
        _ folder: SourceFolder, _ languages: Languages, _ issues: inout Issues
    ) -> (tagline: LocalizedText, about: LocalizedText) {
        var tagline = LocalizedText()
        var about = LocalizedText()
        for language in languages.all where folder.has("\(language).md") {
            let name = "\(language).md"
            do throws(BuildIssue) {
                let matter = try FrontMatter(folder.file(name).text(shown: folder.shown(name)), file: folder.shown(name))
                var members = Members(matter.header.root)
                tagline[language] = members.text("tagline", &issues)
                members.reportUnknown(["tagline"], &issues)
                about[language] = matter.body
            } catch {
                issues.add(error)
            }
        }
        return (tagline, about)
    }

    private static func trader(_ node: Node?, _ issues: inout Issues) -> Seller.Trader {
        var trader = Seller.Trader()
        guard let node else { return trader }
        var members = Members(node)
        trader.name = members.text("name", &issues)
        trader.address = members.texts("address", &issues)
        trader.email = members.text("email", &issues)
        trader.phone = members.text("phone", &issues)
        trader.vatID = members.text("vatID", &issues)
        trader.register = members.text("register", &issues)
        members.reportUnknown(["name", "address", "email", "phone", "vatID", "register"], &issues)
        return trader
    }

    private static func handlingDays(_ root: Node, _ issues: inout Issues) -> ClosedRange<Int>? {
        guard let node = root.member("shipping") else { return nil }
        var members = Members(node)
        return members.range("handlingDays", &issues)
    }

    private static func shipping(
        _ members: inout Members, _ marketplace: Marketplace, _ issues: inout Issues
    ) -> [Seller.ShippingRate] {
        guard let node = members.member("shipping") else { return [] }
        var shipping = Members(node)
        _ = shipping.member("handlingDays")
        let rates = shipping.member("rates")?.elements.compactMap { rate($0, marketplace, &issues) } ?? []
        shipping.reportUnknown(["handlingDays", "rates"], &issues)
        return rates
    }

    private static func rate(_ node: Node, _ marketplace: Marketplace, _ issues: inout Issues) -> Seller.ShippingRate? {
        var members = Members(node)
        let names = members.texts("markets", &issues)
        let markets = names.compactMap { name in
            let market = marketplace.markets[name]
            if market == nil {
                issues.add(node.issue(.error, "unknown market \"\(name)\"", remedy: suggestion(for: name, among: marketplace.markets.all.map(\.id.text))))
            }
            return market
        }
        let prices = members.prices("prices", marketplace.markets, &issues)
        let freeFrom = members.prices("freeFrom", marketplace.markets, &issues)
        let days = members.range("days", &issues)
        _ = members.member("methods")
        members.reportUnknown(["markets", "prices", "freeFrom", "days", "methods"], &issues)
        for market in markets where prices.amount(in: market) == nil {
            issues.add(node.issue(.error, "the shipping rate for market \"\(market.id)\" has no price in \(market.currency.code)"))
        }
        guard !markets.isEmpty else { return nil }
        return Seller.ShippingRate(markets: markets.map(\.id), prices: prices, freeFrom: freeFrom, days: days ?? 2...5)
    }

    private static func returns(_ node: Node?, _ issues: inout Issues) -> Seller.Returns {
        guard let node else { return Seller.Returns(days: 14, isFree: false) }
        var members = Members(node)
        let days = members.integer("days", in: 0...366, &issues) ?? 14
        let paidBy = members.text("paidBy", &issues) ?? "buyer"
        members.reportUnknown(["days", "paidBy"], &issues)
        if paidBy != "buyer", paidBy != "seller" { issues.add(node.issue(.error, "unknown paidBy \"\(paidBy)\"", remedy: "use buyer or seller")) }
        return Seller.Returns(days: days, isFree: paidBy == "seller")
    }
}
