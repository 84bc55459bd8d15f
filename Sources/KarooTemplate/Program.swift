// KarooExpress – Apache-2.0

/// A compiled template: a flat array of trivial ops over memory that never moves. Immutable; many threads may render
/// it at once, and rendering neither counts references nor allocates unless the template recurses.
public final class Program: @unchecked Sendable {
    /// How deep templates may include one another at run time.
    public static let callLimit = 2000

    /// What compiling found.
    public let issues: [TemplateIssue]
    /// The names of the root's fields that the template may place, sorted. Others need not be filled.
    public let uses: [String]
    private let usedFields: [UInt32: Set<Int>]

    let ops: UnsafeMutablePointer<Op>
    let literals: UnsafeMutableRawPointer
    let constants: UnsafeMutablePointer<Slot>
    /// The constants as a record, for walks; missing when there are none.
    let base: Slot
    let rootShape: UInt32
    /// The contexts that the main program has at most.
    let depth: Int
    let functions: [Function]
    let dispatches: [[(name: [UInt8], function: Int)]]
    let walks: [[WalkEntry]]
    /// Keeps the memory of the constants.
    private let frame: Frame?

    struct Function {
        var start: UInt32
        var depth: UInt32
    }

    /// What a walk for a name finds in a context of one shape.
    struct WalkEntry {
        /// `UInt32.max` when records of the shape have no such field.
        let field: UInt32
        /// Whether the walk ends here even if the value is missing.
        let ends: Bool
    }

    init(
        ops: [Op], literals: [UInt8], constants: ConstantPool, base: Slot, depth: Int, functions: [Function],
        dispatches: [[(name: String, function: Int)]], walks: [[WalkEntry]], issues: [TemplateIssue],
        uses: [UInt32: Set<Int>], root: Shape, rootShape: Int
    ) {
        self.rootShape = UInt32(rootShape)
        let opMemory = UnsafeMutablePointer<Op>.allocate(capacity: ops.count + 1)
        opMemory.initialize(from: ops + [Op(.end)], count: ops.count + 1)
        let literalMemory = UnsafeMutableRawPointer.allocate(byteCount: literals.count + 16, alignment: 16)
        literalMemory.initializeMemory(as: UInt8.self, from: literals + [UInt8](repeating: 0, count: 16), count: literals.count + 16)
        let constantMemory = UnsafeMutablePointer<Slot>.allocate(capacity: constants.slots.count + 1)
        constantMemory.initialize(from: constants.slots + [.missing], count: constants.slots.count + 1)
        self.ops = opMemory
        stepCount = ops.count
        self.literals = literalMemory
        self.constants = constantMemory
        self.base = base
        self.depth = depth
        self.functions = functions
        self.dispatches = dispatches.map { $0.map { (Array($0.name.utf8), $0.function) } }
        self.walks = walks
        self.issues = issues
        frame = constants.frame
        usedFields = uses
        self.uses = root.schema.map { schema in (uses[schema.number] ?? []).map { schema.names[$0] }.sorted() } ?? []
    }

    deinit {
        ops.deallocate()
        literals.deallocate()
        constants.deallocate()
    }

    /// The number of steps. What is known at compile time takes few: all literal text between two others is one.
    public let stepCount: Int

    /// Whether the template may place this field of some record with this schema, at any depth.
    public func asks<F: Fields>(for field: F) -> Bool {
        usedFields[F.schema.number]?.contains(field.rawValue) ?? false
    }
}
