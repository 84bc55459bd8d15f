// KarooExpress – Apache-2.0

extension Program {
    /// One context of the running program, with the list elements still to come.
    struct Context {
        var slot: Slot
        var next: UnsafePointer<Slot>?
        var remaining: UInt32
        var shape: UInt32
    }

    /// What a call comes back to.
    private struct Return {
        let op: UnsafePointer<Op>
        let indentationStart: Int
        let indentationEnd: Int
    }

    /// Appends the page of the model to the buffer.
    /// - Returns: false when the templates included one another more than `callLimit` deep; the page then ends there.
    @discardableResult
    public func render(_ root: Slot, into bytes: Bytes) -> Bool {
        let capacity = functions.isEmpty ? depth + 1 : depth + 256
        if functions.isEmpty, capacity <= 32 {
            return withUnsafeTemporaryAllocation(of: Context.self, capacity: capacity) { memory in
                var stack = Stack(start: memory.baseAddress.unsafelyUnwrapped, capacity: capacity)
                return run(root, &stack, bytes)
            }
        }
        var stack = Stack(start: .allocate(capacity: capacity), capacity: capacity)
        defer { stack.start.deallocate() }
        return run(root, &stack, bytes)
    }

    /// The memory of the contexts. Only calls check its size: between two calls the depth is known.
    private struct Stack {
        var start: UnsafeMutablePointer<Context>
        var capacity: Int

        mutating func grow(to needed: Int, used: Int) {
            let larger = UnsafeMutablePointer<Context>.allocate(capacity: max(needed, capacity * 2))
            larger.update(from: start, count: used)
            start.deallocate()
            start = larger
            capacity = max(needed, capacity * 2)
        }
    }

    private func run(_ root: Slot, _ stack: inout Stack, _ bytes: Bytes) -> Bool {
        let ops = UnsafePointer(self.ops)
        let literals = UnsafeRawPointer(self.literals)
        var writer = Writer(bytes)
        defer { writer.finish() }
        // `top` points behind the innermost context.
        var top = stack.start
        top[0] = Context(slot: base, next: nil, remaining: 0, shape: 0)
        top[1] = Context(slot: root, next: nil, remaining: 0, shape: rootShape)
        top += 2
        var register = Slot.missing
        var origin = UInt32.max
        var returns: [Return] = []
        var indentation: [UInt8] = []
        var indentationStart = 0
        var next = ops

        while true {
            let op = next
            next += 1
            switch op.pointee.code {
            case .literal:
                writer.copyPadded(literals + Int(op.pointee.index), op.pointee.extent)
            case .text:
                writer.place(Program.field(op, top), escaped: true)
            case .raw:
                writer.place(Program.field(op, top), escaped: false)
            case .innerText:
                writer.place(Program.field(op, top).field(op.pointee.target), escaped: true)
            case .innerRaw:
                writer.place(Program.field(op, top).field(op.pointee.target), escaped: false)
            case .contextText:
                writer.place((top - Int(op.pointee.up)).pointee.slot, escaped: true)
            case .contextRaw:
                writer.place((top - Int(op.pointee.up)).pointee.slot, escaped: false)
            case .registerText:
                writer.place(register, escaped: true)
            case .registerRaw:
                writer.place(register, escaped: false)
            case .indentation:
                indentation.withUnsafeBytes { all in
                    guard all.count > indentationStart, let start = all.baseAddress else { return }
                    writer.copy(start + indentationStart, all.count - indentationStart)
                }

            case .load:
                register = Program.field(op, top)
            case .loadContext:
                register = (top - Int(op.pointee.up)).pointee.slot
            case .loadConstant:
                register = constants[Int(op.pointee.index)]
            case .loadMissing:
                register = .missing
            case .step:
                register = register.field(op.pointee.index)
            case .walk:
                (register, origin) = walk(Int(op.pointee.index), from: top - Int(op.pointee.up), to: stack.start)
            case .walkContexts:
                (register, origin) = walkContexts(from: top - Int(op.pointee.up), to: stack.start)

            case .jump:
                next = ops + Int(op.pointee.target)
            case .jumpIfMissing:
                if register.isMissing { next = ops + Int(op.pointee.target) }
            case .jumpUnlessOrigin:
                if origin != op.pointee.index { next = ops + Int(op.pointee.target) }

            case .setOrigin:
                origin = op.pointee.index

            case .skipFalse:
                if Program.field(op, top).isFalse { next = ops + Int(op.pointee.target) }
            case .skipTrue:
                if !Program.field(op, top).isFalse { next = ops + Int(op.pointee.target) }
            case .skipFalseRegister:
                if register.isFalse { next = ops + Int(op.pointee.target) }
            case .skipTrueRegister:
                if !register.isFalse { next = ops + Int(op.pointee.target) }

            case .enter, .enterRegister:
                let slot = op.pointee.code == .enter ? Program.field(op, top) : register
                if slot.isFalse {
                    next = ops + Int(op.pointee.target)
                } else {
                    top.pointee = Context(slot: slot, next: nil, remaining: 0, shape: op.pointee.shape)
                    top += 1
                }
            case .loop, .loopRegister, .loopOrigin:
                let slot = op.pointee.code == .loop ? Program.field(op, top) : register
                if slot.isFalse {
                    next = ops + Int(op.pointee.target)
                } else {
                    top.pointee = Program.firstContext(of: slot, shape: op.pointee.code == .loopOrigin ? origin : op.pointee.shape)
                    top += 1
                }
            case .leave:
                top -= 1
            case .next:
                let context = top - 1
                if context.pointee.remaining > 0, let element = context.pointee.next {
                    context.pointee.slot = element.pointee
                    context.pointee.next = element + 1
                    context.pointee.remaining -= 1
                    next = ops + Int(op.pointee.target)
                } else {
                    top -= 1
                }

            case .push:
                let context = (top - Int(op.pointee.up)).pointee
                top.pointee = Context(slot: context.slot, next: nil, remaining: 0, shape: context.shape)
                top += 1
            case .pushConstant:
                top.pointee = Context(slot: constants[Int(op.pointee.index)], next: nil, remaining: 0, shape: op.pointee.shape)
                top += 1
            case .drop:
                top -= op.pointee.extent

            case .call, .dispatch:
                guard let called = op.pointee.code == .call ? Int(op.pointee.target) : chosen(Int(op.pointee.target), by: register) else { continue }
                if returns.count == Program.callLimit { return false }
                returns.append(Return(op: next, indentationStart: indentationStart, indentationEnd: indentation.count))
                let end = indentation.count
                if op.pointee.keepsIndentation { indentation.append(contentsOf: indentation[indentationStart..<end]) }
                indentation.append(contentsOf: UnsafeRawBufferPointer(start: literals + Int(op.pointee.index), count: op.pointee.extent))
                indentationStart = end
                let used = top - stack.start
                let needed = used + Int(functions[called].depth) + 1
                if needed > stack.capacity {
                    stack.grow(to: needed, used: used)
                    top = stack.start + used
                }
                next = ops + Int(functions[called].start)
            case .end:
                guard let back = returns.popLast() else { return true }
                next = back.op
                indentation.removeSubrange(back.indentationEnd...)
                indentationStart = back.indentationStart
            }
        }
    }

