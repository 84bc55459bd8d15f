// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The newest products of a category, or of all, as RSS 2.0 (https://www.rssboard.org/rss-specification).
enum ArrivalsFeed {
    static let count = 20

    /// `category` is nil for the feed of the whole edition.
    static func write(_ products: [Int32], category: Int?, _ address: Address, _ composer: Composer, to bytes: Bytes) {
        let name = category.map { composer.categoryName($0) } ?? composer.marketplace.name
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n" as StaticString)
        element("title", composer.words.text(.feedNewIn, ["name": name]), to: bytes)
        element("link", composer.absolute(category.map { composer.category($0) } ?? .home), to: bytes)
        element("description", composer.text(composer.marketplace.description) ?? name, to: bytes)
        element("language", composer.edition.edition.tag.lowercased(), to: bytes)
        bytes.append("<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"" as StaticString)
        bytes.appendEscapingXML(composer.absolute(address))
        bytes.append("\"/>\n" as StaticString)
        for place in products { item(place, composer, to: bytes) }
        bytes.append("</channel>\n</rss>\n" as StaticString)
    }

    private static func item(_ place: Int32, _ composer: Composer, to bytes: Bytes) {
        let entry = composer.catalog.products[Int(place)]
        let text = entry.product.text(in: composer.chain)
        let address = composer.absolute(composer.product(Int(place)))
        bytes.append("<item>\n" as StaticString)
        element("title", text?.title ?? "", to: bytes)
        element("link", address, to: bytes)
        element("description", text?.summary ?? text?.title ?? "", to: bytes)
        element("category", composer.categoryName(entry.category), to: bytes)
        bytes.append("<guid isPermaLink=\"true\">" as StaticString)
        bytes.appendEscapingXML(address)
        bytes.append("</guid>\n" as StaticString)
        if let published = entry.product.published { element("pubDate", rfc822(published), to: bytes) }
        bytes.append("</item>\n" as StaticString)
    }

    private static func element(_ name: StaticString, _ text: String, to bytes: Bytes) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(name)
        bytes.append(UInt8(ascii: ">"))
        bytes.appendEscapingXML(text)
        bytes.append("</" as StaticString)
        bytes.append(name)
        bytes.append(">\n" as StaticString)
    }

    /// RFC 822, 5.1, with a year of four digits: midnight UTC of the day.
    static func rfc822(_ day: Day) -> String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[((day.daysSinceEpoch % 7) + 7) % 7]
        return "\(weekday), \(day.day < 10 ? "0" : "")\(day.day) \(months[day.month - 1]) \(day.year) 00:00:00 GMT"
    }
}
