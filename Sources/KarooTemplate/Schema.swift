// KarooExpress – Apache-2.0

import Synchronization

/// What a field of a record holds.
public indirect enum Shape: Sendable {
    /// Plain text, to be placed escaped: `{{title}}`.
    case text
    /// Trusted HTML, to be placed as it is: `{{{body}}}`.
    case html
    /// A flag for sections: `{{#soldOut}}…{{/soldOut}}`.
    case flag
    /// A record whose declared names always win over those of outer contexts, even where the value is missing.
    case record(Schema)
    /// A list of values of one shape.
    case list(Shape)
    /// Whatever JSON can say: a text, a flag, a record of the schema, or a list of such values, nested at will.
    /// A missing field of such a record is looked up in the outer contexts.
    case any(Schema)

    /// A record of the fields.
    public static func record<F: Fields>(of fields: F.Type) -> Shape { .record(F.schema) }

    /// A list of records of the fields.
    public static func list<F: Fields>(of fields: F.Type) -> Shape { .list(.record(F.schema)) }
}

/// The names of a record: an `Int` enum counted from zero, whose case names are the template's names.
/// Each enum writes `static let schema = Schema(of: Self.self)`.
public protocol Fields: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
    /// What the field holds.
    var shape: Shape { get }
    /// The schema of all the fields.
    static var schema: Schema { get }
}

/// The names of a record in slot order, with their shapes. Shapes are read at first use,
/// so schemas may refer to each other and to themselves.
public final class Schema: Sendable {
    /// The names in slot order.
    public let names: [String]
    /// The number of slots of a record.
    public let count: Int
    /// Tells schemas apart in a record slot; 24 bits.
    public let number: UInt32
    private let indices: [String: Int]
    private let makeShapes: @Sendable () -> [Shape]
    private let shapes = Mutex<[Shape]?>(nil)

    private static let lastNumber = Atomic<UInt32>(0)

    /// The schema of an enum of names.
    public convenience init<F: Fields>(of fields: F.Type) {
        let cases = fields.allCases.sorted { $0.rawValue < $1.rawValue }
        precondition(cases.enumerated().allSatisfy { $0.offset == $0.element.rawValue }, "raw values of \(F.self) must count from zero")
        self.init(names: cases.map { String(describing: $0) }) { fields.allCases.sorted { $0.rawValue < $1.rawValue }.map(\.shape) }
    }

    /// A schema known only at run time. Of two fields with one name the first wins.
    public convenience init(_ fields: [(String, Shape)]) {
        self.init(names: fields.map(\.0)) { fields.map(\.1) }
    }

    /// A schema whose shapes are asked for at first use, so that they may mention the schema itself.
    public init(names: [String], shapes: @escaping @Sendable () -> [Shape]) {
        self.names = names
        count = names.count
        indices = Dictionary(zip(names, names.indices)) { first, _ in first }
        makeShapes = shapes
        number = Schema.lastNumber.add(1, ordering: .relaxed).newValue & 0xFF_FFFF
    }

    /// The slot index of a name; nil when the record has no such field.
    public func index(of name: String) -> Int? { indices[name] }

    /// What the field at `index` holds.
    public func shape(at index: Int) -> Shape {
        if let known = shapes.withLock({ $0 }) { return known[index] }
        let made = makeShapes()
        shapes.withLock { $0 = made }
        return made[index]
    }
}
