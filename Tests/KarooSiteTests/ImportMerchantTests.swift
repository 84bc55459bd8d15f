// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooSite

/// A feed for Google Merchant Center becomes lines that the build reads without an error.
@Suite struct ImportMerchantTests {
    private static func rss(_ items: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:c="http://other.example/">
        <channel><title>Shop</title><link>https://shop.example</link><description>All</description>
        \(items)
        </channel></rss>

        """
    }

    /// An item that is sound, with more elements and without others.
    private static func item(_ more: String = "", price: String = "18.90 EUR", id: String = "L-1", title: String = "Lamp") -> String {
        "<item><g:id>\(id)</g:id><title>\(title)</title><g:price>\(price)</g:price><g:product_type>Tea</g:product_type><g:availability>in_stock</g:availability>\(more)</item>"
    }

    @Test func readsAnItemWithAllItsElements() {
        let result = ImportSample.merchant(
            Self.rss(
                """
                <item>
                  <title>RSS title</title><g:title>Arne &amp; lamp</g:title>
                  <description><![CDATA[<p>A <b>cool</b> lamp.</p>]]></description>
                  <link>https://shop.example/lamp</link>
                  <g:id>NL-42</g:id>
                  <g:image_link>https://cdn.example/1.jpg</g:image_link>
                  <g:additional_image_link>https://cdn.example/2.jpg</g:additional_image_link>
                  <g:additional_image_link>https://cdn.example/3.jpg</g:additional_image_link>
                  <g:price>59.90 EUR</g:price>
                  <g:availability>in stock</g:availability><g:condition>refurbished</g:condition><g:brand>Nordlicht</g:brand>
                  <g:gtin>4006381333931</g:gtin><g:mpn>42</g:mpn>
                  <g:google_product_category>4636</g:google_product_category>
                  <g:color>Salbei</g:color><g:material>Eiche</g:material>
                  <g:shipping_weight>2.5 lb</g:shipping_weight>
                  <g:unit_pricing_measure>75cl</g:unit_pricing_measure><g:unit_pricing_base_measure>1 l</g:unit_pricing_base_measure>
                  <g:product_highlight>Stays cool</g:product_highlight><g:product_highlight>5 * bright</g:product_highlight>
                  <g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>
                  <c:price>1.00 EUR</c:price>
                </item>
                """))
        #expect(result.issues.all.map(\.text) == [])
        #expect(
            ImportSample.lines(result) == """
                {"slug":"arne-lamp","category":"desk-lamps","brand":"Nordlicht","gtin":"4006381333931","mpn":"42","condition":"refurbished","weight":"1134 g",\
                "measure":{"content":"750 ml","per":"1 l"},"attributes":{"colour":"sage","material":"oak"},"images":["https://cdn.example/1.jpg",\
                "https://cdn.example/2.jpg","https://cdn.example/3.jpg"],"sku":"NL-42","prices":{"EUR":"59.90"},"availability":"untracked","text":{"en":{\
                "title":"Arne & lamp","body":"A **cool** lamp.\\n\\n- Stays cool\\n- 5 \\\\* bright"}}}

                """)
        #expect(result.report == ImportReport.of(products: 1, variants: 1, pictures: 3))
        ImportSample.expectReadable(result)
    }

    @Test func makesVariantsOfGroups() {
        func variant(_ id: String, _ colour: String, _ size: String, _ more: String = "") -> String {
            Self.item(
                "<g:item_group_id>G</g:item_group_id><g:color>\(colour)</g:color><g:size>\(size)</g:size><g:material>Wool</g:material><g:image_link>https://cdn.example/\(id).jpg</g:image_link>\(more)",
                id: id, title: "Scarf")
        }
        let result = ImportSample.merchant(
            Self.rss(
                variant("S-1", "Sage", "M", "<g:quantity>3</g:quantity>") + Self.item(id: "T-1", title: "Other") + variant("S-2", "Sage", "L")
                    + variant("S-3", "Red", "M", "<g:sale_price>15 EUR</g:sale_price>")
                    + variant("S-4", "Red", "M") + variant("S-5", "Blue", "") + variant("S-1", "Pink", "M")))
        #expect(
            ImportSample.lines(result).split(separator: "\n")[0] == """
                {"slug":"scarf","category":"tea","attributes":{"material":"Wool"},"images":["https://cdn.example/S-1.jpg","https://cdn.example/S-2.jpg",\
                "https://cdn.example/S-3.jpg","https://cdn.example/S-4.jpg","https://cdn.example/S-5.jpg"],"options":["colour","size"],"variants":[\
                {"sku":"S-1","options":{"colour":"sage","size":"M"},"prices":{"EUR":"18.90"},"stock":3,"images":["https://cdn.example/S-1.jpg"]},\
                {"sku":"S-2","options":{"colour":"sage","size":"L"},"prices":{"EUR":"18.90"},"availability":"untracked","images":["https://cdn.example/S-2.jpg"]},\
                {"sku":"S-3","options":{"colour":"Red","size":"M"},"prices":{"EUR":"15.00"},"compareAt":{"ie":"18.90"},"availability":"untracked","images":["https://cdn.example/S-3.jpg"]}],\
                "text":{"en":{"title":"Scarf"}}}
                """)
        #expect(result.products.map(\.slug.text) == ["scarf", "other"])
        #expect(
            result.issues.all.map(\.message) == [
                "id \"S-1\" stands already in line 4; this item is left out",
                "the item does not say its size, in which its group differs, and is left out",
                "two variants are both Red, M; only that of line 4 is taken",
                "the reduction of \"Scarf\" is not told in de: the law there asks for the lowest price of the last 30 days beside it",
            ])
        #expect(result.report.skippedVariants == 2)
        ImportSample.expectReadable(result)
    }

    @Test func readsAtom() {
        let result = ImportSample.merchant(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://base.google.com/ns/1.0">
            <title>Shop</title>
            <entry><id>tag:shop.example,2026:1</id><x:id>A-1</x:id><title>Tea</title><summary>Loose
            leaves</summary><link href="https://shop.example/1"/><x:price>USD 4.50</x:price><x:product_type>Food &gt; Tea</x:product_type>
            <x:availability>out_of_stock</x:availability></entry>
            </feed>
            """)
        #expect(result.issues.all.map(\.text) == [])
        #expect(
            ImportSample.lines(result) == """
                {"slug":"tea","category":"tea","sku":"A-1","prices":{"USD":"4.50"},"stock":0,"text":{"en":{"title":"Tea","body":"Loose\\\\\\nleaves"}}}

                """)
        ImportSample.expectReadable(result)
    }

    @Test(arguments: [
        ("<g:sale_price>15.90 EUR</g:sale_price>", #""prices":{"EUR":"15.90"},"compareAt":{"ie":"18.90"},"availability""#, 1),
        ("<g:sale_price>15.90</g:sale_price>", #""prices":{"EUR":"18.90"},"availability""#, 1),
        ("<g:sale_price>18.90 EUR</g:sale_price>", #""prices":{"EUR":"18.90"},"availability""#, 0),
        ("<g:sale_price>19.90 EUR</g:sale_price>", #""prices":{"EUR":"18.90"},"availability""#, 1),
        ("<g:sale_price>15.90 USD</g:sale_price>", #""prices":{"EUR":"18.90"},"availability""#, 1),
        ("<g:sale_price>cheap</g:sale_price>", #""prices":{"EUR":"18.90"},"availability""#, 1),
        (
            "<g:sale_price>15.90 EUR</g:sale_price><g:sale_price_effective_date>2026-11-27T00:00+0100/2026-12-01T23:59:59Z</g:sale_price_effective_date>",
            #""prices":{"EUR":"18.90"},"sales":[{"from":"2026-11-26T23:00:00Z","until":"2026-12-01T23:59:59Z","prices":{"ie":"15.90"}}],"availability""#, 1
        ),
        (
            "<g:sale_price>15.90 EUR</g:sale_price><g:sale_price_effective_date>2026-11-27/2026-12-01T06:30-08:00</g:sale_price_effective_date>",
            #""prices":{"EUR":"18.90"},"sales":[{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T14:30:00Z","prices":{"ie":"15.90"}}],"availability""#, 1
        ),
        (
            "<g:sale_price>15.90 EUR</g:sale_price><g:sale_price_effective_date>2026-12-27/2026-12-01</g:sale_price_effective_date>",
            #""prices":{"EUR":"18.90"},"availability""#, 1
        ),
        (
            "<g:sale_price>15.90 EUR</g:sale_price><g:sale_price_effective_date>soon</g:sale_price_effective_date>",
            #""prices":{"EUR":"18.90"},"availability""#, 1
        ),
    ])
    func readsSalePrices(_ more: String, _ part: String, _ warnings: Int) {
        let result = ImportSample.merchant(Self.rss(Self.item(more)))
        #expect(ImportSample.lines(result).contains(part), "\(ImportSample.lines(result))")
        #expect(result.issues.warnings == warnings && result.issues.errors == 0, "\(result.issues.all.map(\.text))")
        ImportSample.expectReadable(result)
    }

    @Test func takesSalesAsTheyAreWhereNoLawAsks() {
        let dates = "<g:sale_price_effective_date>2026-11-27T00:00Z/2026-12-01T00:00Z</g:sale_price_effective_date>"
        let result = ImportSample.merchant(Self.rss(Self.item("<g:sale_price>15 USD</g:sale_price>\(dates)", price: "20 USD")))
        #expect(result.issues.all.isEmpty)
        #expect(ImportSample.lines(result).contains(#""sales":[{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T00:00:00Z","prices":{"USD":"15.00"}}]"#))
        ImportSample.expectReadable(result)
    }

    @Test(arguments: [
        ("<item><title>T</title></item>", "feed.xml:4: error: the item has no id and is left out; give it <g:id>"),
        ("<item><g:id>1</g:id></item>", "feed.xml:4: error: item \"1\" has no title and is left out; give it <g:title>"),
        (
            "<item><g:id>1</g:id><title>T</title><g:product_type>Tea</g:product_type></item>",
            "feed.xml:4: error: the item has no price and is left out; give it <g:price>18.90 EUR</g:price>"
        ),
        (
            item(price: "18.90"),
            "feed.xml:4: error: \"18.90\" names no currency; the item is left out; write it as 18.90 EUR, or name the currency with --currency"
        ),
        (
            item(price: "18,90 EUR"),
            "feed.xml:4: error: \"18,90 EUR\" is no price in EUR: \",\" does not belong into an amount; write a point before the decimals and nothing between thousands; the item is left out"
        ),
        (item(price: "18.90 ZRA"), "feed.xml:4: error: \"18.90 ZRA\" is in no known currency; the item is left out; write it as 18.90 EUR"),
        (item(price: "-1 EUR"), "feed.xml:4: error: \"-1 EUR\" is below zero; the item is left out"),
    ])
    func leavesOutWhatCannotBeUsed(_ item: String, _ issue: String) {
        let result = ImportSample.merchant(Self.rss(item))
        #expect(result.issues.all.map(\.text).contains(issue), "\(result.issues.all.map(\.text))")
        #expect(result.products.isEmpty)
    }

    @Test func keepsTheAddressOfAProductUnderANewTitle() {
        let before = ImportSample.lines(ImportSample.merchant(Self.rss(Self.item(id: "1", title: "Old name") + Self.item(id: "2", title: "Other"))))
        let existing = ImportSample.existing(before)
        let result = ImportSample.merchant(
            Self.rss(Self.item(id: "3", title: "Old name") + Self.item(id: "1", title: "New name") + Self.item(id: "2", title: "Other")), existing: existing)
        #expect(result.products.map(\.slug.text) == ["old-name-3", "old-name", "other"])
        #expect(ImportSample.lines(result, over: before).split(separator: "\n").count == 3)
    }

    @Test func tellsEqualTitlesApartByTheId() {
        let result = ImportSample.merchant(Self.rss(Self.item(id: "A 1") + Self.item(id: "B/2") + Self.item(id: "語")))
        #expect(result.products.map(\.slug.text) == ["lamp", "lamp-b-2", "lamp-語"])
        #expect(result.issues.all.isEmpty)
        let once = ImportSample.lines(result)
        let again = ImportSample.merchant(Self.rss(Self.item(id: "A 1") + Self.item(id: "B/2") + Self.item(id: "語")), existing: ImportSample.existing(once))
        #expect(ImportSample.lines(again, over: once) == once)
    }

    @Test(arguments: [
        ("", "feed.xml: error: the file holds no XML; export the feed as RSS 2.0 or Atom"),
        ("<rss><channel></channel></rss>", "feed.xml: error: the feed has no item; export it as RSS 2.0 with <item>, or as Atom with <entry>"),
        (
            "<rss><channel><item></channel></rss>",
            "feed.xml:1:31: error: not readable as XML: an end tag that fits no start tag; mend the file where it was made; nothing was taken from it"
        ),
        (
            "<rss><item><g:id>1",
            "feed.xml:1:18: error: not readable as XML: something stands after the end of the document, or the end is missing; mend the file where it was made; nothing was taken from it"
        ),
        (
            "<rss><item>&nbsp;</item></rss>",
            "feed.xml:1:18: error: not readable as XML: an entity such as &nbsp; that XML does not know (write &#160;); mend the file where it was made; nothing was taken from it"
        ),
        (
            "<rss><item>\u{1}</item></rss>",
            "feed.xml:1:12: error: not readable as XML: a character that XML does not allow; mend the file where it was made; nothing was taken from it"
        ),
        ("<?xml version='1.0' encoding='UTF-7'?><rss/>", "feed.xml:1: error: encoding \"UTF-7\" is not read; save the file in UTF-8"),
        ("<?xml x-encoding='utf-8' encoding='UTF-7'?><rss/>", "feed.xml:1: error: encoding \"utf-8\" is not read; save the file in UTF-8"),
        ("<?xml version='1.0' encoding\t='UTF-7'?><rss/>", "feed.xml:1: error: encoding \"\t=\" is not read; save the file in UTF-8"),
        ("{\"json\": true}", "feed.xml:1:1: error: not readable as XML: the file is empty; mend the file where it was made; nothing was taken from it"),
        (String(repeating: "<a>", count: 40), "feed.xml:1: error: more than 32 levels of elements; nothing was taken from the file"),
    ])
    func refusesWhatIsNoFeed(_ text: String, _ issue: String) {
        let result = ImportSample.merchant(text)
        #expect(result.issues.all.map(\.text) == [issue])
        #expect(result.products.isEmpty)
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            // Entities that multiply, entities from elsewhere, and declarations that hide behind what may come first.
            "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">]><rss><item><g:id>&lol2;</g:id></item></rss>",
            "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><item><title>&x;</title></item></rss>",
            "<!DOCTYPE rss SYSTEM \"http://127.0.0.1/x.dtd\"><rss/>",
            "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- > <x> --> <?pi <rss> ?>\n<!DOCTYPE rss []><rss/>",
            "<!-- a --><!ENTITY x \"y\"><rss/>",
        ])
    func refusesDeclarations(_ text: String) {
        let result = ImportSample.merchant(text)
        #expect(result.issues.all.map(\.message) == ["the file declares a document type, which could hold entities without end"])
    }

    @Test func refusesDeclarationsInDisguise() {
        let text = "<!DOCTYPE rss [<!ENTITY x \"y\">]><rss/>"
        let littleEndian: [UInt8] = text.utf8.flatMap { [$0, 0] }
        let bigEndian: [UInt8] = text.utf8.flatMap { [0, $0] }
        let disguises: [[UInt8]] = [[0xFF, 0xFE] + littleEndian, littleEndian, [0xFE, 0xFF] + bigEndian, bigEndian, Array("<rss><".utf8) + [0xE9, 0x3E]]
        for bytes in disguises {
            #expect(ImportSample.merchant(bytes).issues.all.map(\.message) == ["the file is not in UTF-8"])
        }
    }

    @Test func boundsWhatAnItemMayHold() {
        let long = ImportSample.merchant(Self.rss(Self.item("<description>\(String(repeating: "x ", count: 600_000))</description>")))
        #expect(long.issues.all.map(\.message) == ["an element of the item holds more than 1048576 bytes; it is left out"])
        let many = ImportSample.merchant(Self.rss(Self.item(String(repeating: "<a/>", count: 1_001))))
        #expect(many.issues.all.map(\.message) == ["the item has more than 1000 elements; it is left out"])
        #expect(
            ImportSample.merchant(Self.rss(Self.item(String(repeating: "<a/>", count: 1_001)) + Self.item(id: "2"))).report
                == ImportReport.of(products: 1, variants: 1, skippedProducts: 1))
        // More than one chunk of the reader, with a character of several bytes at each border.
        let text = String(repeating: "語", count: 20_000)
        let result = ImportSample.merchant(Self.rss(Self.item("<description><![CDATA[<p>\(text)</p>]]></description>")))
        #expect(result.products.first?.body == text)
    }

    @Test func declaresNothingTwice() {
        let result = ImportSample.merchant(
            Self.rss(
                Self.item(
                    "<g:availability>soon</g:availability><g:shipping_weight>heavy</g:shipping_weight><g:unit_pricing_measure>3 floz</g:unit_pricing_measure><g:image_link>nope</g:image_link>"
                )))
        #expect(
            result.issues.all.map(\.message) == [
                "\"nope\" is no address of a picture and is left out", "\"heavy\" is no weight and is left out",
                "\"3 floz\" is no measure that is known here; no unit price is shown",
            ])
        #expect(result.report.products == 1)
    }

    @Test func readsRandomFeeds() {
        var random = ImportRandom("ImportMerchantTests.readsRandomFeeds")
        let names = [
            "id", "title", "description", "price", "sale_price", "sale_price_effective_date", "availability", "condition", "brand", "gtin", "mpn",
            "item_group_id", "color", "size",
            "material", "product_type", "google_product_category", "image_link", "additional_image_link", "shipping_weight", "unit_pricing_measure",
            "unit_pricing_base_measure", "quantity", "shipping",
        ]
        let values = [
            "", "1", "2", "A", "B", "Tea", "Food &gt; Tea", "4636", "18.90 EUR", "10 EUR", "9.9 USD", "EUR", "1e5 EUR", "in stock", "out_of_stock", "preorder",
            "new", "used", "https://x.example/1.jpg", "//y/z",
            "2026-11-27T00:00+0100/2026-12-01T00:00+0100", "/", "250 g", "1 kg", "0 g", "3 lb", "99999999999999999999 kg", "<![CDATA[<b>x</b>]]>", "&lt;b&gt;",
            "<g:price>1 EUR</g:price>", "&#0;", "ü", "-5",
        ]
        for _ in 0..<600 {
            var items = ""
            for number in 0..<Int.random(in: 0...8, using: &random) {
                items += "<item>"
                if Int.random(in: 0..<4, using: &random) > 0 {
                    items += "<g:id>\(number)</g:id><title>T\(number % 3)</title><g:price>\(number + 1) EUR</g:price>"
                }
                for _ in 0..<Int.random(in: 0...12, using: &random) {
                    let name = names.randomElement(using: &random)!
                    let prefix = ["g:", "g:", "g:", "", "x:"].randomElement(using: &random)!
                    items += "<\(prefix)\(name)>\(values.randomElement(using: &random)!)</\(prefix)\(name)>"
                }
                items += "</item>"
            }
            var bytes = Array(Self.rss(items).utf8)
            if Int.random(in: 0..<4, using: &random) == 0 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            if Int.random(in: 0..<8, using: &random) == 0 { bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))) }
            let category = Bool.random(using: &random) ? "mugs" : nil
            let result = ImportSample.merchant(bytes, currency: "EUR", category: category)
            #expect(result.report.products == result.products.count)
            ImportSample.expectReadable(result)
            let once = ImportSample.lines(result)
            let again = ImportSample.merchant(bytes, currency: "EUR", category: category, existing: ImportSample.existing(once))
            #expect(ImportSample.lines(again, over: once) == once, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
