// KarooExpress – Apache-2.0

extension Compiler {
    /// `{{name}}` and `{{{name}}}`.
    mutating func compileVariable(_ name: Name, escaped: Bool, at place: Place) {
        let candidates = resolve(name, at: place)
        guard let first = candidates.first else { return }
        for candidate in candidates where candidate.steps != nil { checkPlacing(name, candidate.shape, escaped: escaped, at: place) }
        if case .constant(let value) = first.origin {
            return emit(literal: constantText(value, escaped: escaped))
        }
        if candidates.count == 1, let op = directOp(first, escaped: escaped) {
            emit(op)
        } else {
            load(candidates)
            emit(Op(escaped ? .registerText : .registerRaw))
        }
    }

    /// The one op that places the candidate; nil when it takes more.
    private func directOp(_ candidate: Candidate, escaped: Bool) -> Op? {
        switch (candidate.origin, candidate.steps?.count) {
        case (.field(let up, let index), 0):
            return Op(escaped ? .text : .raw, up: up, index: index)
        case (.field(let up, let index), 1):
            return Op(escaped ? .innerText : .innerRaw, up: up, index: index, target: candidate.steps?[0] ?? 0)
        case (.context(let up), 0):
            return Op(escaped ? .contextText : .contextRaw, up: up)
        default:
            return nil
        }
    }

    private func constantText(_ value: Slot, escaped: Bool) -> [UInt8] {
        let bytes = Bytes(capacity: value.count)
        Program.append(value, escaped: escaped, to: bytes)
        return bytes.withBytes { Array($0) }
    }

    /// Whether a value of the shape is meant to be placed like this.
    private mutating func checkPlacing(_ name: Name, _ shape: Shape, escaped: Bool, at place: Place) {
        let (at, text) = (name.offset, name.text)
        switch shape {
        case .text where !escaped:
            report(at, place, .warning, "unescaped text: “\(text)” is plain text; write {{\(text)}} so that it is escaped")
        case .html where escaped:
            report(at, place, .warning, "“\(text)” is HTML and {{\(text)}} shows its tags as text; write {{{\(text)}}}")
        case .record(let schema):
            let example = schema.names.first.map { text == "." ? $0 : "\(text).\($0)" } ?? text
            report(at, place, .error, "“\(text)” is a record, not a text; name one of its fields, as in {{\(example)}}")
        case .list:
            report(at, place, .error, "“\(text)” is a list, not a text; open it with {{#\(text)}}…{{/\(text)}}")
        case .text, .html, .flag, .any:
            break
        }
    }
}
