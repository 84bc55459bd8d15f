// KarooExpress – Apache-2.0

import KarooTemplate
import Testing

@Suite struct BytesTests {
    @Test func growsAndKeepsItsContent() {
        let bytes = Bytes(capacity: 1)
        var expected: [UInt8] = []
        for number in 0..<5000 {
            bytes.append(UInt8(truncatingIfNeeded: number))
            expected.append(UInt8(truncatingIfNeeded: number))
        }
        #expect(bytes.count == 5000)
        #expect(bytes.withBytes { Array($0) } == expected)
        bytes.removeAll()
        #expect(bytes.count == 0)
    }

    @Test func appendsEveryKindOfText() {
        let bytes = Bytes()
        let constant: StaticString = "sta"
        bytes.append(constant)
        bytes.append("tic, “ü”, ")
        bytes.append(contentsOf: [UInt8(ascii: "a"), UInt8(ascii: "b")])
        bytes.append(contentsOf: "cd".utf8.lazy.map { $0 })
        bytes.append("")
        #expect(bytes.text == "static, “ü”, abcd")
        bytes.truncate(to: 3)
        #expect(bytes.text == "sta")
    }

    @Test(arguments: [0, 7, -7, 10, 99, 100, 1_234_567_890, .max, .min])
    func appendsDecimals(number: Int) {
        let bytes = Bytes()
        bytes.append(decimal: number)
        #expect(bytes.text == String(number))
    }
}
