// KarooExpress – Apache-2.0

/// What makes two calls of a template the same code: the template, what stands on the context stack, and the blocks.
struct FunctionKey: Hashable {
    let template: String
    /// The shapes that the innermost context may have.
    let top: [Int]
    /// The shapes of all contexts further out, sorted.
    let tail: [Int]
    /// What fills the blocks.
    let arguments: [String: ObjectIdentifier]
    /// Whether unknown names are no issue.
    let isQuiet: Bool
}

/// The functions of a program: templates that include themselves, or that a dynamic name may choose.
struct FunctionTable {
    struct Function {
        let key: FunctionKey
        let arguments: [String: Filling]
        var entry = Program.Function(start: 0, depth: 0)
        /// Calls that happen whenever the function runs.
        var certainCalls: [(function: Int, issue: TemplateIssue)] = []
    }

    private var functions: [Function] = []
    private var numbers: [FunctionKey: Int] = [:]
    private var compiled = 0

    var count: Int { functions.count }
    var entries: [Program.Function] { functions.map(\.entry) }

    subscript(_ number: Int) -> Function { functions[number] }

    /// The number of the function, which is compiled later if it is new.
    mutating func number(_ key: FunctionKey, arguments: [String: Filling]) -> Int {
        if let known = numbers[key] { return known }
        functions.append(Function(key: key, arguments: arguments))
        numbers[key] = functions.count - 1
        return functions.count - 1
    }

    mutating func nextToCompile() -> Int? {
        guard compiled < functions.count else { return nil }
        compiled += 1
        return compiled - 1
    }

    mutating func begin(_ number: Int, at start: Int) {
        functions[number].entry.start = UInt32(start)
    }

    mutating func finish(_ number: Int, depth: Int) {
        functions[number].entry.depth = UInt32(depth)
    }

    mutating func addCertainCall(of callee: Int, in number: Int, issue: TemplateIssue) {
        functions[number].certainCalls.append((callee, issue))
    }

    /// Issues at calls that are certain to come back to themselves.
    func endlessCalls() -> [TemplateIssue] {
        enum State { case fresh, open, done }
        var states = [State](repeating: .fresh, count: functions.count)
        var found: [TemplateIssue] = []
        func visit(_ number: Int) {
            states[number] = .open
            for call in functions[number].certainCalls {
                switch states[call.function] {
                case .fresh: visit(call.function)
                case .open: found.append(call.issue)
                case .done: break
                }
            }
            states[number] = .done
        }
        for number in functions.indices where states[number] == .fresh { visit(number) }
        return found
    }
}
