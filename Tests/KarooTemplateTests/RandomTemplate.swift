// KarooExpress – Apache-2.0

/// Makes random data and random templates over its names. All templates are well formed.
struct RandomTemplate {
    var random: Randomness
    static let names = ["a", "b", "c", "item", "list", "on"]
    static let partialNames = ["p0", "p1", "p2"]

    /// A record of random values. Every record has `children`, so that recursion over them ends.
    mutating func record(depth: Int) -> Value {
        var fields: [String: Value] = ["kind": .text(random.pick(RandomTemplate.partialNames + ["none"]))]
        for name in RandomTemplate.names where !random.once(in: 3) { fields[name] = value(depth: depth - 1) }
        let count = depth > 0 ? Int.random(in: 0...2, using: &random) : 0
        fields["children"] = .list((0..<count).map { _ in record(depth: depth - 1) })
        return .record(fields)
    }

    mutating func value(depth: Int) -> Value {
        switch Int.random(in: 0...(depth > 0 ? 7 : 4), using: &random) {
        case 0: return .flag(Bool.random(using: &random))
        case 1: return random.once(in: 2) ? .null : .text("")
        case 2...4: return .text(text())
        case 5: return record(depth: depth)
        default:
            let count = Int.random(in: 0...3, using: &random)
            return .list((0..<count).map { _ in value(depth: depth - 1) })
        }
    }

    mutating func text() -> String {
        let pieces = ["x", "<b>", "a & b", "\"", "'", "ü", "日本語", "{{a}}", " ", "\n", "long enough to fill more than one block of sixteen"]
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in random.pick(pieces) }.joined()
    }

    /// A template.
    /// - Parameters:
    ///   - partials: the templates that it may include.
    ///   - isInline: keep it on one line.
    mutating func template(depth: Int, partials: [String], isInline: Bool = false) -> String {
        (0..<Int.random(in: 1...6, using: &random)).map { _ in piece(depth: depth, partials: partials, isInline: isInline) }.joined()
    }

    private mutating func piece(depth: Int, partials: [String], isInline: Bool) -> String {
        let name = self.name()
        switch Int.random(in: 0...13, using: &random) {
        case 0: return random.pick(["text", "<p>", " ", "é"]) + lineEnd(isInline)
        case 1: return lineEnd(isInline) + random.pick(["", " ", "  ", "\t"])
        case 2, 3: return "{{\(name)}}"
        case 4: return random.pick(["{{{\(name)}}}", "{{& \(name) }}", "{{ \(name) }}"])
        case 5: return "{{! note }}" + lineEnd(isInline)
        case 6 where !isInline: return "\n  {{=<% %>=}}\n<%\(name)%>\n<%={{ }}=%>\n"
        case 7...9 where depth > 0:
            let body = template(depth: depth - 1, partials: partials, isInline: isInline)
            let sigil = random.once(in: 3) ? "^" : "#"
            return "{{\(sigil)\(name)}}" + lineEnd(isInline) + body + "{{/\(name)}}" + lineEnd(isInline)
        case 10...11 where !partials.isEmpty:
            let partial = random.once(in: 4) ? "*kind" : random.pick(partials)
            if isInline { return "{{>\(partial)}}" }
            return random.pick(["{{>\(partial)}}", "\n{{>\(partial)}}\n", "\n  {{> \(partial)}}\n"])
        case 12 where !partials.isEmpty && depth > 0:
            let partial = random.pick(partials)
            let arguments = ["x", "y"].filter { _ in random.once(in: 2) }.map {
                "{{$\($0)}}|" + template(depth: depth - 1, partials: [], isInline: true) + "{{/\($0)}}"
            }
            return "|{{<\(partial)}}\(arguments.joined()){{/\(partial)}}|"
        case 13 where depth > 0:
            let block = random.pick(["x", "y"])
            return "|{{$\(block)}}|" + template(depth: depth - 1, partials: [], isInline: true) + "{{/\(block)}}|"
        default: return "."
        }
    }

    mutating func name() -> String {
        switch Int.random(in: 0...9, using: &random) {
        case 0: "."
        case 1: "item." + random.pick(RandomTemplate.names)
        case 2: random.pick(RandomTemplate.names) + ".item.a"
        case 3: random.pick(["unknown", "children"])
        default: random.pick(RandomTemplate.names)
        }
    }

    private mutating func lineEnd(_ isInline: Bool) -> String {
        isInline ? "" : random.pick(["", "", "\n", "\n", "\r\n", "\n\n"])
    }
}
