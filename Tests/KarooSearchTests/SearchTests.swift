// KarooExpress – Apache-2.0

import Testing

@testable import KarooSearch

/// Small indexes, written and read again.
struct SearchTests {
    @Test func aTitleThatIsTooLongForAKeyHarmsNoNeighbour() throws {
        let long = "lamp " + String(repeating: "x", count: 30) + String(repeating: " word", count: 1_000)
        let index = try SampleIndex(
            [Sample(id: "lamp", title: "Lamp")],
            completions: [long, "lamp"].map { SearchCompletion(text: $0, kind: .product, weight: 1, address: "/") })
        let leaves = index.texts.files.compactMap { try? Zlib.decompress($0.bytes) }.filter { $0.first == UInt8(ascii: "S") }
        #expect(leaves.count == 1 && leaves[0].count < FrontCoding.longestKey)
    }

    @Test func titlesThatAreTheirOwnAddressesStay() throws {
        let index = try SampleIndex([Sample(id: "one", title: "lampshade"), Sample(id: "two", title: "usb-c")])
        #expect(try index.reader.search(SearchRequest("lampshade")).hits.first?.card["title"] == "lampshade")
    }

    @Test func wordsOfTitlesComeFirst() throws {
        let index = try SampleIndex([
            Sample(id: "bag", title: "Canvas bag", description: "Holds a lamp."), Sample(id: "lamp", title: "Desk lamp"),
            Sample(id: "chair", title: "Chair"),
        ])
        #expect(try index.ids("lamp") == ["lamp", "bag"])
        #expect(try index.ids("LAMPS") == ["lamp", "bag"])
        #expect(try index.ids("desk lamp").first == "lamp")
    }

    @Test func formsOfAWordFindEachOther() throws {
        let index = try SampleIndex([Sample(id: "one", title: "Printer"), Sample(id: "two", title: "Printers and printing")])
        #expect(Set(try index.ids("printer")) == ["one", "two"])
        let german = try SampleIndex([Sample(id: "one", title: "Häuser"), Sample(id: "two", title: "Schreibtischlampe"), Sample(id: "three", title: "Lampe Schreibtisch")], language: "de")
        #expect(try german.ids("haus") == ["one"])
        #expect(try german.ids("Hauser") == ["one"])
        #expect(Set(try german.ids("lampe")) == ["two", "three"])
    }

    @Test(arguments: [("dekslamp", "lamp"), ("schreibtsich", "desk"), ("keyboad", "keyboard"), ("kyeboard", "keyboard"), ("keybord", "keyboard"), ("headphnes", "headphones"), ("mircophnoe", "microphone")])
    func misspelledWordsFindWhatWasMeant(_ query: String, _ expected: String) throws {
        let index = try SampleIndex([
            Sample(id: "lamp", title: "Desklamp"), Sample(id: "desk", title: "Schreibtisch"), Sample(id: "keyboard", title: "Keyboard"),
            Sample(id: "headphones", title: "Headphones"), Sample(id: "microphone", title: "Microphone"),
        ])
        #expect(try index.ids(query).first == expected)
    }

