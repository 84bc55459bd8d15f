// KarooExpress – Apache-2.0

import KarooCommerce

/// The page of the API for people, made of openapi.json: every address with what it takes and gives, and a call to try. Nothing
/// in it runs; whatever the document says stands there as text.
struct APIPage {
    private let root: JSON
    private var html = ""

    /// Throws unless the document is an object with paths.
    init(_ document: JSON) throws {
        root = document
        guard case .object(let paths)? = root["paths"] else { throw JSONError("the document has no paths") }
        write(groups: APIPage.groups(paths))
    }

    var bytes: [UInt8] { Array(html.utf8) }

    // MARK: What belongs together

    private struct Operation {
        let method: String
        let path: String
        let shared: JSON?
        let json: JSON

        var id: String { json["operationId"]?.text ?? "\(method)-\(path)" }
    }

    /// By tag, or where there is none, by the noun of the path; both in the order in which they come.
    private static func groups(_ paths: [JSON.Member]) -> [(name: String, operations: [Operation])] {
        var groups: [(name: String, operations: [Operation])] = []
        for path in paths {
            for member in path.value.members where member.name != "parameters" {
                let operation = Operation(method: member.name.uppercased(), path: path.name, shared: path.value["parameters"], json: member.value)
                let name = member.value["tags"]?.elements.first?.text ?? noun(of: path.name)
                if let place = groups.firstIndex(where: { $0.name == name }) {
                    groups[place].operations.append(operation)
                } else {
                    groups.append((name, [operation]))
                }
            }
        }
        return groups
    }

    private static func noun(of path: String) -> String {
        let names = path.split(separator: "/")
        guard names.first == "v1", names.count > 1 else { return "server" }
        return String(names[1].prefix { $0 != "." })
    }

    // MARK: The page

    private mutating func write(groups: [(name: String, operations: [Operation])]) {
        let title = "\(root["info"]?["title"]?.text ?? "API") \(root["info"]?["version"]?.text ?? "")"
        html += "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        html += "<meta name=\"color-scheme\" content=\"light dark\"><title>\(escaped(title))</title><link rel=\"stylesheet\" href=\"/v1/docs/style.css\"></head><body>"
        html += "<a class=\"skip\" href=\"#main\">Skip to content</a><header><h1>\(escaped(title))</h1>"
        paragraph(root["info"]?["summary"])
        paragraph(root["info"]?["description"])
        html += "<p><a href=\"/v1/openapi.json\">openapi.json</a></p></header><nav aria-label=\"Contents\">"
        for group in groups {
            html += "<h2><a href=\"#\(anchor(group.name))\">\(escaped(group.name))</a></h2><ul>"
            for operation in group.operations {
                html += "<li><a href=\"#\(anchor(operation.id))\"><code>\(operation.method)</code> \(escaped(operation.path))</a></li>"
            }
            html += "</ul>"
        }
        html += "<h2><a href=\"#schemas\">schemas</a></h2></nav><main id=\"main\">"
        for group in groups {
            html += "<section><h2 id=\"\(anchor(group.name))\">\(escaped(group.name))</h2>"
            for operation in group.operations { write(operation) }
            html += "</section>"
        }
        writeSchemas()
        html += "</main></body></html>\n"
    }

    private mutating func write(_ operation: Operation) {
        let id = anchor(operation.id)
        html += "<article id=\"\(id)\"><h3><a href=\"#\(id)\"><code class=\"method \(operation.method.lowercased())\">\(operation.method)</code> "
        html += "<code>\(escaped(operation.path))</code></a></h3>"
        paragraph(operation.json["summary"])
        paragraph(operation.json["description"])
        write(security: operation.json["security"])
        write(parameters: (operation.shared?.elements ?? []) + (operation.json["parameters"]?.elements ?? []))
        if let content = operation.json["requestBody"].flatMap(resolved)?["content"] {
            html += "<h4>Body</h4>"
            for type in content.members {
                html += "<p><code>\(escaped(type.name))</code></p>"
                if let schema = type.value["schema"] { html += description(of: schema, depth: 0) }
            }
        }
        write(responses: operation.json["responses"])
        html += "<h4>Try it</h4><pre tabindex=\"0\"><code>\(escaped(call(of: operation)))</code></pre></article>"
    }

