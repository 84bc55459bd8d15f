// KarooExpress – Apache-2.0

import Foundation
import KarooTemplate
import Testing

@Suite struct EscapingTests {
    private func html(_ text: String) -> String {
        let bytes = Bytes(capacity: 0)
        bytes.appendEscapingHTML(text)
        return bytes.text
    }

    private func json(_ text: String) -> String {
        let bytes = Bytes(capacity: 0)
        bytes.appendEscapingJSON(text)
        return bytes.text
    }

    private func xml(_ bytes: [UInt8]) -> [UInt8] {
        let result = Bytes(capacity: 0)
        bytes.withUnsafeBytes { result.appendEscapingXML($0) }
        return result.withBytes { Array($0) }
    }

    /// One replacement at a time, as anybody would write it.
    private func plainly(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing(
            "'", with: "&#39;")
    }

    @Test func htmlAtEveryLengthAndPosition() {
        for length in 0...40 {
            let clean = String(repeating: "x", count: length)
            #expect(html(clean) == clean)
            for position in 0..<length {
                for special in "&<>\"'" {
                    var text = Array(clean)
                    text[position] = special
                    #expect(html(String(text)) == plainly(String(text)))
                }
            }
        }
        #expect(html(String(repeating: "\"", count: 1000)) == String(repeating: "&quot;", count: 1000))
    }

    /// Every byte but the five passes, whatever stands beside it.
    @Test func htmlLeavesAllOtherBytes() {
        for byte in UInt8.min...UInt8.max where !"&<>\"'".utf8.contains(byte) {
            for length in [1, 3, 7, 8, 9, 17] {
                let source = [UInt8](repeating: byte, count: length)
                let bytes = Bytes()
                source.withUnsafeBytes { bytes.appendEscapingHTML($0) }
                #expect(bytes.withBytes { Array($0) } == source)
            }
        }
    }

    @Test func htmlOfRandomText() {
        var random = Randomness(seed: Randomness.seed(for: "htmlOfRandomText"))
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                random.pick(["a", "%", "(", "=", ";", "?", "&", "<", ">", "\"", "'", "é", "日", "👩‍🔧"])
            }.joined()
            #expect(html(text) == plainly(text))
        }
    }

    @Test func json() throws {
        #expect(json("a\"b\\c\u{08}\u{0c}\n\r\t\u{01}\u{1f}\u{7f}") == #"a\"b\\c\b\f\n\r\t\u0001\u001f"# + "\u{7f}")
        #expect(json("</script><!--&") == #"\u003c/script\u003e\u003c!--\u0026"#)
        #expect(json("a\u{2028}b\u{2029}c\u{2027}d\u{202a}") == #"a\u2028b\u2029c"# + "\u{2027}d\u{202a}")
        #expect(json("ü€日本語👩‍🔧") == "ü€日本語👩‍🔧")
    }

    @Test func jsonReadsBack() throws {
        var random = Randomness(seed: Randomness.seed(for: "jsonReadsBack"))
        for _ in 0..<1000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                random.once(in: 3)
                    ? String(UnicodeScalar(UInt8.random(in: 0...127, using: &random))) : random.pick(["ü", "\u{2028}", "\u{2029}", "€", "日", "</script>"])
            }.joined()
            let escaped = json(text)
            #expect(!escaped.contains("<") && !escaped.unicodeScalars.contains("\u{2028}"))
            let back = try JSONSerialization.jsonObject(with: Data("\"\(escaped)\"".utf8), options: [.fragmentsAllowed]) as? String
            #expect(back == text)
        }
    }

    @Test func xml() {
        #expect(xml(Array("a<b>&\"'\u{0}\u{08}\t\n\r\u{0b}\u{1f}ü".utf8)) == Array("a&lt;b&gt;&amp;&quot;&#39;\t\n\rü".utf8))
        #expect(xml(Array("x\u{fffe}y\u{ffff}z\u{fffd}\u{d7ff}\u{e000}\u{10ffff}".utf8)) == Array("xyz\u{fffd}\u{d7ff}\u{e000}\u{10ffff}".utf8))
        #expect(xml([0x61, 0xed, 0xa0, 0x80, 0x62]) == [0x61, 0x62])
    }
}
