// KarooExpress – Apache-2.0

/// Compiles one template with all that it includes into one program: partials and parents are inlined,
/// names become context distances and slot indices, neighbouring literals merge, constants fold away.
struct Compiler {
    /// How many steps a program may have. A theme that doubles itself at each level gets there.
    static let opLimit = 1 << 18
    /// How deep sections, partials and blocks may nest over all templates of a page.
    static let nestingLimit = 250
    /// How many functions recursion and dynamic names may make.
    static let functionLimit = 4096

    let theme: Theme
    let entry: String

    // What has been made.
    var ops: [Op] = []
    var literals: [UInt8] = []
    var issues: [TemplateIssue] = []
    var constants = ConstantPool()
    var shapes = ShapeTable()
    var walkNames: [String] = []
    var functions = FunctionTable()
    var dispatches: [[(name: String, function: Int)]] = []
    var uses: [UInt32: Set<Int>] = [:]

    // Where the compiler is.
    /// The contexts known here, outermost first. In the main program the first one is that of the constants.
    var layers: [Layer]
    /// The shapes of the contexts below the known ones, sorted: empty in the main program.
    var tail: [Int] = []
    /// The shape of the constants' context.
    let constantsShape: Int
    /// What fills blocks here.
    var arguments: [String: Filling] = [:]
    /// The templates being inlined.
    var inlining: [String]
    /// The function being compiled; nil in the main program.
    var function: Int?
    /// Names of blocks met, to find arguments that fill none.
    var blocksMet: Set<String> = []
    /// Set while the code that is compiled can never run; it is thrown away, only its issues count.
    var isDry = false
    /// Set where unknown names are no issue.
    var isQuiet = false
    /// How many sections that may be skipped at run time enclose this place.
    var conditions = 0
    var nesting = 0
    /// The first lead of the argument being placed goes where the line has its white space already.
    var skipsLead = false
    /// Literal bytes not yet in an op.
    private var pending: [UInt8] = []
    private var height = 0
    private var greatestHeight = 0
    private var isFull = false

    init(theme: Theme, entry: String, shape: Shape, constants: [(name: String, value: Slot, shape: Shape)]) {
        self.theme = theme
        self.entry = entry
        let schema = Schema(constants.map { ($0.name, $0.shape) })
        let record = scratch.record(schema)
        for (index, constant) in constants.enumerated() { record[index] = constant.value }
        base = record.slot
        constantsShape = shapes.index(of: .record(schema))
        _ = shapes.index(of: shape)
        layers = [.constant(base, .record(schema)), .runtime([shape])]
        inlining = [entry]
        root = shape
    }

    /// Memory that only the compiler needs.
    private let scratch = Frame()
    /// The constants as one record.
    let base: Slot
    private let root: Shape

    /// Compiles the entry and then the functions that it turned out to need.
    mutating func compile() -> Program {
        guard let template = theme.template(entry) else {
            let message = "there is no template “\(entry)”" + suggestion(for: entry, among: theme.names)
            issues.append(TemplateIssue(file: entry, line: 1, column: 1, severity: .error, message: message))
            return program(depth: 0)
        }
        height = 2
        greatestHeight = 2
        compile(template.nodes, at: Place(template: template))
        emit(Op(.end))
        let depth = greatestHeight
        while let next = functions.nextToCompile() { compileFunction(next) }
        reportEndlessRecursion()
        return program(depth: depth)
    }

    private mutating func compileFunction(_ number: Int) {
        let wanted = functions[number]
        guard let template = theme.template(wanted.key.template) else { return }
        function = number
        layers = [.runtime(wanted.key.top.map { shapes[$0] })]
        tail = wanted.key.tail
        arguments = wanted.arguments
        inlining = [wanted.key.template]
        isQuiet = wanted.key.isQuiet
        (conditions, nesting, height, greatestHeight) = (0, 0, 0, 0)
        functions.begin(number, at: ops.count)
        compile(template.nodes, at: Place(template: template, isIndented: true))
        emit(Op(.end))
        functions.finish(number, depth: greatestHeight)
    }

    private mutating func program(depth: Int) -> Program {
        if isFull { (ops, functions, dispatches) = ([Op(.end)], FunctionTable(), []) }
        let keptBase = walkNames.isEmpty ? .missing : constants.keep(base)
        return Program(
            ops: ops, literals: literals, constants: constants, base: keptBase, depth: depth,
            functions: functions.entries,
            dispatches: dispatches,
            walks: walkNames.map { name in shapes.all.map { walkEntry(name, $0) } },
            issues: issues, uses: uses, root: root, rootShape: shapes.index(of: root))
    }

    /// What a walk for a name finds in a context of the shape: the field and whether the search ends there.
    private func walkEntry(_ name: String, _ shape: Shape) -> Program.WalkEntry {
        guard let (index, _) = shape.field(name) else { return Program.WalkEntry(field: .max, ends: false) }
        return Program.WalkEntry(field: UInt32(index), ends: !shape.isOpen)
    }