    private mutating func write(security: JSON?) {
        let names = (security?.elements ?? []).map { $0.members.map(\.name).joined(separator: " and ") }.filter { !$0.isEmpty }
        guard !names.isEmpty else { return }
        html += "<p>Needs: \(names.map { "<code>\(escaped($0))</code>" }.joined(separator: " or "))</p>"
    }

    private mutating func write(parameters: [JSON]) {
        guard !parameters.isEmpty else { return }
        html += "<h4>Parameters</h4><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">In</th><th scope=\"col\">Type</th><th scope=\"col\">What it is</th></tr></thead><tbody>"
        for parameter in parameters.map({ resolved($0) }) {
            let isRequired = parameter["required"] == .bool(true)
            html += "<tr><th scope=\"row\"><code>\(escaped(parameter["name"]?.text ?? ""))</code>\(isRequired ? "" : " <small>optional</small>")</th>"
            html += "<td>\(escaped(parameter["in"]?.text ?? ""))</td><td>\(parameter["schema"].map { type(of: $0) } ?? "")</td>"
            html += "<td>\(escaped(parameter["description"]?.text ?? ""))</td></tr>"
        }
        html += "</tbody></table>"
    }

    private mutating func write(responses: JSON?) {
        html += "<h4>Answers</h4><table><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">What it says</th><th scope=\"col\">Body</th></tr></thead><tbody>"
        for response in responses?.members ?? [] {
            let content = resolved(response.value)
            html += "<tr><th scope=\"row\">\(escaped(response.name))</th><td>\(escaped(content["description"]?.text ?? ""))</td><td>"
            html += (content["content"]?.members ?? []).map { $0.value["schema"].map { type(of: $0) } ?? escaped($0.name) }.joined(separator: "<br>")
            html += "</td></tr>"
        }
        html += "</tbody></table>"
    }

    private mutating func writeSchemas() {
        html += "<section><h2 id=\"schemas\">schemas</h2>"
        for schema in root["components"]?["schemas"]?.members ?? [] {
            let id = "schema-" + anchor(schema.name)
            html += "<article id=\"\(id)\"><h3><a href=\"#\(id)\">\(escaped(schema.name))</a></h3>"
            html += description(of: schema.value, depth: 0)
            html += "</article>"
        }
        html += "</section>"
    }

    private mutating func paragraph(_ text: JSON?) {
        if let text = text?.text { html += "<p>\(escaped(text))</p>" }
    }

    // MARK: Schemas

    /// Deeper ones are only named.
    private static let maximumDepth = 6

