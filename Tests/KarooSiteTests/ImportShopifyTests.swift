// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooSite

/// Shopify's product CSV becomes lines that the build reads without an error.
@Suite struct ImportShopifyTests {
    /// The columns as exports had them for years.
    static let header = """
        Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,\
        Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
        Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,\
        Variant Weight Unit,Cost per item,Status

        """

    @Test func readsVariantsAndPicturesOverSeveralRows() {
        let result = ImportSample.shopify(
            Self.header + """
                arne-desk-lamp,Arne desk lamp,"<p>A lamp that stays <b>cool</b>,
                ""even"" at night.</p>",Nordlicht,Home & Garden > Lighting > Lamps,Desk lamps,"steel, dimmable, steel",true,Colour,Sage,Size,M,,,NL-42-S,1200.0,\
                shopify,12,deny,59.00,69.00,4006381333931,https://cdn.example/arne-front.jpg?v=1,1,"Front, lit",false,Ignored,"Steel lamp",\
                https://cdn.example/arne-sage.jpg,kg,20.00,active
                arne-desk-lamp,,,,,,,,,Coral,,M,,,NL-42-C,1200,shopify,0,continue,59.00,,,https://cdn.example/arne side.jpg,3,,,,,https://cdn.example/arne-coral.jpg,kg,,
                arne-desk-lamp,,,,,,,,,,,,,,,,,,,,,,https://cdn.example/arne-back.jpg,2,Back,,,,,,,
                wool-blanket,Wool blanket,,Karoo,,Blankets,,TRUE,Title,Default Title,,,,,,,,,,120,,,//cdn.example/blanket.jpg,1,,,,,,,,draft

                """)
        #expect(result.issues.all.map(\.text) == [])
        #expect(
            ImportSample.lines(result) == """
                {"slug":"arne-desk-lamp","category":"desk-lamps","brand":"Nordlicht","attributes":{"tags":["steel","dimmable"]},"images":[\
                {"file":"https://cdn.example/arne-front.jpg?v=1","alt":{"en":"Front, lit"}},{"file":"https://cdn.example/arne-back.jpg","alt":{"en":"Back"}},\
                "https://cdn.example/arne%20side.jpg","https://cdn.example/arne-sage.jpg","https://cdn.example/arne-coral.jpg"],"options":["colour","size"],\
                "variants":[{"sku":"NL-42-S","gtin":"4006381333931","options":{"colour":"sage","size":"M"},"prices":{"USD":"59.00"},"compareAt":{"USD":"69.00"},\
                "stock":12,"weight":"1200 g","images":["https://cdn.example/arne-sage.jpg"]},{"sku":"NL-42-C","options":{"colour":"Coral","size":"M"},\
                "prices":{"USD":"59.00"},"stock":0,"availability":"backorder","weight":"1200 g","images":["https://cdn.example/arne-coral.jpg"]}],\
                "text":{"en":{"title":"Arne desk lamp","description":"Steel lamp","body":"A lamp that stays **cool**, \\"even\\" at night."}}}
                {"slug":"wool-blanket","category":"blankets","status":"draft","brand":"Karoo","images":["https://cdn.example/blanket.jpg"],"sku":"wool-blanket",\
                "prices":{"USD":"120.00"},"availability":"untracked","text":{"en":{"title":"Wool blanket"}}}

                """)
        #expect(result.report == ImportReport.of(products: 2, variants: 3, pictures: 6, unpublished: 1))
        ImportSample.expectReadable(result)
    }

    @Test func readsTheNewerColumnNames() {
        let result = ImportSample.shopify(
            """
            Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,\
            Price,Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL,Image position,\
            Image alt text,Variant image URL,Gift card,SEO description,Unit price total measure,Unit price total measure unit,Unit price base measure,\
            Unit price base measure unit,Google Shopping / Condition,Google Shopping / MPN
            Rooibos,rooibos,Loose tea,Karoo,,Tea,,TRUE,Active,'0012,'4006381333931,Title,Default Title,,8.50,,shopify,7,DENY,250,https://cdn.example/t.jpg,1,Tin,,FALSE,,250,g,100,g,used,K-1
            Tea caddy,,,,,Tea,,FALSE,Active,TC,,Colour,Sage,product.metafields.shopify.color-pattern,19,,,,,,,,,,,,,,,,,

            """)
        #expect(result.issues.all.map(\.text) == [])
        #expect(
            ImportSample.lines(result) == """
                {"slug":"rooibos","category":"tea","brand":"Karoo","gtin":"4006381333931","mpn":"K-1","condition":"used","weight":"250 g","measure":{"content":"250 g","per":"100 g"},\
                "images":[{"file":"https://cdn.example/t.jpg","alt":{"en":"Tin"}}],"sku":"0012","prices":{"USD":"8.50"},"stock":7,"text":{"en":{"title":"Rooibos","body":"Loose tea"}}}
                {"slug":"tea-caddy","category":"tea","status":"draft","attributes":{"colour":"sage"},"sku":"TC","prices":{"USD":"19.00"},"availability":"untracked",\
                "text":{"en":{"title":"Tea caddy"}}}

                """)
        ImportSample.expectReadable(result)
    }

    @Test(arguments: [
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,ten,,,,,,,,,,,,",
            "file.csv:2: error: \"ten\" is no price in USD: \"t\" does not belong into an amount; write digits and at most one point; the variant is left out"
        ),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,\"1,299.00\",,,,,,,,,,,,",
            "file.csv:2: error: \"1,299.00\" is no price in USD: \",\" does not belong into an amount; write a point before the decimals and nothing between thousands; the variant is left out"
        ),
        ("x,X,,,,Tea,,,,,,,,,,,,,,-1,,,,,,,,,,,,", "file.csv:2: error: \"-1\" is below zero; the variant is left out"),
        ("x,X,,,,Tea,,,,,,,,,,,,,,,,,,,,,,,,,,", "file.csv:2: error: the variant has no price and is left out; give it one as 18.90"),
        ("x,,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,", "file.csv:2: error: \"x\" has no title and is left out; give the title in the first row of the product"),
        (",,words,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,", "file.csv:2: error: the row has no handle and is left out; give it the handle of its product"),
        ("!,!,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,", "file.csv:2: error: no address can be made of \"!\", and the product is left out; use letters or digits"),
        (
            "x,X,,,,Gizmos,,,,,,,,,,,,,,1,,,,,,,,,,,,",
            "file.csv:2: error: \"x\" is left out: its type \"Gizmos\" is no category here; known are: blankets, desk-lamps, home, lighting, mugs, tea"
        ),
        ("x,X,,,,,,,,,,,,,,,,,,1,,,,,,,,,,,,", "file.csv:2: error: \"x\" says no type and is left out; name a category for such products with --category"),
        (
            "x,X,,,,Desk-lamp,,,,,,,,,,,,,,1,,,,,,,,,,,,",
            "file.csv:2: error: \"x\" is left out: its type \"Desk-lamp\" is no category here; did you mean \"desk-lamps\"?"
        ),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,,surplus",
            "file.csv:2: error: 33 cells under 32 columns; the row is left out; put cells that hold a comma in double quotes"
        ),
        (
            "x,X,,,,Tea,,,Size,,,,,,,,,,,1,,,,,,,,,,,,",
            "file.csv:2: error: the variant does not say its \"Size\" and is left out; fill in all options of the variant"
        ),
        ("x,X,,,,Tea,,,,,,,,,,,,,,1,,,,,,true,,,,,,", "file.csv:2: warning: \"x\" is a gift card and is left out: here, gift cards are no products"),
    ])
    func leavesOutWhatCannotBeUsed(_ row: String, _ issue: String) {
        let result = ImportSample.shopify(Self.header + row + "\n")
        #expect(result.issues.all.map(\.text).contains(issue), "\(result.issues.all.map(\.text))")
        #expect(result.products.isEmpty && result.report.products == 0)
    }

    @Test(arguments: [
        ("x,X,,,,Tea,,,,,,,,,,heavy,,,,1,,,,,,,,,,,,", "file.csv:2: warning: \"heavy\" is no weight in grams and is left out"),
        ("x,X,,,,Tea,,,,,,,,,,,shopify,many,,1,,,,,,,,,,,,", "file.csv:2: warning: \"many\" is no quantity; the stock counts as 0; write a whole number"),
        (
            "x,X,,,,Tea,,,,,,,,,,,shopify,,,1,,,,,,,,,,,,",
            "file.csv: warning: the stock of 1 variants is counted, but the file does not say it; give the column \"Variant Inventory Qty\", or seed the stock of the server otherwise"
        ),
        ("x,X,,,,Tea,,,,,,,,,,,,,,2,1,,,,,,,,,,,", "file.csv:2: warning: the was-price 1.00 USD is below the price 2.00 USD and is left out"),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,2,old,,,,,,,,,,,",
            "file.csv:2: warning: \"old\" is no price in USD: \"o\" does not belong into an amount; write digits and at most one point; the was-price is left out"
        ),
        ("x,X,,,,Tea,,,,,,,,,,,,,,1,,12345,,,,,,,,,,", "file.csv:2: warning: \"12345\" is no GTIN and is left out: a GTIN has 8, 12, 13 or 14 digits, not 5"),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,1,,4006381333930,,,,,,,,,,",
            "file.csv:2: warning: \"4006381333930\" is no GTIN and is left out: the check digit should be 1; a digit may be mistyped"
        ),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,1,,,lamp.jpg,,,,,,,,,",
            "file.csv:2: warning: \"lamp.jpg\" is no address of a picture and is left out; write it as https://…"
        ),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,1,,,https://a.example/../b.jpg,,,,,,,,,",
            "file.csv:2: warning: \"https://a.example/../b.jpg\" is no address of a picture and is left out; write it as https://…"
        ),
        (
            "x,X,,,,Tea,,,,,,,,,,,,,,1,,,javascript:alert(1),,,,,,,,,",
            "file.csv:2: warning: \"javascript:alert(1)\" is no address of a picture and is left out; write it as https://…"
        ),
    ])
    func takesTheRestOfADoubtfulRow(_ row: String, _ issue: String) {
        let result = ImportSample.shopify(Self.header + row + "\n")
        #expect(result.issues.all.map(\.text) == [issue])
        #expect(result.report.products == 1)
        ImportSample.expectReadable(result)
    }

    @Test func givesSharedAndMissingSKUsNamesOfTheirOwn() {
        let result = ImportSample.shopify(
            Self.header + """
                mug,Mug,,,,Mugs,,,Colour,Sage,,,,,M-1,,,,,9,,,,,,,,,,,,
                mug,,,,,,,,,Deep Blue,,,,,M-1,,,,,9,,,,,,,,,,,,
                mug,,,,,,,,,Größe 1,,,,,,,,,,9,,,,,,,,,,,,
                cup,Cup,,,,Mugs,,,,,,,,,M-1,,,,,9,,,,,,,,,,,,

                """)
        #expect(result.products.flatMap(\.variants).map(\.sku) == ["M-1", "mug-deep-blue", "mug-groesse-1", "cup"])
        #expect(
            result.issues.all.map(\.text) == [
                "file.csv:3: warning: SKU \"M-1\" stands already in line 2; this variant is called \"mug-deep-blue\"; give every variant a SKU of its own",
                "file.csv:5: warning: SKU \"M-1\" stands already in line 2; this variant is called \"cup\"; give every variant a SKU of its own",
            ])
        ImportSample.expectReadable(result)
    }

    @Test func takesOneOfTwoVariantsThatAreTheSame() {
        let result = ImportSample.shopify(
            Self.header + """
                mug,Mug,,,,Mugs,,,Colour,Sage,,,,,M-1,,,,,9,,,,,,,,,,,,
                mug,,,,,,,,,sage,,,,,M-2,,,,,8,,,,,,,,,,,,
                plain,Plain,,,,Mugs,,,,,,,,,P-1,,,,,9,,,,,,,,,,,,
                plain,,,,,,,,,,,,,,P-2,,,,,8,,,,,,,,,,,,

                """)
        #expect(result.products.map { $0.variants.map(\.sku) } == [["M-1"], ["P-1"]])
        #expect(result.report == ImportReport.of(products: 2, variants: 2, skippedVariants: 2))
        #expect(
            result.issues.all.map(\.message) == [
                "two variants are both sage; only that of line 2 is taken",
                "the product has several variants, but nothing says in what they differ; only that of line 4 is taken",
            ])
        ImportSample.expectReadable(result)
    }

    @Test func tellsReductionsOnlyWhereTheyMayBeTold() {
        let result = ImportSample.shopify(Self.header + "mug,Mug,,,,Mugs,,,,,,,,,M-1,,,,,9.90,12,,,,,,,,,,,\n", currency: "EUR")
        #expect(ImportSample.lines(result).contains(#""prices":{"EUR":"9.90"},"compareAt":{"ie":"12.00"}"#))
        #expect(
            result.issues.all.map(\.text) == [
                "file.csv:2: warning: the reduction of \"Mug\" is not told in de: the law there asks for the lowest price of the last 30 days beside it; add compareAt and lowest30Days by hand"
            ])
        ImportSample.expectReadable(result)
    }

    @Test func knowsTheDecimalsOfCurrencies() {
        func price(_ text: String, _ currency: String) -> String? {
            let result = ImportSample.shopify(Self.header + "mug,Mug,,,,Mugs,,,,,,,,,M-1,,,,,\(text),,,,,,,,,,,,\n", currency: currency)
            return result.products.first?.variants[0].price.decimal
        }
        #expect(price("2400.00", "JPY") == "2400" && price("2400", "JPY") == "2400" && price("2400.50", "JPY") == nil)
        #expect(price("18.5", "KWD") == "18.500" && price("18.5000", "KWD") == "18.500" && price("18.5001", "KWD") == nil)
        #expect(price("0", "USD") == "0.00" && price("1.", "USD") == nil && price(".5", "USD") == nil && price("1e3", "USD") == nil)
    }

    @Test func saysThatNobodySellsInACurrency() {
        let result = ImportSample.shopify(Self.header + "a,A,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,\nb,B,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,\n", currency: "CHF")
        #expect(result.issues.all.map(\.message) == ["no market of this marketplace sells in CHF: products priced in it alone are sold nowhere"])
        #expect(result.report.products == 2)
    }

    @Test func findsCategoriesByTypeThenTakesTheOneForAllOthers() {
        let rows = [
            ("Tea", ""), ("DESK LAMPS", ""), ("Schreibtischlampen", ""), ("Unknown", "Home & Garden > Lighting > Wall lamps"), ("", "Food > Tea"),
            ("Unknown", "Toys > Puzzles"), ("", ""),
        ]
        let csv = rows.enumerated().map { "p\($0),P,,,\($1.1),\($1.0),,,,,,,,,,,,,,1,,,,,,,,,,,,\n" }.joined()
        let result = ImportSample.shopify(Self.header + csv, category: "mugs")
        #expect(result.products.map { $0.category?.text } == ["tea", "desk-lamps", "desk-lamps", "lighting", "tea", "mugs", "mugs"])
        #expect(result.issues.all.isEmpty)
    }

    @Test func refusesFilesThatAreNone() {
        func issues(_ text: String) -> [String] { ImportSample.shopify(text).issues.all.map(\.text) }
        #expect(issues("") == ["file.csv: error: the file is empty"])
        #expect(
            issues("a,b\n1,2\n") == [
                "file.csv:1: error: no column \"title\": this is no product file of Shopify; export the products from Shopify as CSV, and leave the first row as it is"
            ])
        #expect(
            issues("Handle;Title;Variant Price\n") == [
                "file.csv:1: error: the columns are separated by semicolons; save the file with commas between the columns"
            ])
        #expect(
            issues(Self.header + "a,\"open") == [
                "file.csv:2: error: a quoted cell is not closed; put cells with quotes in double quotes, and double the quotes in them"
            ])
        let latin = Array((Self.header + "a,").utf8) + [0xFC, 0x0A]
        #expect(ImportSample.shopify(latin).issues.all.map(\.text) == ["file.csv:2: error: not UTF-8; save the file in UTF-8"])
        #expect(
            ImportSample.shopify(Self.header + "a,A,,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,\n", currency: nil).issues.all.map(\.message) == [
                "the file names no currency"
            ])
    }

    @Test func boundsWhatAProductMayHold() {
        let many = (0..<60).map { "p,,,,,,,,,,,,,,,,,,,,,,https://cdn.example/\($0).jpg,\($0),,,,,,,,\n" }.joined()
        let long = String(repeating: "<p>Ein langer Text über Wolle.</p>", count: 4_000)
        let result = ImportSample.shopify(Self.header + "p,P,\(long),,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,\n" + many)
        #expect(result.issues.all.map(\.severity) == [.warning, .warning])
        #expect(result.products[0].pictures.count == 50)
        #expect((60_000...65_536).contains(result.products[0].body.utf8.count) && result.products[0].body.hasSuffix("Wolle."))
        ImportSample.expectReadable(result)
        let variants = (0..<600).map { "v,,,,,,,,,v\($0),,,,,,,,,,1,,,,,,,,,,,,\n" }.joined()
        let tooMany = ImportSample.shopify(Self.header + "v,V,,,,Tea,,,Size,first,,,,,,,,,,1,,,,,,,,,,,,\n" + variants)
        #expect(tooMany.issues.all.map(\.message) == ["\"V\" has 601 variants and is left out; at most 500 are shown"])
    }

    @Test func readsRandomTables() {
        var random = ImportRandom("ImportShopifyTests.readsRandomTables")
        let header = Self.header.split(separator: "\n")[0].split(separator: ",").map(String.init)
        let cells = [
            "", "", "", "", "a", "b", "lamp", "Tea", "Desk lamps", "1", "2.50", "0", "-3", "1e9", "99999999999999999999", "true", "false", "draft", "shopify",
            "continue", "Sage", "Title", "Default Title", "https://x.example/1.jpg", "https://x.example/2.png", "//y", "4006381333931",
            "\"quoted, \"\"cell\"\"\n\"",
            "<p>x<b>y</b></p>", "<script>", "'7", "ü", "\u{0}", "语", " ",
        ]
        for _ in 0..<600 {
            let shuffled = Int.random(in: 0..<4, using: &random) == 0 ? header.shuffled(using: &random) : header
            var text = shuffled.joined(separator: ",") + "\n"
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let count = Int.random(in: 0..<20, using: &random) == 0 ? Int.random(in: 1...40, using: &random) : header.count
                text += (0..<count).map { _ in cells.randomElement(using: &random)! }.joined(separator: ",") + "\n"
            }
            var bytes = Array(text.utf8)
            if Int.random(in: 0..<6, using: &random) == 0, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let category = Bool.random(using: &random) ? "tea" : nil
            let result = ImportSample.shopify(bytes, category: category)
            #expect(result.report.products == result.products.count)
            ImportSample.expectReadable(result)
            let once = ImportSample.lines(result)
            let again = ImportSample.shopify(bytes, category: category, existing: ImportSample.existing(once))
            #expect(ImportSample.lines(again, over: once) == once, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
