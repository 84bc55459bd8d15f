// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Support
import Testing

@testable import KarooSite

/// The readers of Content take any bytes: they answer with a tree or with a complaint, and never fall.
@Suite struct ReaderTests {
    /// Walks the whole tree, as reading a product does.
    private func walk(_ node: Node) -> Int {
        _ = node.scalar
        _ = node.position
        var count = 1
        for element in node.elements { count += walk(element) }
        for (key, value) in node.members { count += walk(key) + walk(value) }
        return count
    }

    private func json(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { source in
            guard let document = try? JSONParser.parse(source, file: "x", firstLine: 1, owner: nil) else { return false }
            return walk(document.root) > 0
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.below(5) {
            guard !bytes.isEmpty else { return bytes }
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] = UInt8(random.below(256))
            case 1: bytes.insert(random.one(of: Array("{}[]\",:\\|-\n\r\t &*#'0e.".utf8)), at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + random.below(12)))
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random.below(40))], at: random.below(bytes.count))
            case 4: bytes.removeLast(bytes.count - place)
            default: bytes.swapAt(place, random.below(bytes.count))
            }
        }
        return bytes
    }

    private static let line = "{\"slug\": \"a-b\", \"n\": [1, -2.5e3, true, false, null, \"x\\u00e9\\ud83d\\ude00\\n\"], \"text\": {\"en\": {\"title\": \"Tëa\", \"body\": \"\"}}}"
    private static let table = "slug,category,text.en.title,images,attributes.x\r\na,mugs,\"A \"\"b\"\"\nc\",x|y,\"{\"\"en\"\": 1}\"\nb,tea,T,,3\n"
    private static let yaml = "category: lamps\nlist: [a, \"b\", {c: 1.50}]\nnested:\n  - x: |\n      text\n    y: 'it''s'\n  - ~\nday: 2026-03-01 # note\n"

    @Test func strangeBytesAreReadOrRefused() {
        var random = Seeded("readers")
        for _ in 0..<3_000 {
            _ = json(mutated(Array(ReaderTests.line.utf8), &random))
            mutated(Array(ReaderTests.table.utf8), &random).withUnsafeBytes { bytes in
                var parser = CSVParser(bytes)
                guard let header = (try? parser.next()).flatMap({ $0 }), let table = try? CSVTable(header: header, file: "x") else { return }
                while let row = (try? parser.next()).flatMap({ $0 }) {
                    if let document = try? table.document(row) { _ = walk(document.root) }
                }
            }
            let text = String(decoding: mutated(Array(ReaderTests.yaml.utf8), &random), as: UTF8.self)
            if let document = try? YAMLParser.parse(text, file: "x") { _ = walk(document.root) }
            let page = String(decoding: mutated(Array("---\n\(ReaderTests.yaml)---\n\nThe *text*.\n".utf8), &random), as: UTF8.self)
            if let matter = try? FrontMatter(page, file: "x") { _ = walk(matter.header.root) + matter.body.utf8.count }
        }
    }

    /// What JSONSerialization takes is taken, and what it refuses is refused.
    @Test func strangeJSONIsJudgedAsByFoundation() {
        var random = Seeded("JSON")
        for _ in 0..<3_000 {
            let bytes = mutated(Array(ReaderTests.line.utf8), &random)
            // Foundation takes more than UTF-8, and is laxer with what stands after a value.
            guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0), json(bytes) else { continue }
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil,
                "seed \(Seeded.seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func strangeShopsAreBuiltOrRefused() throws {
        var random = Seeded("strange shops")
        let shop = try Shop(Shop.small)
        let names = [
            Shop.arne, "Content/sellers/nord/seller.yaml", "Content/marketplace.yaml", "Content/categories.yaml", "Content/attributes.yaml",
            "Content/sellers/nord/products/arne/en.md", "Content/pages/about.en.md", "Content/sellers/nord/products/arne/front.svg",
        ]
        let clean = try names.map { Array(try shop.text($0).utf8) }
        for _ in 0..<150 {
            let place = random.below(names.count)
            try shop.write(names[place], bytes: mutated(clean[place], &random))
            _ = SiteBuild(shop.options(jobs: 1)).check()
            try shop.write(names[place], bytes: clean[place])
        }
        #expect(SiteBuild(shop.options()).check().isDone)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"a\nb\"", "nul", "true false", "'a'", "[1 2]", "NaN",
        "{\"a\"}", "\"\\u12\"", "// x\n1", "\u{FEFF}1",
    ])
    func whatIsNotJSONIsRefused(text: String) { #expect(!json(Array(text.utf8))) }

    @Test func depthIsBounded() {
        #expect(json(Array((String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).utf8)))
        #expect(!json(Array((String(repeating: "[", count: 33) + String(repeating: "]", count: 33)).utf8)))
        #expect(!json(Array(String(repeating: "[", count: 1_000_000).utf8)))
        #expect(throws: BuildIssue.self) { try YAMLParser.parse(String(repeating: "[", count: 40) + String(repeating: "]", count: 40), file: "x") }
    }

    @Test func wordsOfYAMLStayWords() throws {
        let root = try YAMLParser.parse("a: no\nb: 2026-03-01\nc: 1.50\nd: \"1\"\ne: true\nf: 007\ng: 1:30\nh: 0x1F\n", file: "x").root
        #expect(root.members.map(\.value.kind) == [.string, .string, .number, .string, .boolean, .string, .string, .string])
        #expect(root.members.map(\.value.scalar) == ["no", "2026-03-01", "1.50", "1", "true", "007", "1:30", "0x1F"])
        #expect(root.members[2].value.position == (3, 4))
    }

    @Test func cellsOfATable() throws {
        try Array(ReaderTests.table.utf8).withUnsafeBytes { bytes in
            var parser = CSVParser(bytes)
            let header = try #require(try parser.next())
            let first = try #require(try parser.next())
            let second = try #require(try parser.next())
            #expect(header.cells.count == 5 && first.line == 2 && second.line == 4)
            #expect(first.cells[2] == "A \"b\"\nc")
            let root = try CSVTable(header: header, file: "x").document(first).root
            #expect(root.member("text")?.member("en")?.member("title")?.scalar == "A \"b\"\nc")
            #expect(root.member("images")?.elements.map(\.scalar) == ["x", "y"])
            #expect(try parser.next() == nil)
        }
    }

    @Test func theNearestNameIsSuggested() {
        #expect(nearest(to: "lamsp", among: ["lamps", "mugs"]) == "lamps")
        #expect(nearest(to: "EUP", among: ["USD", "EUR"]) == "EUR")
        #expect(nearest(to: "unrelated", among: ["lamps", "mugs"]) == nil)
        #expect(suggestion(for: "q", among: ["b", "a", "ccc", "dddd"]) != nil)
    }
}
