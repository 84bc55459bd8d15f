// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct JSONTests {
    private func parse(_ text: String) throws(JSONError) -> JSON { try JSON(parsing: Array(text.utf8)) }

    @Test func valuesAreRead() throws {
        #expect(try parse(" null ") == .null)
        #expect(try parse("[true,false]") == .array([.bool(true), .bool(false)]))
        #expect(try parse("-12.50e+3") == .number("-12.50e+3"))
        #expect(try parse("\t{\"a\" : [ ] , \"b\":{}}\r\n") == .object([.init(name: "a", value: .array([])), .init(name: "b", value: .object([]))]))
        #expect(try parse(#""a\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00😀""#) == .string("a\"\\/\u{8}\u{C}\n\r\téé😀😀"))
        #expect(try parse(#""\u0000""#) == .string("\0"))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "True", "01", "-", "1.", ".5", "1e", "+1", "--1", "[1,]", "[,1]", "[1 2]", "{", "[", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1 \"b\":2}", "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "1 2", "[1]]", "{\"a\":1,\"a\":2}", "'a'", "\u{FEFF}1", "NaN",
        "\"\\uD83D\\uD83D\"", "\"\\u٠٠٤١\"", "nullx",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        for bytes in [[0xC0, 0x80], [0xFF], [0xED, 0xA0, 0x80], [0xC3], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            #expect(throws: JSONError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
            #expect(throws: JSONError.self) { try JSON(parsing: Array(#""\n"#.utf8) + bytes + [0x22]) }
        }
    }

    @Test func depthIsLimited() throws {
        let deep = JSON.maximumDepth
        _ = try parse(String(repeating: "[", count: deep) + String(repeating: "]", count: deep))
        #expect(throws: JSONError.self) {
            try parse(String(repeating: "[", count: deep + 1) + String(repeating: "]", count: deep + 1))
        }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
        // Side by side, not in one another.
        _ = try parse("[" + Array(repeating: "{\"a\":[]}", count: 500).joined(separator: ",") + "]")
    }

    @Test func namesAreUniqueInLargeObjects() throws {
        let many = (0..<100).map { "\"n\($0)\":\($0)" }
        _ = try parse("{" + many.joined(separator: ",") + "}")
        #expect(throws: JSONError.self) { try parse("{" + (many + ["\"n3\":1"]).joined(separator: ",") + "}") }
        #expect(throws: JSONError.self) { try parse("{" + (many + ["\"n99\":1"]).joined(separator: ",") + "}") }
    }

    @Test func theFaultHasItsPlace() {
        #expect(throws: JSONError("a digit is missing", offset: 6)) { try parse("[1, 2.]") }
    }

    @Test func fieldsAreTakenOnceAndWhatIsLeftIsUnknown() throws {
        var fields = try parse(#"{"a":"x","b":1,"c":true,"d":["y"],"e":null}"#).fields()
        #expect(try fields.string("a") == "x")
        #expect(try fields.integer("b") == 1)
        #expect(try fields.bool("c"))
        #expect(try fields.strings("d") == ["y"])
        #expect(throws: JSONError("\"e\" is unknown")) { try fields.end() }
        #expect(throws: JSONError("\"e\" is not a text")) { try fields.optionalString("e") }
        try fields.end()
        #expect(throws: JSONError("\"z\" is missing")) { try fields.string("z") }
        #expect(try fields.optionalInteger("z") == nil)
        #expect(throws: JSONError.self) { try parse("[]").fields() }
        var numbers = try parse(#"{"a":1.0,"b":9223372036854775808,"c":"1","d":-9223372036854775808}"#).fields()
        #expect(throws: JSONError.self) { try numbers.integer("a") }
        #expect(throws: JSONError.self) { try numbers.integer("b") }
        #expect(throws: JSONError.self) { try numbers.integer("c") }
        #expect(try numbers.integer("d") == .min)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var random = Seeded("json round trip")
        for _ in 0..<500 {
            let value = anyValue(&random, depth: 4)
            var writer = JSONWriter()
            write(value, to: &writer)
            #expect(try JSON(parsing: writer.bytes) == value, "seed \(Seeded.seed)")
        }
    }

    @Test func mutatedBytesNeverStopTheProcess() {
        var random = Seeded("json fuzz")
        for _ in 0..<3_000 {
            var writer = JSONWriter()
            write(anyValue(&random, depth: 3), to: &writer)
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("\"\\{}[],:u0-".utf8).randomElement(using: &random)!, at: place)
                }
            }
            _ = try? JSON(parsing: bytes)
        }
    }

    private func anyValue(_ random: inout Seeded, depth: Int) -> JSON {
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &random) {
        case 0, 3: .string(random.text(of: ["a", "\"", "\\", "\n", "é", "😀", "\u{1}", "\u{7F}", "/", "ا"], upTo: 6))
        case 1: .number(String(random.anyInt64()))
        case 2: .bool(Bool.random(using: &random))
        case 4: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in anyValue(&random, depth: depth - 1) })
        default:
            .object(
                (0..<Int.random(in: 0...20, using: &random)).map {
                    JSON.Member(name: "n\($0)", value: anyValue(&random, depth: depth - 2))
                })
        }
    }

    private func write(_ value: JSON, to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .number(let text): writer.integer(Int64(text)!)
        case .bool(let value): writer.bool(value)
        case .null: break
        case .array(let values): writer.array { writer in for value in values { write(value, to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for member in members {
                    writer.name(member.name)
                    write(member.value, to: &writer)
                }
            }
        }
    }
}
