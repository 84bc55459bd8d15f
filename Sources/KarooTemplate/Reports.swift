// KarooExpress – Apache-2.0

extension Compiler {
    mutating func report(_ offset: Int, _ place: Place, _ severity: TemplateIssue.Severity, _ message: String) {
        let issue = place.template.issue(at: offset, severity, place.template.name == entry ? message : "\(message) (in page “\(entry)”)")
        if !issues.contains(issue) { issues.append(issue) }
    }

    /// No context has a field of the name.
    mutating func reportUnknown(_ head: String, _ name: Name, at place: Place) {
        let open = layers.contains { $0.shapes.contains(where: \.isOpen) } || tail.contains { shapes[$0].isOpen }
        if isQuiet || open { return }
        var known: [String] = []
        for shape in layers.reversed().flatMap(\.shapes) + tail.map({ shapes[$0] }) { known += shape.schema?.names ?? [] }
        report(name.offset, place, .error, "unknown name “\(head)”" + suggestion(for: head, among: known))
    }

    /// The record that a dotted name led to has no such field.
    mutating func reportNoField(_ part: String, of shape: Shape, _ name: Name, at place: Place) {
        if isQuiet { return }
        let message: String
        switch shape {
        case .record(let schema), .any(let schema):
            message = "unknown name “\(name.text)”: no field “\(part)” there" + suggestion(for: part, among: schema.names)
        case .list:
            message = "unknown name “\(name.text)”: what stands before “.\(part)” is a list; open it with a section and write {{\(part)}} inside"
        case .text, .html, .flag:
            message = "unknown name “\(name.text)”: what stands before “.\(part)” has no fields; leave “.\(part)” out"
        }
        report(name.offset, place, .error, message)
    }

    mutating func reportUnused(_ argument: Argument, _ reference: Reference, at place: Place) {
        let message = "“\(reference.name.text)” has no block “\(argument.name)”" + suggestion(for: argument.name, among: blocksMet.sorted())
        report(argument.offset, place, .warning, message)
    }

    mutating func reportEndlessRecursion() {
        for issue in functions.endlessCalls() where !issues.contains(issue) { issues.append(issue) }
    }

    /// How to mend a name: the nearest known one, or the known ones if they are few.
    func suggestion(for name: String, among known: [String]) -> String {
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = editDistance(name, candidate)
            if distance < best?.distance ?? max(2, name.count / 2) + 1 { best = (candidate, distance) }
        }
        if let best { return "; did you mean “\(best.name)”?" }
        if known.isEmpty { return "; nothing has a name here" }
        let unique = known.enumerated().filter { known.firstIndex(of: $0.element) == $0.offset }.map(\.element)
        let shown = unique.prefix(12).map { "“\($0)”" }.joined(separator: ", ")
        return "; the names here are \(shown)" + (unique.count > 12 ? " and \(unique.count - 12) more" : "")
    }

    /// Letters to insert, remove, replace or swap with their neighbour (without regard to case).
    private func editDistance(_ a: String, _ b: String) -> Int {
        let a = Array(a.lowercased().utf8)
        let b = Array(b.lowercased().utf8)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
