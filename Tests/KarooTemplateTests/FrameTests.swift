// KarooExpress – Apache-2.0

import KarooTemplate
import Testing

@Suite struct FrameTests {
    /// Slots live as long as their frame, and this one as long as the test.
    private let frame = Frame()

    enum Item: Int, Fields {
        case name, children, note
        static let schema = Schema(of: Self.self)
        var shape: Shape {
            switch self {
            case .name, .note: .text
            case .children: .list(of: Item.self)
            }
        }
    }

    private let program = Theme(sources: [("page", "page", "{{name}}[{{#children}}{{>page}}{{/children}}]{{#note}}!{{note}}{{/note}}")]).compile(
        "page", schema: Item.schema)

    private func rendered(_ slot: Slot) -> String {
        let bytes = Bytes()
        program.render(slot, into: bytes)
        return bytes.text
    }

    @Test func recordsAreMissingUntilSet() {
        let item = frame.record(Item.self)
        #expect(item[.name].isMissing && item[.children].isFalse)
        item[.name] = frame.text("a")
        #expect(rendered(item.slot) == "a[]")
        item[.note] = frame.text("later")
        #expect(rendered(item.slot) == "a[]!later")
    }

    @Test func truth() {
        #expect(Slot.missing.isFalse && Slot.flag(false).isFalse && frame.text("").isFalse && frame.list([]).isFalse)
        #expect(!Slot.flag(true).isFalse && !frame.text("x").isFalse && !frame.list([.missing]).isFalse && !frame.record(Item.self).slot.isFalse)
        #expect(!frame.record(Schema([])).slot.isFalse)
    }

    /// Lists and texts may be built inside one another, over chunk borders, and again after a reset.
    @Test func buildsNest() {
        func item(_ depth: Int, _ name: String) -> Slot {
            let record = frame.record(Item.self)
            record[.name] = frame.text { bytes in
                bytes.append(name)
                let inner = frame.text { $0.append("inner") }
                bytes.append(inner.bytes)
            }
            record[.children] = depth == 0 ? frame.list([]) : frame.list(sequence(first: 1) { $0 < 3 ? $0 + 1 : nil }) { item(depth - 1, "\(name)\($0)") }
            return record.slot
        }
        func expected(_ depth: Int, _ name: String) -> String {
            "\(name)inner[" + (depth == 0 ? "" : (1...3).map { expected(depth - 1, "\(name)\($0)") }.joined()) + "]"
        }
        for _ in 0..<3 {
            frame.reset()
            #expect(rendered(item(6, "x")) == expected(6, "x"))
        }
    }

    @Test func textsStayWhereTheyAre() {
        let sizes = [0, 1, 100, 65_535, 65_536, 65_537, 1_000_000, 3]
        for _ in 0..<3 {
            frame.reset()
            let texts = sizes.map { size in (size, frame.text(String(repeating: "z", count: size))) }
            let lists = sizes.prefix(6).map { size in (size, frame.list(count: size) { frame.text(decimal: $0) }) }
            for (size, text) in texts { #expect(text.bytes.count == size && text.bytes.allSatisfy { $0 == UInt8(ascii: "z") }) }
            for (size, list) in lists { #expect(list.isFalse == (size == 0)) }
        }
    }

    @Test func staticTextAndNumbers() {
        let text: StaticString = "fixed"
        #expect(String(decoding: frame.text(text).bytes, as: UTF8.self) == "fixed")
        #expect(String(decoding: frame.text(decimal: -42).bytes, as: UTF8.self) == "-42")
    }

    @Test func dynamicRecords() {
        let schema = Schema([("a", .text), ("b", .list(.text))])
        let record = frame.record(schema)
        record[0] = frame.text("x")
        record[1] = frame.list(["y", "z"]) { frame.text($0) }
        let bytes = Bytes()
        Theme(sources: [("page", "page", "{{a}}{{#b}}-{{.}}{{/b}}")]).compile("page", schema: schema).render(record.slot, into: bytes)
        #expect(bytes.text == "x-y-z")
    }
}
