// KarooExpress – Apache-2.0

import KarooCommerce

extension JSON {
    /// The value on one line, without spaces, members in their order: the same value gives the same bytes.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): JSON.append(text, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (place, value) in values.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                JSON.append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        var writer = JSONWriter()
        writer.string(text)
        bytes.append(contentsOf: writer.bytes)
    }

    /// The members of an object; empty for anything else.
    var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The elements of an array; empty for anything else.
    var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The text of a string; nil for anything else.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The member of this name; nil when there is none.
    subscript(_ name: String) -> JSON? { members.first { $0.name == name }?.value }
}

/// Collects the members of an object; values that are nil or empty leave no trace.
struct JSONMembers {
    private(set) var members: [JSON.Member] = []

    mutating func add(_ name: String, _ value: JSON?) {
        switch value {
        case nil, .array([])?, .object([])?: return
        case let value?: members.append(JSON.Member(name: name, value: value))
        }
    }

    mutating func add(_ name: String, _ text: String?) { add(name, text.map(JSON.string)) }

    var object: JSON { .object(members) }
}
