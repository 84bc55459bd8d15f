// KarooExpress – Apache-2.0

/// One context of the stack as the compiler knows it.
enum Layer {
    /// A context that stands on the stack at run time, of one of the shapes.
    case runtime([Shape])
    /// A context whose value is known now; it is not on the stack.
    case constant(Slot, Shape)

    var shapes: [Shape] {
        switch self {
        case .runtime(let shapes): shapes
        case .constant(_, let shape): [shape]
        }
    }

    var isConstant: Bool {
        if case .constant = self { true } else { false }
    }
}

extension Shape {
    /// The schema of a record, or of the records that may be here.
    var schema: Schema? {
        switch self {
        case .record(let schema), .any(let schema): schema
        case .text, .html, .flag, .list: nil
        }
    }

    /// Whether a missing value is looked up further out.
    var isOpen: Bool {
        if case .any = self { true } else { false }
    }

    /// The index and shape of a field; nil when there is none of the name.
    func field(_ name: String) -> (index: Int, shape: Shape)? {
        guard let schema, let index = schema.index(of: name) else { return nil }
        return (index, schema.shape(at: index))
    }

    /// The shape of the context that a section over such a value makes.
    var context: Shape {
        if case .list(let element) = self { element } else { self }
    }

    /// Whether both say the same about a value.
    func isSame(as other: Shape) -> Bool {
        switch (self, other) {
        case (.text, .text), (.html, .html), (.flag, .flag): true
        case (.record(let a), .record(let b)), (.any(let a), .any(let b)): a === b
        case (.list(let a), .list(let b)): a.isSame(as: b)
        default: false
        }
    }
}

/// Numbers for the shapes of contexts.
struct ShapeTable {
    private(set) var all: [Shape] = []

    mutating func index(of shape: Shape) -> Int {
        if let known = all.firstIndex(where: { $0.isSame(as: shape) }) { return known }
        all.append(shape)
        return all.count - 1
    }

    /// The number of a shape that has one.
    func number(of shape: Shape) -> Int {
        guard let known = all.firstIndex(where: { $0.isSame(as: shape) }) else { preconditionFailure("a context without a shape") }
        return known
    }

    subscript(_ index: Int) -> Shape { all[index] }
}
