// KarooExpress – Apache-2.0

import Foundation
import KarooTemplate
import Synchronization
import Testing

@Suite struct ProgramTests {
    enum Page: Int, Fields {
        case title, site, cards, unused, rating
        static let schema = Schema(of: Self.self)
        var shape: Shape {
            switch self {
            case .title, .site, .unused: .text
            case .cards: .list(of: Card.self)
            case .rating: .text
            }
        }
    }

    enum Card: Int, Fields {
        case name, rating, cards, hidden
        static let schema = Schema(of: Self.self)
        var shape: Shape { self == .cards ? .list(of: Card.self) : .text }
    }

    /// Slots live as long as their frame, and this one as long as the test.
    private let frame = Frame()

    private func page() -> Slot {
        let page = frame.record(Page.self)
        page[.title] = frame.text("A & B")
        page[.rating] = frame.text("5")
        page[.cards] = frame.list(0..<40) { number in
            let card = frame.record(Card.self)
            card[.name] = frame.text("Card <\(number)>")
            if number % 2 == 0 { card[.rating] = frame.text(decimal: number) }
            card[.cards] = frame.list(0..<(number % 3)) { inner in
                let card = frame.record(Card.self)
                card[.name] = frame.text("inner \(inner)")
                return card.slot
            }
            return card.slot
        }
        return page.slot
    }

    private func rendered(_ program: Program, _ slot: Slot) -> String {
        let bytes = Bytes()
        #expect(program.render(slot, into: bytes))
        return bytes.text
    }

    @Test func usesAreTheRootFieldsAskedFor() {
        let program = Theme(sources: [("page", "page", "{{title}}{{#cards}}{{name}}{{site}}{{/cards}}")]).compile("page", schema: Page.schema)
        #expect(program.uses == ["cards", "site", "title"])
        #expect(program.asks(for: Card.name) && program.asks(for: Page.site))
        #expect(!program.asks(for: Card.rating) && !program.asks(for: Page.unused))
    }

    /// A field that a record declares is its own even when missing: no card shows the rating of the page.
    @Test func declaredFieldsDoNotFallThrough() {
        let program = Theme(sources: [("page", "page", "{{#cards}}{{#rating}}[{{rating}}]{{/rating}}{{^rating}}-{{/rating}}{{/cards}}")]).compile(
            "page", schema: Page.schema)
        let expected = (0..<40).map { $0 % 2 == 0 ? "[\($0)]" : "-" }.joined()
        #expect(rendered(program, page()) == expected)
    }

    @Test func constantsFoldIntoLiterals() {
        let site = Schema([("name", .text), ("links", .list(.record(Schema([("url", .text), ("on", .flag)]))))])
        let record = frame.record(site)
        record[0] = frame.text("K & E")
        record[1] = frame.list(["a", "b"]) { url in
            guard case .list(.record(let link)) = site.shape(at: 1) else { return .missing }
            let record = frame.record(link)
            record[0] = frame.text(url)
            record[1] = .flag(url == "b")
            return record.slot
        }
        let text = "<{{shop.name}}>{{#shop}}{{#links}}<a {{url}}>{{#on}}!{{/on}}{{^on}}?{{/on}}{{name}};{{/links}}{{/shop}}{{^shop}}no{{/shop}}"
        let constants = [(name: "shop", value: record.slot, shape: Shape.record(site)), (name: "title", value: frame.text("wrong"), shape: .text)]
        let program = Theme(sources: [("page", "page", text)]).compile("page", schema: Page.schema, constants: constants)
        #expect(rendered(program, page()) == "<K &amp; E><a a>?K &amp; E;<a b>!K &amp; E;")
        #expect(program.stepCount == 2)  // one literal and the end
        // Fields of the model win over constants of the same name.
        let titled = Theme(sources: [("page", "page", "{{#shop}}{{title}}{{/shop}}{{#cards}}{{shop.name}}{{/cards}}")]).compile(
            "page", schema: Page.schema, constants: constants)
        #expect(rendered(titled, page()) == "A &amp; B" + String(repeating: "K &amp; E", count: 40))
    }

    /// Constants are copied: their frame may go.
    @Test func constantsOutliveTheirFrame() {
        var frame: Frame? = Frame()
        let word = frame?.text("a word that does not fit into a small string") ?? .missing
        let program = Theme(sources: [("page", "page", "{{>p}}"), ("p", "p", "{{word}}{{kind}}{{#cards}}{{>p}}{{/cards}}")])
            .compile("page", shape: .any(Card.schema), constants: [("word", word, .text), ("kind", frame?.text("!") ?? .missing, .text)])
        frame?.reset()
        _ = frame?.text(String(repeating: "#", count: 1000))
        frame = nil
        let other = Frame()
        let card = other.record(Card.self)
        card[.cards] = other.list(
            [other.record(Card.self).slot].map { slot in
                let empty = other.record(Card.self)
                empty[.cards] = other.list([])
                return empty.slot
            })
        #expect(rendered(program, card.slot) == String(repeating: "a word that does not fit into a small string!", count: 2))
    }

    @Test func recursionIsCutAtTheLimit() {
        let theme = Theme(sources: [("page", "page", "{{>p}}"), ("p", "p", "{{#title}}x{{>p}}{{/title}}")])
        let program = theme.compile("page", schema: Page.schema)
        let bytes = Bytes()
        #expect(!program.render(page(), into: bytes))
        #expect(bytes.count == Program.callLimit + 1)
        #expect(!program.render(page(), into: bytes))
    }

    @Test func deepRecursionOverRecords() {
        var card = frame.record(Card.self)
        card[.name] = frame.text("leaf")
        for level in 0..<1500 {
            let outer = frame.record(Card.self)
            outer[.name] = frame.text(decimal: level)
            outer[.cards] = frame.list([card.slot])
            card = outer
        }
        let program = Theme(sources: [("page", "page", "{{name}}{{#cards}}({{>page}}){{/cards}}")]).compile("page", schema: Card.schema)
        let expected = (0..<1500).reversed().map { "\($0)(" }.joined() + "leaf" + String(repeating: ")", count: 1500)
        #expect(rendered(program, card.slot) == expected)
    }

    /// Eight threads, one program, one model, eight buffers: the same bytes each time.
    @Test func threadsShareAProgram() {
        let slot = page()
        let text = "{{title}}{{#cards}}\n  {{>card}}\n{{/cards}}{{>tree}}"
        let theme = Theme(sources: [
            ("page", "page", text), ("card", "card", "<{{name}}>\n{{#rating}}{{rating}}{{/rating}}\n"),
            ("tree", "tree", "{{#cards}}{{name}}{{>tree}}{{/cards}}"),
        ])
        let program = theme.compile("page", schema: Page.schema)
        let expected = rendered(program, slot)
        let differing = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let bytes = Bytes(capacity: 64)
            for _ in 0..<200 {
                bytes.removeAll()
                program.render(slot, into: bytes)
                if bytes.text != expected { differing.add(1, ordering: .relaxed) }
            }
        }
        #expect(differing.load(ordering: .relaxed) == 0)
        #expect(expected.contains("<Card &lt;39&gt;>"))
    }

    /// Output goes behind what the buffer already has.
    @Test func appends() {
        let bytes = Bytes(capacity: 0)
        let program = Theme(sources: [("page", "page", "x{{title}}")]).compile("page", schema: Page.schema)
        bytes.append("before ")
        program.render(page(), into: bytes)
        #expect(bytes.text == "before xA &amp; B")
    }
}
