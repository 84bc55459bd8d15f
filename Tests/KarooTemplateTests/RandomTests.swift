// KarooExpress – Apache-2.0

import KarooTemplate
import Testing

/// The compiler against the reference interpreter, and against nonsense.
@Suite struct RandomTests {
    /// Partials that include only those after them, and a tree that includes itself.
    private func partials(_ maker: inout RandomTemplate) -> [String: String] {
        var partials: [String: String] = [:]
        var known: [String] = ["tree"]
        for name in RandomTemplate.partialNames.reversed() {
            // A dynamic name may choose any partial: only the tree and the page have them.
            partials[name] = maker.template(depth: 2, partials: known).replacing("*kind", with: "tree")
            known.append(name)
        }
        let body = maker.template(depth: 2, partials: [])
        partials["tree"] =
            body + "<{{a}}{{#children}}" + maker.random.pick(["{{>tree}}", "\n {{>tree}}\n", "{{b}}{{>tree}}", "{{<tree}}{{$x}}{{c}}{{/x}}{{/tree}}"])
            + "{{/children}}>"
        return partials
    }

    @Test func equalsTheReference() {
        var seeds = Randomness(seed: Randomness.seed(for: "equalsTheReference"))
        for _ in 0..<Randomness.rounds {
            let seed = seeds.next()
            var maker = RandomTemplate(random: Randomness(seed: seed))
            let data = maker.record(depth: 3)
            let partials = partials(&maker)
            let page = maker.template(depth: 3, partials: RandomTemplate.partialNames + ["tree"])
            let expected = ReferenceInterpreter(partials: partials).render(page, [data])
            let (actual, program) = render(page, data, partials: partials)
            if program.isTooLarge { continue }
            #expect(actual == expected, "case \(seed)\n\(page)\n\(partials)\n\(data)")
            if actual != expected { return }
        }
    }

    /// The same with half of the root's fields known at compile time.
    @Test func constantsEqualTheReference() {
        var seeds = Randomness(seed: Randomness.seed(for: "constantsEqualTheReference"))
        for _ in 0..<Randomness.rounds {
            let seed = seeds.next()
            var maker = RandomTemplate(random: Randomness(seed: seed))
            guard case .record(var constants) = maker.record(depth: 3), case .record(let fields) = maker.record(depth: 3) else { return }
            constants = constants.filter { _ in !maker.random.once(in: 3) }
            let partials = partials(&maker)
            let page = maker.template(depth: 3, partials: RandomTemplate.partialNames + ["tree"])
            let data = Value.record(fields.filter { $0.key == "children" || maker.random.once(in: 2) })
            let expected = ReferenceInterpreter(partials: partials).render(page, [.record(constants), data])
            let (actual, program) = render(page, data, partials: partials, constants: constants)
            if program.isTooLarge { continue }
            #expect(actual == expected, "case \(seed)\n\(page)\n\(partials)\n\(constants)\n\(data)")
            if actual != expected { return }
        }
    }

    /// Declared records and constants: a missing field is an empty one, whatever the outer contexts have.
    @Test func declaredRecordsEqualTheReference() {
        var seeds = Randomness(seed: Randomness.seed(for: "declaredRecordsEqualTheReference"))
        for _ in 0..<Randomness.rounds {
            let seed = seeds.next()
            var maker = RandomTemplate(random: Randomness(seed: seed))
            var declared = RandomShape(random: Randomness(seed: seed &+ 1))
            let frame = Frame()
            let shape = declared.record(depth: 3)
            let (slot, data) = declared.value(of: shape, in: frame)
            let known = declared.record(depth: 2)
            let (constants, knownData) = declared.value(of: known, in: frame)
            let partials = partials(&maker)
            let page = maker.template(depth: 3, partials: RandomTemplate.partialNames)
            let theme = Theme(sources: (partials.map { ($0.key, $0.key, $0.value) } + [("page", "page", page)]).sorted { $0.0 < $1.0 })
            let bytes = Bytes()
            let program = withExtendedLifetime(frame) { theme.compile("page", shape: shape, constants: constants.fields(known)) }
            if program.isTooLarge { continue }
            let ended = withExtendedLifetime(frame) { program.render(slot, into: bytes) }
            let expected = ReferenceInterpreter(partials: partials).render(page, [knownData, data])
            let isEqual = ended && bytes.text == expected
            #expect(isEqual, "case \(seed)\n\(page)\n\(partials)\n\(knownData)\n\(data)\ngives\n\(bytes.text)\ninstead of\n\(expected)")
            if !isEqual { return }
        }
    }