    // MARK: Emitting

    /// The number of the next op, after all literal bytes so far.
    mutating func label() -> Int {
        flush()
        return ops.count
    }

    @discardableResult
    mutating func emit(_ op: Op) -> Int {
        flush()
        append(op)
        return ops.count - 1
    }

    mutating func emit(literal bytes: some Sequence<UInt8>) {
        if !isDry { pending.append(contentsOf: bytes) }
    }

    /// Lets the op at `number` jump to the next op.
    mutating func land(_ number: Int) {
        let here = label()
        ops[number].target = UInt32(here)
    }

    mutating func land(_ numbers: [Int]) {
        for number in numbers { land(number) }
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        append(Op(.literal, index: literals.count, extent: pending.count))
        literals += pending
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ op: Op) {
        if ops.count < Compiler.opLimit { return ops.append(op) }
        isFull = true
        ops[ops.count - 1] = Op(.end)
    }

    /// Bytes for an op that names them by position: the number of the first one.
    mutating func store(literal bytes: [UInt8]) -> Int {
        flush()
        literals += bytes
        return literals.count - bytes.count
    }

    /// Runs `body` with one more context inside.
    mutating func inside(_ layer: Layer, _ body: (inout Compiler) -> Void) {
        for shape in layer.shapes { _ = shapes.index(of: shape) }
        layers.append(layer)
        if case .runtime = layer { raise(by: 1) }
        body(&self)
        if case .runtime = layer { height -= 1 }
        layers.removeLast()
    }

    mutating func raise(by count: Int) {
        height += count
        greatestHeight = max(greatestHeight, height)
    }

    mutating func lower(by count: Int) {
        height -= count
    }

    /// Runs `body` for its issues only.
    mutating func dry(_ body: (inout Compiler) -> Void) {
        let (opCount, literalCount, wasDry, wasHigh, wasUsed, wasPending) = (ops.count, literals.count, isDry, greatestHeight, uses, pending)
        isDry = true
        pending = []
        body(&self)
        (isDry, greatestHeight, uses, pending) = (wasDry, wasHigh, wasUsed, wasPending)
        ops.removeLast(ops.count - opCount)
        literals.removeLast(literals.count - literalCount)
    }

    // MARK: Nodes

    mutating func compile(_ nodes: [Node], at place: Place) {
        guard enterNesting(nodes, place) else { return }
        for node in nodes { compile(node, at: place) }
        nesting -= 1
    }

    private mutating func compile(_ node: Node, at place: Place) {
        switch node {
        case .lead(let span): compileLead(place.template.source[span], at: place)
        case .text(let span): emit(literal: place.template.source[span])
        case .variable(let name, let escaped): compileVariable(name, escaped: escaped, at: place)
        case .section(let name, let inverted, let nodes): compileSection(name, inverted: inverted, nodes, at: place)
        case .partial(let reference): compileReference(reference, arguments: nil, at: place)
        case .parent(let reference, let arguments): compileReference(reference, arguments: arguments, at: place)
        case .block(let block): compileBlock(block, at: place)
        }
    }

    /// The beginning of a line: the indentation of the place, then the line's own white space.
    private mutating func compileLead(_ white: ArraySlice<UInt8>, at place: Place) {
        if skipsLead {
            skipsLead = false
        } else {
            if place.isIndented { emit(Op(.indentation)) }
            emit(literal: place.indentation)
        }
        emit(literal: place.stripped(white))
    }

    private mutating func enterNesting(_ nodes: [Node], _ place: Place) -> Bool {
        if nesting < Compiler.nestingLimit, !isFull {
            nesting += 1
            return true
        }
        if isFull, issues.contains(where: { $0.message.contains("becomes too large") }) { return false }
        let what = isFull ? "more than \(Compiler.opLimit) steps" : "more than \(Compiler.nestingLimit) levels of sections, partials and blocks"
        report(nodes.first?.offset ?? 0, place, .error, "“\(entry)” becomes too large: \(what); let the templates include less of one another")
        return false
    }
}

/// Where a piece of a template is being placed.
struct Place {
    let template: Template
    /// What goes before each line.
    var indentation: [UInt8] = []
    /// The white space that each line loses first.
    var stripping: [UInt8] = []
    /// Whether the indentation of the running function goes before the rest.
    var isIndented = false

    /// The white space of a line without what it has in common with `stripping`.
    func stripped(_ white: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if stripping.isEmpty { return white }
        return white.dropFirst(zip(white, stripping).prefix { $0 == $1 }.count)
    }
}

/// An argument and the template that it was written in.
struct Filling {
    let argument: Argument
    let template: Template
}

extension Node {
    /// Where the node begins.
    fileprivate var offset: Int {
        switch self {
        case .lead(let span), .text(let span): span.lowerBound
        case .variable(let name, _), .section(let name, _, _): name.offset
        case .partial(let reference), .parent(let reference, _): reference.name.offset
        case .block(let block): block.indentation.upperBound
        }
    }
}
