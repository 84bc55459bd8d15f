// KarooExpress – Apache-2.0

/// The Mustache language in its simplest form, straight from the specification and slow: text in, text out.
/// What the compiler does is held against it. Knows nothing of the indentation of blocks.
struct ReferenceInterpreter {
    let partials: [String: String]

    func render(_ template: String, _ stack: [Value]) -> String {
        var tokens = tokenize(template)
        return render(parse(&tokens, until: nil), stack, [:])
    }

    // MARK: Tokens

    private struct Token {
        var kind: Character  // "t" is text
        var content: String
        var indentation = ""
    }

    /// Cuts the text at its tags and removes standalone lines.
    private func tokenize(_ template: String) -> [Token] {
        let text = Array(template.unicodeScalars.map(Character.init))
        var tokens: [Token] = []
        var (open, close) = (Array("{{"), Array("}}"))
        var position = 0
        while position < text.count {
            guard let start = find(open, in: text, from: position) else { break }
            var inside = start + open.count
            while text[inside].isWhitespace { inside += 1 }
            var kind = text[inside]
            var end = close
            if "#^/><$!&{=".contains(kind) { inside += 1 } else { kind = "v" }
            if kind == "{" { end = ["}"] + close }
            if kind == "=" { end = ["="] + close }
            let stop = find(end, in: text, from: inside)!
            var after = stop + end.count
            let content = trim(String(text[inside..<stop]))
            var before = String(text[position..<start])
            var indentation = ""
            if "#^/>!=".contains(kind) {
                var line = start
                while line > 0, text[line - 1] == " " || text[line - 1] == "\t" { line -= 1 }
                var rest = after
                while rest < text.count, text[rest] == " " || text[rest] == "\t" { rest += 1 }
                if rest < text.count, text[rest] == "\r" { rest += 1 }
                if line == 0 || text[line - 1] == "\n", rest == text.count || text[rest] == "\n" {
                    indentation = String(text[line..<start])
                    before.unicodeScalars.removeLast(indentation.count)
                    after = min(rest + 1, text.count)
                }
            }
            tokens.append(Token(kind: "t", content: before))
            tokens.append(Token(kind: kind == "&" ? "{" : kind, content: content, indentation: indentation))
            if kind == "=" {
                let parts = content.split(whereSeparator: \.isWhitespace)
                (open, close) = (Array(parts[0]), Array(parts[1]))
            }
            position = after
        }
        tokens.append(Token(kind: "t", content: String(text[position...])))
        return tokens
    }

    private func find(_ pattern: [Character], in text: [Character], from start: Int) -> Int? {
        guard start + pattern.count <= text.count else { return nil }
        return (start...(text.count - pattern.count)).first { start in pattern.indices.allSatisfy { text[start + $0] == pattern[$0] } }
    }

    private func trim(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    // MARK: Tree

    private indirect enum Node {
        case leaf(Token)
        case enclosing(Token, [Node])
    }

    private func parse(_ tokens: inout [Token], until name: String?) -> [Node] {
        var nodes: [Node] = []
        while !tokens.isEmpty {
            let token = tokens.removeFirst()
            if token.kind == "/", token.content == name { return nodes }
            if "#^<$".contains(token.kind) {
                nodes.append(.enclosing(token, parse(&tokens, until: token.content)))
            } else {
                nodes.append(.leaf(token))
            }
        }
        return nodes
    }

    // MARK: Output

    private func render(_ nodes: [Node], _ stack: [Value], _ blocks: [String: [Node]]) -> String {
        nodes.map { render($0, stack, blocks) }.joined()
    }

    private func render(_ node: Node, _ stack: [Value], _ blocks: [String: [Node]]) -> String {
        switch node {
        case .leaf(let token):
            switch token.kind {
            case "t": return token.content
            case "v": return escape(text(lookUp(token.content, stack)))
            case "{": return text(lookUp(token.content, stack))
            case ">": return include(token, stack, blocks)
            default: return ""
            }
        case .enclosing(let token, let children):
            switch token.kind {
            case "<":
                var blocks = blocks
                for case .enclosing(let block, let content) in children where block.kind == "$" && blocks[block.content] == nil {
                    blocks[block.content] = content
                }
                return include(token, stack, blocks)
            case "$":
                var inner = blocks
                inner[token.content] = nil
                return blocks[token.content].map { render($0, stack, inner) } ?? render(children, stack, blocks)
            case "^":
                return isFalse(lookUp(token.content, stack)) ? render(children, stack, blocks) : ""
            default:
                let value = lookUp(token.content, stack)
                if isFalse(value) { return "" }
                switch value {
                case .list(let elements): return elements.map { render(children, stack + [$0], blocks) }.joined()
                case .flag, nil: return render(children, stack, blocks)
                case let value?: return render(children, stack + [value], blocks)
                }
            }
        }
    }

    private func include(_ token: Token, _ stack: [Value], _ blocks: [String: [Node]]) -> String {
        var name = token.content
        if name.hasPrefix("*") { name = text(lookUp(trim(String(name.dropFirst())), stack)) }
        guard var template = partials[name] else { return "" }
        if !token.indentation.isEmpty {
            // A line end of two characters is one `Character`, hence the scalars.
            let lines = template.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            template = lines.enumerated().map { $0.offset == lines.count - 1 && $0.element.isEmpty ? "" : token.indentation + $0.element }.joined(
                separator: "\n")
        }
        var tokens = tokenize(template)
        return render(parse(&tokens, until: nil), stack, blocks)
    }

    // MARK: Values

    private func lookUp(_ name: String, _ stack: [Value]) -> Value? {
        if name == "." { return stack.last }
        let parts = name.split(separator: ".").map(String.init)
        var value: Value?
        for case .record(let fields) in stack.reversed() {
            value = fields[parts[0]]
            if value != nil { break }
        }
        for part in parts.dropFirst() {
            guard case .record(let fields) = value else { return nil }
            value = fields[part]
        }
        return value
    }

    private func isFalse(_ value: Value?) -> Bool {
        switch value {
        case nil, .null, .flag(false), .list([]), .text(""): true
        default: false
        }
    }

    private func text(_ value: Value?) -> String {
        switch value {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case nil, .null, .list, .record: ""
        }
    }

    private func escape(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: String(Character(scalar))
            }
        }.joined()
    }
}