    /// Any bytes give a program, and any program ends.
    @Test func nonsenseDoesNoHarm() {
        var random = Randomness(seed: Randomness.seed(for: "nonsenseDoesNoHarm"))
        let pieces = [
            "{{", "}}", "{{#", "{{^", "{{/", "{{>", "{{<", "{{$", "{{=", "=}}", "{{{", "}}}", "{{!", "*", "a", "b", "list", "p0", "p1", ".", " ", "\n", "<% %>",
            "<%", "%>", "é", "\r\n", "&",
        ]
        let data = Value.record(["a": .text("p0"), "b": .record(["a": .text("p1"), "list": .list([])]), "list": .list([.flag(true), .record(["b": .null])])])
        for _ in 0..<Randomness.rounds {
            func soup() -> String { (0..<Int.random(in: 0...24, using: &random)).map { _ in random.pick(pieces) }.joined() }
            let result = render(soup(), data, partials: ["p0": soup(), "p1": soup()])
            for issue in result.program.issues { #expect(issue.line > 0 && issue.column > 0) }
        }
    }
}

extension Program {
    /// Whether data of any shape made so many variants that the compiler gave up.
    fileprivate var isTooLarge: Bool {
        let isTooLarge = issues.contains { $0.message.contains("becomes too large") }
        if isTooLarge { print("too large", issues.filter { $0.message.contains("too large") }) }
        return isTooLarge
    }
}

extension Slot {
    /// The fields of a record of the shape, as constants.
    fileprivate func fields(_ shape: Shape) -> [(name: String, value: Slot, shape: Shape)] {
        guard case .record(let schema) = shape else { return [] }
        return schema.names.indices.map { (schema.names[$0], self[$0], schema.shape(at: $0)) }
    }
}

/// Makes random declared shapes and values of them.
struct RandomShape {
    var random: Randomness

    mutating func record(depth: Int) -> Shape {
        var fields: [(String, Shape)] = []
        for name in RandomTemplate.names + ["kind"] where !random.once(in: 3) { fields.append((name, shape(depth: depth - 1))) }
        fields.append(("children", .list(depth > 1 ? record(depth: depth - 1) : .record(Schema([("a", .text), ("children", .list(.text))])))))
        return .record(Schema(fields.shuffled(using: &random)))
    }

    private mutating func shape(depth: Int) -> Shape {
        switch Int.random(in: 0...(depth > 0 ? 5 : 2), using: &random) {
        case 0: .flag
        case 1: .text
        case 2: .html
        case 3: record(depth: depth)
        default: .list(shape(depth: depth - 1))
        }
    }

    /// A value with some fields missing, and the same as data, where these are null.
    mutating func value(of shape: Shape, in frame: Frame) -> (Slot, Value) {
        switch shape {
        case .text, .html:
            let text = random.pick(["", "x", "<b> & 'c'", "日本語", "longer than one block"])
            return (frame.text(text), .text(text))
        case .flag:
            let flag = Bool.random(using: &random)
            return (.flag(flag), .flag(flag))
        case .list(let element):
            let values = (0..<Int.random(in: 0...2, using: &random)).map { _ in value(of: element, in: frame) }
            return (frame.list(values.map(\.0)), .list(values.map(\.1)))
        case .record(let schema), .any(let schema):
            let record = frame.record(schema)
            var fields: [String: Value] = [:]
            for (index, name) in schema.names.enumerated() {
                // The innermost children have none: a text among them would find its parent's children again.
                if name == "children", case .list(.text) = schema.shape(at: index) {
                    (record[index], fields[name]) = (frame.list([]), .list([]))
                } else if name != "children", random.once(in: 4) {
                    fields[name] = .null
                } else {
                    (record[index], fields[name]) = value(of: schema.shape(at: index), in: frame)
                }
            }
            return (record.slot, .record(fields))
        }
    }
}
