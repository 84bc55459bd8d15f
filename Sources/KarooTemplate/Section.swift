// KarooExpress – Apache-2.0

extension Compiler {
    /// `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}`.
    mutating func compileSection(_ name: Name, inverted: Bool, _ nodes: [Node], at place: Place) {
        let candidates = resolve(name, at: place)
        guard let first = candidates.first else {
            if inverted { compile(nodes, at: place) }
            return
        }
        if case .constant(let value) = first.origin {
            return compileConstantSection(value, first.shape, inverted: inverted, nodes, at: place)
        }
        conditions += 1
        defer { conditions -= 1 }
        if inverted {
            let skip = emitSkip(candidates)
            compile(nodes, at: place)
            land(skip)
        } else if candidates.allSatisfy({ $0.shape.isSame(as: first.shape) }) {
            if candidates.count == 1, case .field(let up, let index) = first.origin, first.steps?.isEmpty == true {
                compileBody(first.shape, field: (up, index), nodes, at: place)
            } else {
                load(candidates)
                compileBody(first.shape, field: nil, nodes, at: place)
            }
        } else {
            compileMixed(candidates, nodes, at: place)
        }
    }

    /// A jump over an inverted section.
    private mutating func emitSkip(_ candidates: [Candidate]) -> Int {
        if candidates.count == 1, case .field(let up, let index) = candidates[0].origin, candidates[0].steps?.isEmpty == true {
            return emit(Op(.skipTrue, up: up, index: index))
        }
        load(candidates)
        return emit(Op(.skipTrueRegister))
    }

    /// The body over the value of a field, or over the register.
    private mutating func compileBody(_ shape: Shape, field: (up: Int, index: Int)?, _ nodes: [Node], at place: Place) {
        let context = shapes.index(of: shape.context)
        func op(_ direct: Op.Code, _ register: Op.Code, shape: Int = 0) -> Op {
            guard let field else { return Op(register, shape: shape) }
            return Op(direct, up: field.up, index: field.index, shape: shape)
        }
        switch shape {
        case .flag:
            let skip = emit(op(.skipFalse, .skipFalseRegister))
            compile(nodes, at: place)
            land(skip)
        case .text, .html:
            guard nodes.mayNameContext else {
                let skip = emit(op(.skipFalse, .skipFalseRegister))
                compile(nodes, at: place)
                return land(skip)
            }
            compileEntered(op(.enter, .enterRegister, shape: context), shape, nodes, at: place)
        case .record:
            compileEntered(op(.enter, .enterRegister, shape: context), shape, nodes, at: place)
        case .list, .any:
            let loop = emit(op(.loop, .loopRegister, shape: context))
            let start = label()
            inside(.runtime([shape.context])) { $0.compile(nodes, at: place) }
            emit(Op(.next, target: start))
            land(loop)
        }
    }

    private mutating func compileEntered(_ op: Op, _ shape: Shape, _ nodes: [Node], at place: Place) {
        let enter = emit(op)
        inside(.runtime([shape])) { $0.compile(nodes, at: place) }
        emit(Op(.leave))
        land(enter)
    }

    /// One body for candidates of several shapes: which it is shows at run time.
    private mutating func compileMixed(_ candidates: [Candidate], _ nodes: [Node], at place: Place) {
        // From here on names are looked for on the stack, so everything has to be there.
        let restored = restoreContexts()
        let candidates = candidates.map { $0.raised(by: restored.count) }
        layers += restored
        var contexts: [Shape] = []
        var landings: [Int] = []
        for (position, candidate) in candidates.enumerated() {
            let isLast = position == candidates.count - 1
            let misses = loadHead(candidate, after: position > 0 ? candidates[position - 1] : nil, mustExist: !isLast)
            loadSteps(candidate)
            let context = candidate.shape.context
            emit(Op(.setOrigin, index: shapes.index(of: context)))
            if !contexts.contains(where: { $0.isSame(as: context) }) { contexts.append(context) }
            if !isLast { landings.append(emit(Op(.jump))) }
            land(misses)
        }
        land(landings)
        let loop = emit(Op(.loopOrigin))
        let start = label()
        inside(.runtime(contexts)) { $0.compile(nodes, at: place) }
        emit(Op(.next, target: start))
        land(loop)
        layers.removeLast(restored.count)
        leave(restored)
    }

    /// A section whose value is known: it is unrolled, or kept out. What is kept out is still checked.
    private mutating func compileConstantSection(_ value: Slot, _ shape: Shape, inverted: Bool, _ nodes: [Node], at place: Place) {
        if inverted {
            if value.isFalse { compile(nodes, at: place) } else { dry { $0.compile(nodes, at: place) } }
            return
        }
        if value.isFalse {
            dry { compiler in
                if case .flag = shape { return compiler.compile(nodes, at: place) }
                compiler.inside(.constant(.missing, shape.context)) { $0.compile(nodes, at: place) }
            }
            return
        }
        switch value.tag {
        case Slot.Tag.flag:
            compile(nodes, at: place)
        case Slot.Tag.list:
            for index in 0..<value.count {
                inside(.constant(value.slots[index], shape.context)) { $0.compile(nodes, at: place) }
            }
        default:
            inside(.constant(value, shape.context)) { $0.compile(nodes, at: place) }
        }
    }
}

extension [Node] {
    /// Whether `{{.}}` may stand in the nodes or in what they include.
    fileprivate var mayNameContext: Bool {
        contains { node in
            switch node {
            case .lead, .text: false
            case .variable(let name, _): name.path.isEmpty
            case .section(let name, _, let nodes): name.path.isEmpty || nodes.mayNameContext
            case .partial, .parent, .block: true
            }
        }
    }
}
