// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// What a price per unit refers to, in the words of each language.
@Suite struct UnitWordsTests {
    @Test(arguments: [
        ("{content: 3 pcs, per: 1 pcs}", "per piece", "pro Stück", "la pièce"),
        ("{content: 30 pcs, per: 10 pcs}", "per 10 pieces", "pro 10 Stück", "les 10\u{A0}pièces"),
        ("{content: 3 kg, per: 1 kg}", "per kg", "pro kg", "le kg"),
        ("{content: 250 g, per: 100 g}", "per 100 g", "pro 100 g", "les 100\u{A0}g"),
        ("{content: 3 m, per: 10 cm}", "per 10 cm", "pro 10 cm", "les 10\u{A0}cm"),
        ("{content: 3 l, per: 0.5 l}", "per 0.5 l", "pro 0,5 l", "les 0.5\u{A0}l"),
    ])
    func oneOfSomethingGoesWithoutItsNumber(measure: String, english: String, german: String, french: String) throws {
        let shop = try Shop(Shop.small)
        try shop.change(Shop.arne, "weight: 1.2 kg\n", "weight: 1.2 kg\nmeasure: \(measure)\n")
        try shop.built()
        for (edition, words) in [("en-us", english), ("de-de", german), ("fr-us", french)] {
            let page = try shop.page("\(edition)/p/arne.html")
            let found = try #require(page.firstMatch(of: #/id="unitPrice">([^<]+)</#)).1
            #expect(found.hasSuffix(" \(words)"), "\(edition): \(found)")
        }
    }
}