    @Test func codesAreFoundWithAndWithoutWhatStandsBetween() throws {
        let index = try SampleIndex([
            Sample(id: "hp", title: "HP Pavilion dv7-1211ea"), Sample(id: "phone", title: "Acme Phone 15 case"), Sample(id: "oil", title: "Oil 500 ml"),
            Sample(id: "tv", title: "TV 17\""), Sample(id: "both", title: "Head phones"),
        ])
        for query in ["dv7-1211ea", "dv71211ea", "DV7 1211EA", "dv7-1211eb"] { #expect(try index.ids(query).first == "hp", "\(query)") }
        for query in ["phone15", "phone 15"] { #expect(try index.ids(query).first == "phone", "\(query)") }
        for query in ["500ml", "500 ml"] { #expect(try index.ids(query).first == "oil", "\(query)") }
        #expect(try index.ids("17\"") == ["tv"])
        #expect(try index.ids("headphones").first == "both")
    }

    @Test func theLastWordMayBeABeginning() throws {
        let index = try SampleIndex([Sample(id: "one", title: "Blue keyboard"), Sample(id: "two", title: "Blue lamp")])
        #expect(try index.ids("blue keyb").first == "one")
    }

    @Test func synonymsPinsAndRedirects() throws {
        let samples = [Sample(id: "sofa", title: "Sofa"), Sample(id: "tv", title: "Television set"), Sample(id: "lamp", title: "Lamp")]
        let index = try SampleIndex(
            samples, rules: [SearchRule(query: "Lamp!", pins: [1]), SearchRule(query: "returns", redirect: "/en-us/returns.html")],
            synonyms: [SearchSynonym(words: ["sofa", "couch"]), SearchSynonym(words: ["tv", "television set"])])
        #expect(try index.ids("couches") == [] || index.ids("couch") == ["sofa"])
        #expect(try index.ids("couch") == ["sofa"])
        #expect(try index.ids("tv") == ["tv"])
        #expect(try index.ids("lamp") == ["tv", "lamp"])
        #expect(try index.reader.search(SearchRequest("returns")).redirect == "/en-us/returns.html")
    }

    @Test func scriptsWithoutSpaces() throws {
        let japanese = try SampleIndex([Sample(id: "one", title: "東京タワー"), Sample(id: "two", title: "京都の塔")], language: "ja")
        #expect(try japanese.ids("東京") == ["one"])
        #expect(try japanese.ids("京都").first == "two")
        let arabic = try SampleIndex([Sample(id: "one", title: "مصباح مكتب"), Sample(id: "two", title: "كرسي")], language: "ar")
        #expect(try arabic.ids("المصباح") == ["one"])
        #expect(try arabic.ids("مِصباح") == ["one"])
    }

    @Test func nothingEndsInNothing() throws {
        let index = try SampleIndex([Sample(id: "one", title: "Blue lamp"), Sample(id: "two", title: "Red chair")])
        let result = try index.reader.search(SearchRequest("blue chair"))
        #expect(result.isRelaxed)
        #expect(result.hits.count == 2)
        let dropped = try index.reader.search(SearchRequest("lamp qqqqqqqqqqqqqqqqq"))
        #expect(dropped.dropped == ["qqqqqqqqqqqqqqqqq"])
        #expect(dropped.hits.map { $0.card["url"] } == ["one"])
    }

    @Test func hostileQueriesAreCut() throws {
        let index = try SampleIndex([Sample(id: "one", title: "Blue lamp")])
        for query in [String(repeating: "a", count: 10_000), "\u{0}\u{1}\u{2}lamp", "<script>alert(1)</script>", String(repeating: "lamp ", count: 500), "\u{FFFD}\u{202E}"] {
            #expect(throws: Never.self) { try index.reader.search(SearchRequest(query)) }
        }
    }

    // MARK: Against the plainest search

    private static let words = ["lamp", "chair", "desk", "wool", "mug", "plate", "spoon", "rug", "clock", "shelf"]
    private static let colours = ["red", "green", "blue"]

    private func samples(_ count: Int, _ random: inout SeededGenerator) -> [Sample] {
        (0..<count).map { number in
            let words = (0..<Int.random(in: 1...3, using: &random)).map { _ in SearchTests.words.randomElement(using: &random)! }
            return Sample(
                id: "p\(number)", group: "g\(Int.random(in: 0..<3, using: &random))/h\(Int.random(in: 0..<3, using: &random))",
                popularity: UInt32.random(in: 0..<9, using: &random), title: words.joined(separator: " "),
                colours: SearchTests.colours.filter { _ in Bool.random(using: &random) }, price: Int64.random(in: 1...50, using: &random) * 100,
                stock: Int64.random(in: 0...2, using: &random))
        }
    }

    @Test func filtersCountsAndOrdersAreExact() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        for round in 0..<12 {
            let samples = samples(Int.random(in: 30...400, using: &random), &random)
            let index = try SampleIndex(samples, tier: round % 2 == 0 ? 65_536 : 1_024, jobs: round % 3 + 1)
            for _ in 0..<12 {
                let word = SearchTests.words.randomElement(using: &random)!
                let colours = SearchTests.colours.filter { _ in Bool.random(using: &random) }
                let least = Double(Int.random(in: 1...40, using: &random) * 100)
                var filters: [String: SearchRequest.Filter] = ["price": .range(least: least, most: nil)]
                if !colours.isEmpty { filters["colour"] = .values(colours) }
                let result = try index.reader.search(SearchRequest(
                    word, filters: filters, sort: .price, size: 1_000, facets: ["category", "colour", "price"]))
                let having = samples.filter { $0.title.split(separator: " ").contains(Substring(word)) }
                guard having.count >= 10 else { continue }
                func isPriced(_ sample: Sample) -> Bool { Double(sample.price) >= least }
                func isColoured(_ sample: Sample) -> Bool { colours.isEmpty || sample.colours.contains(where: colours.contains) }
                let expected = having.filter { isPriced($0) && isColoured($0) }
                #expect(Set(result.hits.map { $0.card["url"]! }) == Set(expected.map(\.id)), "seed \(seed)")
                #expect(result.total == expected.count, "seed \(seed)")
                #expect(result.hits.map { $0.numbers["price"]! } == expected.map(\.price).sorted(), "seed \(seed)")
                // A facet's own filter is left out of its counts.
                let counts = Dictionary(uniqueKeysWithValues: result.facets.map { ($0.id, Dictionary(uniqueKeysWithValues: $0.values.map { ($0.token, $0.count) })) })
                for colour in SearchTests.colours {
                    let count = having.count { isPriced($0) && $0.colours.contains(colour) }
                    #expect(counts["colour"]?[colour] ?? 0 == count, "seed \(seed)")
                }
                for group in Set(samples.map { String($0.group.prefix(2)) }) {
                    #expect(counts["category"]?[group] ?? 0 == expected.count { $0.group.hasPrefix(group) }, "seed \(seed)")
                }
            }
            for group in Set(samples.map(\.group)) {
                #expect(Set(try index.ids("", scope: "category:\(group)")) == Set(samples.filter { $0.group == group }.map(\.id)), "seed \(seed)")
            }
        }
    }

    // MARK: Changes

    @Test func theSameDocumentsGiveTheSameBytes() throws {
        var random = SeededGenerator(7)
        let samples = samples(500, &random)
        #expect(try SampleIndex(samples, jobs: 1).files == SampleIndex(samples, jobs: 3).files)
    }

    @Test func anotherPriceChangesOneFileAndTheRoot() throws {
        var random = SeededGenerator(8)
        var samples = samples(3_000, &random)
        let before = try SampleIndex(samples).files
        samples[1_234].price += 1
        let after = try SampleIndex(samples).files
        #expect(Set(after.keys).subtracting(before.keys).count == 2)
    }

    @Test func anotherTitleChangesFewFiles() throws {
        var random = SeededGenerator(9)
        var samples = samples(3_000, &random)
        for place in samples.indices { samples[place].title += " model\(place)" }
        let before = try SampleIndex(samples).files
        samples[1_234].title = "lamp model1234 walnut"
        let after = try SampleIndex(samples).files
        #expect(Set(after.keys).subtracting(before.keys).count < 25)
        #expect(after.count > 150)
    }

    // MARK: Damage

    @Test func damagedFilesAreToldAndNeverTrusted() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        let index = try SampleIndex(samples(300, &random), completions: [SearchCompletion(text: "Lamp", kind: .query, weight: 3)])
        let files = index.files
        let names = files.keys.sorted()
        var told = 0
        for round in 0..<400 {
            var damaged = files
            let name = names.randomElement(using: &random)!
            var content = try Zlib.decompress(files[name]!)
            if round % 2 == 0 {
                content[Int.random(in: 0..<content.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            } else {
                content.removeLast(Int.random(in: 1...content.count, using: &random))
            }
            damaged[name] = Zlib.compress(content)
            do {
                let reader = try SampleIndex.reader(index.root, damaged)
                for query in ["lamp desk", "lmap", "rug", "zzz"] { _ = try reader.search(SearchRequest(query, facets: ["category", "colour", "price"])) }
            } catch is SearchDamage {
                told += 1
            }
        }
        #expect(told > 50, "seed \(seed)")
        var cut = files
        for name in names { cut[name] = Array(files[name]!.dropLast(3)) }
        #expect(throws: SearchDamage.self) { try SampleIndex.reader(index.root, cut) }
    }
}
