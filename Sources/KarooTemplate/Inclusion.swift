// KarooExpress – Apache-2.0

extension Compiler {
    /// `{{>name}}`, `{{>*name}}`, and with arguments `{{<name}}…{{/name}}`.
    mutating func compileReference(_ reference: Reference, arguments given: [Argument]?, at place: Place) {
        let outer = arguments
        let metBefore = blocksMet
        blocksMet = []
        // What is given further out wins.
        for argument in given ?? [] where outer[argument.name] == nil {
            arguments[argument.name] = Filling(argument: argument, template: place.template)
        }
        let wasInlined = reference.isDynamic ? compileDynamic(reference, at: place) : include(reference.name.text, reference, at: place)
        if wasInlined {
            for argument in given ?? [] where !blocksMet.contains(argument.name) { reportUnused(argument, reference, at: place) }
        }
        arguments = outer
        blocksMet.formUnion(metBefore)
    }

    /// `{{$name}}…{{/name}}` where it may be filled.
    mutating func compileBlock(_ block: Block, at place: Place) {
        blocksMet.insert(block.name)
        guard let filling = arguments[block.name] else {
            if case .pair = block.form { return }
            return compile(block.nodes, at: place)
        }
        let argument = filling.argument
        let source = filling.template.source
        let inner = Place(
            template: filling.template,
            indentation: place.indentation + place.stripped(place.template.source[block.indentation]),
            stripping: Array(source[argument.indentation]),
            isIndented: place.isIndented)
        if case .inline = block.form {
            skipsLead = argument.opensLine
        } else if !argument.opensLine, !argument.nodes.isEmpty {
            if place.isIndented { emit(Op(.indentation)) }
            emit(literal: inner.indentation)
        }
        // A block of the same name inside the argument is its own default again.
        arguments[block.name] = nil
        compile(argument.nodes, at: inner)
        arguments[block.name] = filling
        skipsLead = false
        if case .pair(let lineEnd) = block.form, !argument.nodes.isEmpty, !argument.closesLine {
            emit(literal: place.template.source[lineEnd])
        }
    }

    /// Inlines the template, or calls it where it includes itself. Returns whether it was inlined.
    private mutating func include(_ name: String, _ reference: Reference, at place: Place) -> Bool {
        guard let template = theme.template(name) else {
            let message = "there is no template “\(name)”" + suggestion(for: name, among: theme.names)
            report(reference.name.offset, place, .error, message)
            return false
        }
        let inner = self.inner(template, reference, at: place)
        if inlining.contains(name) {
            compileCall(inner, reference, at: place)
            return false
        }
        inlining.append(name)
        compile(template.nodes, at: inner)
        inlining.removeLast()
        return true
    }

    /// The lines of a standalone tag's template are indented like the tag; those of any other are not.
    private func inner(_ template: Template, _ reference: Reference, at place: Place) -> Place {
        guard let white = reference.indentation else { return Place(template: template) }
        return Place(
            template: template,
            indentation: place.indentation + place.stripped(place.template.source[white]),
            isIndented: place.isIndented)
    }

    /// A template whose name is a value: known now, or one of all.
    private mutating func compileDynamic(_ reference: Reference, at place: Place) -> Bool {
        let candidates = resolve(reference.name, at: place)
        guard let first = candidates.first else { return false }
        if case .constant(let value) = first.origin {
            if value.isFalse { return false }
            return include(String(decoding: value.bytes, as: UTF8.self), reference, at: place)
        }
        if isDry { return false }
        let wasQuiet = isQuiet
        isQuiet = true
        let restored = restoreContexts()
        load(candidates.map { $0.raised(by: restored.count) })
        let choices = theme.choices.compactMap { name in self.function(name, reference, at: place).map { (name: name, function: $0) } }
        isQuiet = wasQuiet
        dispatches.append(choices)
        emitCall(Op.Code.dispatch, dispatches.count - 1, indentedLike: reference, at: place)
        leave(restored)
        return false
    }

    private mutating func compileCall(_ inner: Place, _ reference: Reference, at place: Place) {
        guard !isDry, let callee = function(inner.template.name, reference, at: place) else { return }
        if conditions == 0, let function {
            let message = "“\(inner.template.name)” includes itself without end; put the tag into a section that ends sometime"
            functions.addCertainCall(of: callee, in: function, issue: place.template.issue(at: reference.name.offset, .error, message))
        }
        let restored = restoreContexts()
        emitCall(.call, callee, indentedLike: reference, at: place)
        leave(restored)
    }

    private mutating func emitCall(_ code: Op.Code, _ target: Int, indentedLike reference: Reference, at place: Place) {
        let white = reference.indentation.map { place.indentation + place.stripped(place.template.source[$0]) } ?? []
        var op = Op(code, index: store(literal: white), target: target, extent: white.count)
        op.keepsIndentation = reference.indentation != nil && place.isIndented
        emit(op)
    }

    /// The number of the template as a function of the contexts and blocks here; nil when there are too many.
    private mutating func function(_ name: String, _ reference: Reference, at place: Place) -> Int? {
        if functions.count >= Compiler.functionLimit {
            report(
                reference.name.offset, place, .error,
                "“\(entry)” becomes too large: more than \(Compiler.functionLimit) variants of templates; use fewer dynamic names")
            return nil
        }
        guard let top = layers.last?.shapes else { return nil }
        let key = FunctionKey(
            template: name, top: top.map { shapes.index(of: $0) }.sorted(), tail: belowShapes(layers.count - 1),
            arguments: arguments.mapValues { ObjectIdentifier($0.argument) }, isQuiet: isQuiet)
        return functions.number(key, arguments: arguments)
    }

    /// Constants known here are not on the stack, where functions and walks look for names. Pushes them,
    /// and again what lies inside of them, so that names are found in the same order.
    /// - Returns: the contexts that were pushed.
    mutating func restoreContexts() -> [Layer] {
        guard let first = layers.indices.dropFirst(function == nil ? 1 : 0).first(where: { layers[$0].isConstant }) else { return [] }
        var up = layers[first...].count { !$0.isConstant }
        var pushed: [Layer] = []
        for layer in layers[first...] {
            switch layer {
            case .runtime:
                emit(Op(.push, up: up + pushed.count))
                up -= 1
            case .constant(let value, let shape):
                emit(Op(.pushConstant, index: constants.add(value), shape: shapes.index(of: shape)))
            }
            pushed.append(.runtime(layer.shapes))
        }
        raise(by: pushed.count)
        return pushed
    }

    mutating func leave(_ restored: [Layer]) {
        if !restored.isEmpty { emit(Op(.drop, extent: restored.count)) }
        lower(by: restored.count)
    }
}

extension Candidate {
    /// The same candidate seen from `count` contexts further in.
    func raised(by count: Int) -> Candidate {
        let origin: Origin =
            switch origin {
            case .field(let up, let index): .field(up: up + count, index: index)
            case .context(let up): .context(up: up + count)
            case .constant: origin
            case .walk(let up, let name, let shape): .walk(up: up + count, name: name, shape: shape)
            case .walkContexts(let up, let shape): .walkContexts(up: up + count, shape: shape)
            }
        return Candidate(origin: origin, steps: steps, shape: shape)
    }
}
