// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce

/// The templates and words of this repository, as an offer book carries them.
enum LetterWords {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let languages = ["en", "de", "fr", "ja", "ar"]

    static func terms() throws -> LetterTerms {
        let folder = root.appendingPathComponent("Templates/mail")
        let templates = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { name in
            LetterTerms.Template(
                name: "mail/\(name.replacingOccurrences(of: ".mustache", with: ""))", text: try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
        }
        return LetterTerms(
            site: LetterTerms.Operator(
                name: "Markt & Söhne", url: "https://markt.example", legalName: "Markt GmbH", address: ["Platz 1", "10115 Berlin"],
                email: "hello@markt.example", vatID: "DE123456789", country: "DE"),
            templates: templates, words: try languages.map(words))
    }

    /// Two levels of names and quoted texts are all that these files have in these groups.
    static func words(_ language: String) throws -> ServerWords {
        let text = try String(contentsOf: root.appendingPathComponent("Locales/\(language).yaml"), encoding: .utf8)
        var (group, word) = ("", "")
        var texts: [String: String] = [:]
        var forms: [String: [String: String]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let depth = line.prefix { $0 == " " }.count
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard let name = parts.first else { continue }
            if depth == 0 { group = name }
            if depth == 2 { word = "\(group).\(name)" }
            guard ServerWords.groups.contains(group), parts.count == 2, parts[1].hasPrefix("\"") else { continue }
            let value = try JSONDecoder().decode(String.self, from: Data(parts[1].utf8))
            if depth == 2 { texts[word] = value } else { forms[word, default: [:]][name] = value }
        }
        let plain = try texts.mapValues { try Message(parsing: $0) }
        return ServerWords(language: Language(language)!, messages: plain.merging(try forms.mapValues { try Message(parsing: $0) }) { one, _ in one })
    }

    /// A book whose sellers have names and addresses, but for beta, which has no mailbox.
    static func book() throws -> OfferBook {
        let book = Shop.book()
        let texts = [
            Offer.Text(language: "en", title: "Lamp <b>“Arne”</b>", options: "Sage"), Offer.Text(language: "de", title: "Leuchte „Arne“", options: "Salbei"),
            Offer.Text(language: "ja", title: "ランプ「アルネ」", options: "セージ"), Offer.Text(language: "ar", title: "مصباح", options: "مريمية"),
        ]
        let offers = book.offers.map { offer in
            Offer(
                seller: offer.seller, sku: offer.sku, product: offer.product, taxCategory: offer.taxCategory, weightGrams: offer.weightGrams,
                availability: offer.availability, markets: offer.markets, categories: ["home", "lights"], texts: offer.sku == "lamp" ? texts : [])
        }
        let sellers = book.terms.sellers.map { seller in
            SellerTerms(
                id: seller.id, name: seller.name, country: seller.country, handlingDays: seller.handlingDays, shipping: seller.shipping,
                returnDays: seller.returnDays, returnsAreFree: seller.returnsAreFree,
                trader: seller.id == "alpha"
                    ? TraderTerms(name: "Alpha OHG", address: ["Werkhof 2", "20095 Hamburg"], email: "alpha@sellers.example", vatID: "DE987654321")
                    : TraderTerms(name: "Beta e.K."),
                plan: seller.id == "alpha" ? "studio" : nil)
        }
        return OfferBook(offers: offers, terms: OfferTerms(markets: book.terms.markets, taxes: book.terms.taxes, sellers: sellers, letters: try terms()))
    }
}