    @inline(__always) private static func field(_ op: UnsafePointer<Op>, _ top: UnsafeMutablePointer<Context>) -> Slot {
        (top - Int(op.pointee.up)).pointee.slot.field(op.pointee.index)
    }

    /// The context for the first element of a list, or for a value that is its only element.
    /// A flag makes one that is missing, so that `{{.}}` looks further out.
    @inline(__always) private static func firstContext(of slot: Slot, shape: UInt32) -> Context {
        switch slot.tag {
        case Slot.Tag.list: Context(slot: slot.slots[0], next: slot.slots + 1, remaining: slot.extent - 1, shape: shape)
        case Slot.Tag.flag: Context(slot: .missing, next: nil, remaining: 0, shape: shape)
        default: Context(slot: slot, next: nil, remaining: 0, shape: shape)
        }
    }

    /// The value of a name in the first context that has it, and the shape of that context.
    private func walk(_ name: Int, from: UnsafeMutablePointer<Context>, to bottom: UnsafeMutablePointer<Context>) -> (Slot, UInt32) {
        let entries = walks[name]
        var context = from
        while context >= bottom {
            let entry = entries[Int(context.pointee.shape)]
            if entry.field != .max {
                let slot = context.pointee.slot.field(entry.field)
                if entry.ends || !slot.isMissing { return (slot, context.pointee.shape) }
            }
            context -= 1
        }
        return (.missing, .max)
    }

    /// The first context that is not missing, without that of the constants, and its shape.
    private func walkContexts(from: UnsafeMutablePointer<Context>, to bottom: UnsafeMutablePointer<Context>) -> (Slot, UInt32) {
        var context = from
        while context > bottom {
            if !context.pointee.slot.isMissing { return (context.pointee.slot, context.pointee.shape) }
            context -= 1
        }
        return (.missing, .max)
    }

    /// The function for the text; nil when no template has that name.
    private func chosen(_ table: Int, by slot: Slot) -> Int? {
        dispatches[table].first { $0.name.elementsEqual(slot.bytes) }?.function
    }

    /// What a program would place for the value.
    static func append(_ slot: Slot, escaped: Bool, to bytes: Bytes) {
        var writer = Writer(bytes)
        writer.place(slot, escaped: escaped)
        writer.finish()
    }
}

extension Writer {
    /// A text, or a flag in words; nothing for anything else.
    @inline(__always) mutating func place(_ slot: Slot, escaped: Bool) {
        if slot.tag == Slot.Tag.text {
            guard let start = slot.address else { return }
            if escaped { copyEscapingHTML(start, slot.count) } else { copy(start, slot.count) }
        } else if slot.tag == Slot.Tag.flag {
            placeFlag(slot.extent != 0)
        }
    }

    @inline(never) private mutating func placeFlag(_ value: Bool) {
        let word: StaticString = value ? "true" : "false"
        copy(word.utf8Start, word.utf8CodeUnitCount)
    }
}