    /// The members of an object, each with those of its own; for all else its type.
    private func description(of schema: JSON, depth: Int) -> String {
        guard depth < APIPage.maximumDepth, let properties = schema["properties"]?.members else { return "<p>\(type(of: schema))</p>" }
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.text))
        var text = schema["description"]?.text.map { "<p>\(escaped($0))</p>" } ?? ""
        text += "<dl>"
        for property in properties {
            text += "<dt><code>\(escaped(property.name))</code> \(type(of: property.value))\(required.contains(property.name) ? "" : " <small>optional</small>")</dt><dd>"
            if let words = property.value["description"]?.text { text += escaped(words) }
            let inner = property.value["items"] ?? property.value
            if inner["properties"] != nil { text += description(of: inner, depth: depth + 1) }
            text += "</dd>"
        }
        return text + "</dl>"
    }

    private func type(of schema: JSON) -> String {
        if let reference = schema["$ref"]?.text {
            let name = String(reference.split(separator: "/").last ?? "")
            return "<a href=\"#schema-\(anchor(name))\">\(escaped(name))</a>"
        }
        for (key, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
            if let choices = schema[key]?.elements { return choices.map { type(of: $0) }.joined(separator: word) }
        }
        if let only = schema["const"] { return "<code>\(escaped(only.brief))</code>" }
        if let values = schema["enum"]?.elements { return values.map { "<code>\(escaped($0.brief))</code>" }.joined(separator: " ") }
        if let items = schema["items"] { return "list of \(type(of: items))" }
        let name = schema["type"].map { $0.text ?? $0.elements.compactMap(\.text).joined(separator: " or ") } ?? "anything"
        let bounds = [
            ("format", ""), ("minimum", "from "), ("maximum", "to "), ("minLength", "at least "), ("maxLength", "at most "), ("pattern", ""),
        ].compactMap { key, word in schema[key].map { word + $0.brief } }
        return escaped(name + (bounds.isEmpty ? "" : " (\(bounds.joined(separator: ", ")))"))
    }

    private func resolved(_ json: JSON) -> JSON {
        guard let reference = json["$ref"]?.text else { return json }
        return reference.split(separator: "/").dropFirst().reduce(root as JSON?) { $0?[String($1)] } ?? json
    }

    // MARK: A call to try

    private func call(of operation: Operation) -> String {
        var lines = ["curl -X \(operation.method) \"$SHOP\(operation.path)\""]
        let parameters = ((operation.shared?.elements ?? []) + (operation.json["parameters"]?.elements ?? [])).map { resolved($0) }
        let query = parameters.filter { $0["in"]?.text == "query" && $0["required"] == .bool(true) }
            .map { "\($0["name"]?.text ?? "")=\($0["schema"].map { example(of: $0, depth: 0) }?.brief ?? "")" }
        if !query.isEmpty { lines[0] = "curl -X \(operation.method) \"$SHOP\(operation.path)?\(query.joined(separator: "&"))\"" }
        if operation.json["security"]?.elements.contains(where: { $0["bearer"] != nil }) ?? false { lines.append("-H \"Authorization: Bearer $TOKEN\"") }
        for parameter in parameters where parameter["in"]?.text == "header" && parameter["required"] == .bool(true) {
            lines.append("-H '\(parameter["name"]?.text ?? ""): \(parameter["schema"].map { example(of: $0, depth: 0) }?.brief ?? "")'")
        }
        if let schema = operation.json["requestBody"].flatMap(resolved)?["content"]?["application/json"]?["schema"] {
            lines.append("-H 'Content-Type: application/json'")
            lines.append("-d '\(example(of: schema, depth: 0).written.replacing("'", with: "'\\''"))'")
        }
        return lines.joined(separator: " \\\n    ")
    }

    /// The document's own, else the least that fits.
    private func example(of schema: JSON, depth: Int) -> JSON {
        let schema = resolved(schema)
        if let example = schema["example"] ?? schema["examples"]?.elements.first ?? schema["const"] ?? schema["enum"]?.elements.first { return example }
        guard depth < APIPage.maximumDepth else { return .null }
        if let first = (schema["oneOf"] ?? schema["anyOf"])?.elements.first { return example(of: first, depth: depth + 1) }
        switch schema["type"]?.text ?? schema["type"]?.elements.first?.text {
        case "object":
            let required = Set((schema["required"]?.elements ?? []).compactMap(\.text))
            return .object(
                (schema["properties"]?.members ?? []).filter { required.contains($0.name) }
                    .map { JSON.Member(name: $0.name, value: example(of: $0.value, depth: depth + 1)) })
        case "array": return .array(schema["items"].map { [example(of: $0, depth: depth + 1)] } ?? [])
        case "integer", "number": return schema["minimum"] ?? .number("1")
        case "boolean": return .bool(true)
        default: return .string("…")
        }
    }
}

// MARK: - Text

/// Safe between tags and in attributes.
private func escaped(_ text: String) -> String {
    text.reduce(into: "") { safe, letter in
        switch letter {
        case "&": safe += "&amp;"
        case "<": safe += "&lt;"
        case ">": safe += "&gt;"
        case "\"": safe += "&quot;"
        case "'": safe += "&#39;"
        default: safe.append(letter)
        }
    }
}

/// A name as a place on the page.
private func anchor(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
}

extension JSON {
    fileprivate subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    fileprivate var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    fileprivate var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    fileprivate var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A text without quotes, anything else as it is written.
    fileprivate var brief: String { text ?? written }

    fileprivate var written: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text): text
        case .string(let text): JSON.quoted(text)
        case .array(let elements): "[" + elements.map(\.written).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { JSON.quoted($0.name) + ": " + $0.value.written }.joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
