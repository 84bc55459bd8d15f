// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Testing

@testable import KarooSite

/// What the search page hands its script, and how scripts find each other.
@Suite struct SearchPageTests {
    @Test func scriptsAreImportedUnderTheNamesThatTheyArePublishedUnder() throws {
        let shop = try Shop(Shop.small)
        try shop.adopt("Templates")
        try shop.write("Templates/assets/first.js", "import { two } from \"./parts/second.js\";\nexport default () => import('./parts/third.mjs');\n")
        try shop.write("Templates/assets/parts/second.js", "export { three as two } from \"./third.mjs\";\nexport const text = \"./nothing.js\";\n")
        try shop.write("Templates/assets/parts/third.mjs", "export const three = 3;\n")
        try shop.built()
        func published(_ stem: String) throws -> (name: String, text: String) {
            let name = try #require(shop.files().keys.first { $0.hasPrefix("assets/\(stem).") })
            return (String(name.dropFirst("assets/".count)), try shop.page(name))
        }
        let first = try published("first"), second = try published("parts/second"), third = try published("parts/third")
        #expect(first.text.contains("\"./\(second.name)\""))
        #expect(first.text.contains("'./\(third.name)'"))
        #expect(second.text.contains("\"../\(third.name)\""))
        #expect(second.text.contains("\"./nothing.js\""))
    }

    @Test func wordsOfTheScriptStandInTheSearchPageInEveryLanguage() throws {
        let shop = try Shop(Shop.small)
        try shop.adopt("Locales")
        try shop.change("Locales/de.yaml", "  recent: Letzte Suchen", "  recent: \"</script><b>\\\"Noch\\\" einmal\"")
        try shop.built()
        for page in ["en-de/search.html", "de-de/search.html"] {
            let words = try scriptWords(shop.page(page))
            let show = try #require(words["show"] as? [String: String])
            #expect(Set(show.keys) == ["one", "other"])
            #expect(show["other"]?.contains("{count}") == true)
            #expect((words["price.from"] as? String)?.contains("{price}") == true)
        }
        #expect(try scriptWords(shop.page("de-de/search.html"))["recent"] as? String == "</script><b>\"Noch\" einmal")
    }

    private func scriptWords(_ page: String) throws -> [String: Any] {
        let opening = "<script type=\"application/json\" id=\"words\">"
        let start = try #require(page.range(of: opening)).upperBound
        let end = try #require(page[start...].range(of: "</script>")).lowerBound
        return try #require(JSONSerialization.jsonObject(with: Data(page[start..<end].utf8)) as? [String: Any])
    }

    @Test func theSearchPageHasACardWithEverythingThatACardMayHave() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let page = try shop.page("en-de/search.html")
        let start = try #require(page.range(of: "<template id=\"card\"")).upperBound
        let end = try #require(page[start...].range(of: "</template>")).lowerBound
        let cards = page[start..<end]
        for part in [
            "<img ", "<h3><a ", "class=\"by\"", "class=\"stars s0\"", "class=\"cost sale\"", "<data ", "<s>", "class=\"badge off\"", "class=\"badge\"",
        ] {
            #expect(cards.contains(part), "\(part)")
        }
        #expect(cards.components(separatedBy: "class=\"low\"").count == 5)
    }
}
