// KarooExpress – Apache-2.0

import Foundation
import KarooTemplate

/// Data as JSON has it, for tests: numbers are their text.
indirect enum Value: Equatable {
    case null
    case flag(Bool)
    case text(String)
    case list([Value])
    case record([String: Value])

    init(json: Data) throws {
        self.init(try JSONSerialization.jsonObject(with: json, options: [.fragmentsAllowed]))
    }

    init(_ object: Any) {
        switch object {
        case let object as [String: Any]: self = .record(object.mapValues { Value($0) })
        case let object as [Any]: self = .list(object.map { Value($0) })
        case let object as String: self = .text(object)
        case let object as NSNumber where Value.isBoolean(object): self = .flag(object.boolValue)
        case let object as NSNumber: self = .text(object.stringValue)
        default: self = .null
        }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c"
    }

    /// A schema with every name that a record has at this position, through lists of any depth.
    /// Positions with the same names below them share their schema.
    func schema() -> Schema {
        var known: [[String]: Schema] = [:]
        return Value.schema(of: [self], &known)
    }

    private static func schema(of values: [Value], _ known: inout [[String]: Schema]) -> Schema {
        let records = values.flatMap(\.records)
        let fields = Set(records.flatMap(\.keys)).sorted().map { name in
            (name: name, schema: schema(of: records.compactMap { $0[name] }, &known))
        }
        let key = fields.map { "\($0.name) \($0.schema.number)" }
        if let schema = known[key] { return schema }
        let made = Schema(fields.map { ($0.name, .any($0.schema)) })
        known[key] = made
        return made
    }

    /// The records of this value, of its elements, and of theirs.
    private var records: [[String: Value]] {
        switch self {
        case .record(let fields): [fields]
        case .list(let elements): elements.flatMap(\.records)
        case .null, .flag, .text: []
        }
    }

    /// The value in a frame, for the schema. Null is a value that is empty.
    func slot(in frame: Frame, _ schema: Schema) -> Slot {
        switch self {
        case .null: return frame.text("")
        case .flag(let value): return .flag(value)
        case .text(let text): return frame.text(text)
        case .list(let elements): return frame.list(elements) { $0.slot(in: frame, schema) }
        case .record(let fields):
            let record = frame.record(schema)
            for (name, value) in fields {
                guard let index = schema.index(of: name), case .any(let inner) = schema.shape(at: index) else { continue }
                record[index] = value.slot(in: frame, inner)
            }
            return record.slot
        }
    }
}

/// Compiles and renders a template over data of any shape.
func render(_ template: String, _ data: Value = .record([:]), partials: [String: String] = [:], constants: [String: Value] = [:]) -> (
    text: String, program: Program
) {
    let frame = Frame()
    let schema = data.schema()
    var sources = partials.map { (name: $0.key, file: "\($0.key).mustache", text: $0.value) }
    sources.append((name: "page", file: "page.mustache", text: template))
    let theme = Theme(sources: sources.sorted { $0.name < $1.name })
    let known = constants.sorted { $0.key < $1.key }.map { constant in
        let schema = constant.value.schema()
        return (name: constant.key, value: constant.value.slot(in: frame, schema), shape: Shape.any(schema))
    }
    let program = withExtendedLifetime(frame) { theme.compile("page", shape: .any(schema), constants: known) }
    let bytes = Bytes()
    withExtendedLifetime(frame) { _ = program.render(data.slot(in: frame, schema), into: bytes) }
    return (bytes.text, program)
}

extension Bytes {
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
