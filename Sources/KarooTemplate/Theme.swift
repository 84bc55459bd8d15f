// KarooExpress – Apache-2.0

/// All template texts of a theme by name (`pages/product`, `partials/card`, `layouts/page`), each parsed once.
public struct Theme: Sendable {
    /// What parsing found, in the order of the sources.
    public let issues: [TemplateIssue]
    /// The names of the templates, sorted.
    public let names: [String]
    /// The names that a dynamic name (`{{>*name}}`) may choose among at run time, sorted.
    let choices: [String]
    private let templates: [String: Template]

    /// - Parameters:
    ///   - sources: the name that tags use, the file for messages, and the text in UTF-8.
    ///   - isChoice: which templates a dynamic name may choose. Each of them is compiled once more for every place
    ///     with a dynamic name, so it pays to leave out pages and layouts.
    public init(sources: [(name: String, file: String, text: [UInt8])], isChoice: (String) -> Bool = { _ in true }) {
        var issues: [TemplateIssue] = []
        var templates: [String: Template] = [:]
        for source in sources {
            let (template, found) = Parser.parse(name: source.name, file: source.file, source: source.text)
            issues += found
            if let other = templates[source.name] {
                issues.append(template.issue(at: 0, .error, "there are two templates named “\(source.name)”; rename this file or \(other.file)"))
            } else {
                templates[source.name] = template
            }
        }
        self.issues = issues
        self.templates = templates
        names = templates.keys.sorted()
        choices = names.filter(isChoice)
    }

    public init(sources: [(name: String, file: String, text: String)], isChoice: (String) -> Bool = { _ in true }) {
        self.init(sources: sources.map { ($0.name, $0.file, Array($0.text.utf8)) }, isChoice: isChoice)
    }

    /// Compiles a template for models of the schema. Always gives a program; what could not be resolved
    /// places nothing and stands in the program's issues.
    /// - Parameter constants: values known now, in a context below the model: names that the model does not have
    ///   are looked up here. They are copied, so their memory may go afterwards.
    public func compile(_ name: String, schema: Schema, constants: [(name: String, value: Slot, shape: Shape)] = []) -> Program {
        compile(name, shape: .record(schema), constants: constants)
    }

    /// The same for models that need not be records.
    public func compile(_ name: String, shape: Shape, constants: [(name: String, value: Slot, shape: Shape)] = []) -> Program {
        var compiler = Compiler(theme: self, entry: name, shape: shape, constants: constants)
        return compiler.compile()
    }

    /// The template of the name; nil when the theme has none.
    func template(_ name: String) -> Template? { templates[name] }
}
