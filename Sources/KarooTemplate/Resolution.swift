// KarooExpress – Apache-2.0

/// One place where the value of a name may be found.
struct Candidate {
    enum Origin {
        /// Field `index` of the context `up`.
        case field(up: Int, index: Int)
        /// The context `up` itself.
        case context(up: Int)
        /// A value known now.
        case constant(Slot)
        /// Field of whichever context it is found in from `up` downwards, beginning in one of shape `shape`.
        case walk(up: Int, name: Int, shape: Int)
        /// The first context from `up` downwards that is not missing, if it is of the shape.
        case walkContexts(up: Int, shape: Int)
    }

    let origin: Origin
    /// The fields to go down from there; nil when the name leads nowhere.
    var steps: [Int]? = []
    var shape: Shape

    var isConstant: Bool {
        if case .constant = origin { true } else { false }
    }
}

extension Compiler {
    /// Where the value of the name may be, innermost context first: the first place that is not missing counts.
    /// Reports a name that no context has, and a step that a record does not have.
    mutating func resolve(_ name: Name, at place: Place) -> [Candidate] {
        guard let head = name.path.first else { return contexts() }
        var candidates = heads(head)
        if candidates.isEmpty {
            reportUnknown(head, name, at: place)
            return []
        }
        for index in candidates.indices { descend(&candidates[index], name, at: place) }
        return candidates
    }

    /// The candidates for the first part of a name.
    private mutating func heads(_ head: String) -> [Candidate] {
        var found: [Candidate] = []
        var up = 0
        for (position, layer) in layers.enumerated().reversed() {
            switch layer {
            case .runtime(let shapes):
                up += 1
                guard let field = shapes.lazy.compactMap({ $0.field(head) }).first else { continue }
                if shapes.count > 1 { return found + walks(head, up: up, below: position + 1) }
                use(field.index, of: shapes[0])
                found.append(Candidate(origin: .field(up: up, index: field.index), shape: field.shape))
                if !shapes[0].isOpen { return found }
            case .constant(let record, let shape):
                guard let field = shape.field(head) else { continue }
                let value = record.field(UInt32(field.index))
                if value.isMissing, shape.isOpen { continue }
                return found + [Candidate(origin: .constant(value), shape: field.shape)]
            }
        }
        return found + walks(head, up: up + 1, below: 0)
    }

    /// The candidates among the first `count` contexts that this function knows and all below them,
    /// from the context `up` downwards. Only at run time does it turn out where the name is.
    private mutating func walks(_ head: String, up: Int, below count: Int) -> [Candidate] {
        let having = belowShapes(count).compactMap { number in shapes[number].field(head).map { (number: number, index: $0.index, shape: $0.shape) } }
        if having.isEmpty { return [] }
        if having.count == 1, having[0].number == constantsShape {
            return [Candidate(origin: .constant(base.field(UInt32(having[0].index))), shape: having[0].shape)]
        }
        let name = walkNames.firstIndex(of: head) ?? walkNames.count
        if name == walkNames.count { walkNames.append(head) }
        return having.map { context in
            use(context.index, of: shapes[context.number])
            return Candidate(origin: .walk(up: up, name: name, shape: context.number), shape: context.shape)
        }
    }

    /// The shapes of the first `count` contexts that this function knows and of all below them, sorted.
    func belowShapes(_ count: Int) -> [Int] {
        var below = Set(tail)
        for layer in layers.prefix(count) {
            for shape in layer.shapes { below.insert(shapes.number(of: shape)) }
        }
        return below.sorted()
    }

    /// The candidates for the implicit iterator. A flag in data of any shape makes a context that is missing.
    private func contexts() -> [Candidate] {
        var found: [Candidate] = []
        var up = 1
        var below = 0
        search: for (position, layer) in layers.enumerated().reversed() {
            switch layer {
            case .runtime(let shapes) where shapes.count > 1:
                below = position + 1
                break search
            case .runtime(let shapes):
                found.append(Candidate(origin: .context(up: up), shape: shapes[0]))
                if !shapes[0].isOpen { return found }
                up += 1
            case .constant(let value, let shape):
                if function == nil, position == 0 { return found }
                return found + [Candidate(origin: .constant(value), shape: shape)]
            }
        }
        for number in belowShapes(below) where number != constantsShape {
            found.append(Candidate(origin: .walkContexts(up: up, shape: number), shape: shapes[number]))
        }
        return found
    }

    private mutating func use(_ index: Int, of shape: Shape) {
        if let schema = shape.schema { uses[schema.number, default: []].insert(index) }
    }

    /// Follows the parts of a dotted name after the first.
    private mutating func descend(_ candidate: inout Candidate, _ name: Name, at place: Place) {
        for part in name.path.dropFirst() {
            guard let (index, shape) = candidate.shape.field(part) else {
                if !candidate.shape.isOpen { reportNoField(part, of: candidate.shape, name, at: place) }
                candidate =
                    candidate.isConstant ? Candidate(origin: .constant(.missing), shape: .text) : Candidate(origin: candidate.origin, steps: nil, shape: .text)
                return
            }
            use(index, of: candidate.shape)
            if case .constant(let record) = candidate.origin {
                candidate = Candidate(origin: .constant(record.field(UInt32(index))), shape: shape)
            } else {
                candidate.steps?.append(index)
                candidate.shape = shape
            }
        }
    }

    // MARK: Code

    /// Puts the value of the name into the register, whichever candidate has it.
    mutating func load(_ candidates: [Candidate]) {
        var landings: [Int] = []
        for (position, candidate) in candidates.enumerated() {
            let isLast = position == candidates.count - 1
            let misses = loadHead(candidate, after: position > 0 ? candidates[position - 1] : nil, mustExist: !isLast)
            loadSteps(candidate)
            if !isLast { landings.append(emit(Op(.jump))) }
            land(misses)
        }
        land(landings)
    }

    /// Puts the value of a candidate's first part into the register.
    /// - Parameter mustExist: whether to jump where the next candidate is tried.
    /// - Returns: the jumps for when this candidate does not have it.
    mutating func loadHead(_ candidate: Candidate, after previous: Candidate?, mustExist: Bool) -> [Int] {
        switch candidate.origin {
        case .field(let up, let index): emit(Op(.load, up: up, index: index))
        case .context(let up): emit(Op(.loadContext, up: up))
        case .constant(let value): emit(Op(.loadConstant, index: constants.add(value)))
        case .walk(let up, let name, let shape):
            // One walk serves all candidates that begin in it; each asks where it ended.
            if case .walk = previous?.origin {} else { emit(Op(.walk, up: up, index: name)) }
            return [emit(Op(.jumpUnlessOrigin, index: shape))]
        case .walkContexts(let up, let shape):
            if case .walkContexts = previous?.origin {} else { emit(Op(.walkContexts, up: up)) }
            return [emit(Op(.jumpUnlessOrigin, index: shape))]
        }
        return mustExist ? [emit(Op(.jumpIfMissing))] : []
    }

    mutating func loadSteps(_ candidate: Candidate) {
        guard let steps = candidate.steps else {
            emit(Op(.loadMissing))
            return
        }
        for step in steps { emit(Op(.step, index: step)) }
    }
}
