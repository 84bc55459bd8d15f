// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `Content/sellers/<seller>/seller.yaml` and the seller's `<lang>.md`.
enum SellerReader {
    static let fileName = "seller.yaml"

    static func read(_ folder: SourceFolder, id: String, _ marketplace: Marketplace, _ addresses: AddressReader, _ issues: inout Issues) -> Seller? {
        do throws(BuildIssue) {
            guard Slug(id) != nil else {
                throw BuildIssue(.error, file: folder.shown, "\"\(id)\" cannot name a seller", remedy: "call the folder by lower-case letters, digits and hyphens")
            }
            let text = try folder.file(fileName).text(shown: folder.shown(fileName))
            let document = try YAMLParser.parse(text, file: folder.shown(fileName))
            return seller(document, folder, id: id, marketplace, addresses, &issues)
        } catch {
            issues.add(error)
            return nil
        }
    }

    private static func seller(
        _ document: Document, _ folder: SourceFolder, id: String, _ marketplace: Marketplace, _ addresses: AddressReader, _ issues: inout Issues
    ) -> Seller? {
        let words = readWords(folder, marketplace.languages, &issues)
        var members = Members(document.root)
        guard let name = members.requiredText("name", &issues), let country = members.requiredText("country", &issues) else { return nil }
        let accent = members.text("accent", &issues)
        if let accent, !isColour(accent) { issues.add(document.root.issue(.error, "accent \"\(accent)\" is no colour", remedy: "write it as \"#0B63CE\"")) }
        let logo = members.text("logo", &issues)
        if let logo, !isInside(logo) || !folder.has(logo) { issues.add(document.root.issue(.error, "logo \"\(logo)\" does not exist")) }
        let shipping = ShippingReader.read(members.member("shipping"), marketplace, &issues)
        let seller = Seller(
            id: Seller.ID(id), name: name, country: country,
            region: members.text("region", &issues),
            since: members.integer("since", in: 1000...9999, &issues),
            accent: accent.flatMap { isColour($0) ? $0 : nil },
            logo: logo.flatMap { isInside($0) ? $0 : nil },
            trader: trader(members.member("legal"), country: country, addresses, &issues),
            handlingDays: shipping.handlingDays, calendar: shipping.calendar, shipping: shipping.rates,
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

    private static func trader(_ node: Node?, country: String, _ addresses: AddressReader, _ issues: inout Issues) -> Seller.Trader {
        var trader = Seller.Trader()
        guard let node else { return trader }
        var members = Members(node)
        trader.name = members.text("name", &issues)
        (trader.address, trader.seat) = addresses.read(&members, country: country, &issues)
        trader.email = members.text("email", &issues)
        trader.phone = members.text("phone", &issues)
        trader.vatID = members.text("vatID", &issues)
        trader.register = members.text("register", &issues)
        members.reportUnknown(["name", "address", "email", "phone", "vatID", "register"], &issues)
        return trader
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
