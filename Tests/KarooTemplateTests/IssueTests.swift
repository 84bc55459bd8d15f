// KarooExpress – Apache-2.0

import KarooTemplate
import Testing

/// What is wrong in a template is said with its place and how to mend it.
@Suite struct IssueTests {
    private let frame = Frame()

    enum Item: Int, Fields {
        case title, url, body, isNew, seller, related, `default`
        static let schema = Schema(of: Self.self)
        var shape: Shape {
            switch self {
            case .title, .url, .default: .text
            case .body: .html
            case .isNew: .flag
            case .seller: .record(of: Seller.self)
            case .related: .list(of: Item.self)
            }
        }
    }

    enum Seller: Int, Fields {
        case name, country
        static let schema = Schema(of: Self.self)
        var shape: Shape { .text }
    }

    private func issues(_ page: String, partials: [String: String] = [:]) -> [String] {
        var sources = partials.map { (name: $0.key, file: "\($0.key).mustache", text: $0.value) }
        sources.append((name: "pages/item", file: "item.mustache", text: page))
        let theme = Theme(sources: sources.sorted { $0.name < $1.name })
        return (theme.issues + theme.compile("pages/item", schema: Item.schema).issues).map(\.description)
    }

    @Test func faultlessTemplates() {
        #expect(
            issues("{{title}}{{{body}}}{{#isNew}}{{default}}{{/isNew}}{{#seller}}{{name}}{{url}}{{/seller}}{{seller.country}}{{#related}}{{title}}{{/related}}")
                .isEmpty)
    }

    @Test func syntax() {
        #expect(issues("a\n é{{title") == ["item.mustache:2:3: error: this tag is not closed; write }} after it"])
        #expect(issues("{{#isNew}}x") == ["item.mustache:1:1: error: {{#isNew}} is not closed; write {{/isNew}} where it ends"])
        #expect(issues("{{/isNew}}") == ["item.mustache:1:1: error: {{/isNew}} closes nothing; remove it or open {{#isNew}} before it"])
        #expect(
            issues("{{#isNew}}\n{{/related}}{{/isNew}}") == ["item.mustache:2:1: error: {{/related}} closes nothing; what is open here is {{#isNew}} of line 1"]
        )
        #expect(issues("{{#isNew}}{{#related}}{{/isNew}}") == ["item.mustache:1:11: error: {{#related}} is not closed; write {{/related}} where it ends"])
        #expect(issues("{{}}") == ["item.mustache:1:1: error: this tag is empty; write a name in it"])
        #expect(issues("{{=<%=}}").first == "item.mustache:1:1: error: write two delimiters without “=” and with a space between them, as in {{=<% %>=}}")
        #expect(issues("{{title {{url}}").first == "item.mustache:1:1: error: a name has no spaces in it: {{title {{url}}; is a closing delimiter missing?")
        #expect(issues("{{seller..name}}").first == "item.mustache:1:1: error: a part of the name is empty: {{seller..name}}; write one dot between two names")
        #expect(
            issues(String(repeating: "{{#isNew}}", count: 101) + String(repeating: "{{/isNew}}", count: 101)).first?.contains(
                "more than 100 sections inside one another") == true)
    }

    @Test func unknownNames() {
        #expect(issues("<p>\n  {{titel}}") == ["item.mustache:2:3: error: unknown name “titel”; did you mean “title”?"])
        #expect(issues("{{#relatde}}{{x}}{{/relatde}}") == ["item.mustache:1:1: error: unknown name “relatde”; did you mean “related”?"])
        #expect(issues("{{seller.nam}}") == ["item.mustache:1:1: error: unknown name “seller.nam”: no field “nam” there; did you mean “name”?"])
        #expect(
            issues("{{seller.zzzzzzz}}") == [
                "item.mustache:1:1: error: unknown name “seller.zzzzzzz”: no field “zzzzzzz” there; the names here are “name”, “country”"
            ])
        #expect(
            issues("{{related.title}}") == [
                "item.mustache:1:1: error: unknown name “related.title”: what stands before “.title” is a list; open it with a section and write {{title}} inside"
            ])
        #expect(issues("{{title.x}}") == ["item.mustache:1:1: error: unknown name “title.x”: what stands before “.x” has no fields; leave “.x” out"])
        #expect(issues("{{#related}}{{#seller}}{{nmae}}{{/seller}}{{/related}}") == ["item.mustache:1:24: error: unknown name “nmae”; did you mean “name”?"])
    }

    @Test func placing() {
        #expect(issues("{{{title}}}") == ["item.mustache:1:1: warning: unescaped text: “title” is plain text; write {{title}} so that it is escaped"])
        #expect(issues("{{&title}}").count == 1)
        #expect(issues("{{body}}") == ["item.mustache:1:1: warning: “body” is HTML and {{body}} shows its tags as text; write {{{body}}}"])
        #expect(issues("{{seller}}") == ["item.mustache:1:1: error: “seller” is a record, not a text; name one of its fields, as in {{seller.name}}"])
        #expect(issues("{{related}}") == ["item.mustache:1:1: error: “related” is a list, not a text; open it with {{#related}}…{{/related}}"])
        #expect(issues("{{.}}") == ["item.mustache:1:1: error: “.” is a record, not a text; name one of its fields, as in {{title}}"])
    }

    @Test func templates() {
        #expect(
            issues("{{>partials/cadr}}", partials: ["partials/card": ""]) == [
                "item.mustache:1:1: error: there is no template “partials/cadr”; did you mean “partials/card”?"
            ])
        #expect(
            issues("\n {{>p}}", partials: ["p": "\n{{titel}}"]) == ["p.mustache:2:1: error: unknown name “titel”; did you mean “title”? (in page “pages/item”)"]
        )
        #expect(
            issues("{{<p}}\n{{$mian}}{{/mian}}{{/p}}", partials: ["p": "{{$main}}{{/main}}"]) == [
                "item.mustache:2:1: warning: “p” has no block “mian”; did you mean “main”?"
            ])
        #expect(
            issues("{{<p}} text {{/p}}", partials: ["p": ""]) == [
                "item.mustache:1:8: warning: text is ignored here: inside {{<p}} only blocks count; move it into a {{$block}}"
            ])
        #expect(
            issues("{{<p}}{{title}}{{/p}}", partials: ["p": ""]) == [
                "item.mustache:1:7: warning: {{title}} is ignored here: inside {{<p}} only blocks count; move it into a {{$block}}"
            ])
        #expect(
            issues("{{<p}}{{$a}}{{/a}}{{$a}}{{/a}}{{/p}}", partials: ["p": "{{$a}}{{/a}}"]) == [
                "item.mustache:1:19: warning: {{$a}} is given twice in {{<p}}; the last one is used"
            ])
        let twice = Theme(sources: [("a", "one.mustache", ""), ("a", "two.mustache", "")])
        #expect(twice.issues.map(\.description) == ["two.mustache:1:1: error: there are two templates named “a”; rename this file or one.mustache"])
        #expect(twice.compile("b", schema: Item.schema).issues.map(\.message) == ["there is no template “b”; did you mean “a”?"])
    }

    @Test func recursion() {
        let endless = "p.mustache:1:2: error: “p” includes itself without end; put the tag into a section that ends sometime"
        #expect(issues("{{>p}}", partials: ["p": "x{{>p}}"]) == [endless])
        #expect(issues("{{>p}}", partials: ["p": "{{#related}}{{>p}}{{/related}}"]).isEmpty)
        #expect(issues("{{>p}}", partials: ["p": "{{>q}}", "q": "{{>p}}"]).count == 1)
        var doubling: [String: String] = ["p0": "{{title}}"]
        for level in 1...30 { doubling["p\(level)"] = "{{>p\(level - 1)}}{{>p\(level - 1)}}" }
        let large = issues("{{>p30}}", partials: doubling)
        #expect(large.count == 1 && large[0].contains("“pages/item” becomes too large"))
    }

    /// What constants keep out is checked all the same.
    @Test func keptOutByConstants() {
        let theme = Theme(sources: [("page", "page", "{{#off}}{{titel}}{{/off}}{{^on}}{{titel}}{{/on}}{{#none}}{{nmae}}{{name}}{{/none}}")])
        let program = theme.compile(
            "page", schema: Item.schema,
            constants: [("off", .flag(false), .flag), ("on", .flag(true), .flag), ("none", frame.list([]), .list(of: Seller.self))])
        #expect(
            program.issues.map(\.description) == [
                "page:1:9: error: unknown name “titel”; did you mean “title”?",
                "page:1:33: error: unknown name “titel”; did you mean “title”?",
                "page:1:58: error: unknown name “nmae”; did you mean “name”?",
            ])
        #expect(program.uses == [])
    }
}
