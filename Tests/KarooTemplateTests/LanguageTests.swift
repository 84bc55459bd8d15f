// KarooExpress – Apache-2.0

import Foundation
import KarooTemplate
import Testing

/// Every rule of the language, in cases of our own.
@Suite struct LanguageTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let rule: String
        let template: String
        var json = "{}"
        var partials: [String: String] = [:]
        let expected: String
        var testDescription: String { rule }
    }

    static let interpolation = [
        Case(rule: "escapes", template: "{{a}}|{{{a}}}|{{&a}}", json: #"{"a": "<'&\">"}"#, expected: "&lt;&#39;&amp;&quot;&gt;|<'&\">|<'&\">"),
        Case(rule: "space inside tags", template: "{{ a }}{{{ a }}}{{& a }}{{\na\n}}", json: #"{"a": 1}"#, expected: "1111"),
        Case(rule: "missing is nothing", template: "[{{a}}{{a.b}}{{{a}}}]", expected: "[]"),
        Case(rule: "null ends the search", template: "{{#r}}[{{a}}]{{/r}}", json: #"{"a": "out", "r": {"a": null}}"#, expected: "[]"),
        Case(rule: "missing is sought further out", template: "{{#r}}[{{a}}]{{/r}}", json: #"{"a": "out", "r": {"b": 1}}"#, expected: "[out]"),
        Case(rule: "dotted names", template: "{{a.b.c}}", json: #"{"a": {"b": {"c": "x"}}}"#, expected: "x"),
        Case(rule: "a dotted name does not go back", template: "{{#r}}[{{a.b}}]{{/r}}", json: #"{"a": {"b": "no"}, "r": {"a": {}}}"#, expected: "[]"),
        Case(rule: "records and lists have no text", template: "[{{r}}{{l}}]", json: #"{"r": {}, "l": [1]}"#, expected: "[]"),
        Case(rule: "flags in words", template: "{{t}} {{f}}", json: #"{"t": true, "f": false}"#, expected: "true false"),
        Case(rule: "interpolated tags stay text", template: "{{a}}", json: #"{"a": "{{b}}", "b": "no"}"#, expected: "{{b}}"),
    ]

    static let sections = [
        Case(
            rule: "true, false, missing, null, empty", template: "{{#t}}t{{/t}}{{#f}}f{{/f}}{{#m}}m{{/m}}{{#n}}n{{/n}}{{#e}}e{{/e}}{{#l}}l{{/l}}",
            json: #"{"t": true, "f": false, "n": null, "e": "", "l": []}"#, expected: "t"),
        Case(
            rule: "inverted", template: "{{^t}}t{{/t}}{{^f}}f{{/f}}{{^m}}m{{/m}}{{^n}}n{{/n}}{{^e}}e{{/e}}{{^l}}l{{/l}}",
            json: #"{"t": true, "f": false, "n": null, "e": "", "l": []}"#, expected: "fmnel"),
        Case(rule: "a text is a context", template: "{{#a}}<{{.}}{{a}}>{{/a}}", json: #"{"a": "x"}"#, expected: "<xx>"),
        Case(rule: "a flag is no context", template: "{{#l}}{{#t}}{{.}}{{/t}}{{/l}}", json: #"{"l": ["x", "y"], "t": true}"#, expected: "xy"),
        Case(rule: "lists", template: "{{#l}}{{a}},{{/l}}", json: #"{"l": [{"a": 1}, {"a": 2}, {}], "a": 0}"#, expected: "1,2,0,"),
        Case(rule: "lists in lists", template: "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", json: #"{"l": [[1, 2], [], [3]]}"#, expected: "(12)()(3)"),
        Case(rule: "mixed lists", template: "{{#l}}<{{.}}{{a}}>{{/l}}", json: #"{"l": ["x", {"a": 1}, true, ["y"]], "a": 0}"#, expected: "<x0><1><true0><0>"),
        Case(rule: "root of a list", template: "{{#.}}{{a}}{{/.}}", json: #"[{"a": 1}, {"a": 2}]"#, expected: "12"),
        Case(
            rule: "contexts stack", template: "{{#a}}{{#b}}{{x}}{{y}}{{z}}{{/b}}{{/a}}",
            json: #"{"x": 1, "y": 1, "z": 1, "a": {"y": 2, "z": 2, "b": {"z": 3}}}"#, expected: "123"),
        Case(rule: "an empty record is true", template: "{{#r}}yes{{/r}}{{^r}}no{{/r}}", json: #"{"r": {}}"#, expected: "yes"),
        Case(rule: "an outer list found inside its own element", template: "{{#l}}{{#l}}{{.}}{{/l}};{{/l}}", json: #"{"l": ["a", "b"]}"#, expected: "ab;ab;"),
        Case(
            rule: "names of different shapes in two contexts", template: "{{#l}}{{#v}}[{{x}}{{.}}]{{/v}}{{/l}}",
            json: #"{"v": {"x": 1}, "l": [{"v": ["p", "q"]}, {}]}"#, expected: "[p][q][1]"),
    ]

    static let lines = [
        Case(
            rule: "standalone tags leave no line", template: "a\n  {{#t}}  \nb\n\t{{/t}}\nc\n{{! x }}\nd\n{{=<% %>=}}\n<%t%>", json: #"{"t": true}"#,
            expected: "a\nb\nc\nd\ntrue"),
        Case(rule: "two tags on a line are not standalone", template: "{{#t}}{{/t}}\n{{! a }}{{! b }}\n", json: #"{"t": true}"#, expected: "\n\n"),
        Case(rule: "a variable is not standalone", template: " {{t}} \n", json: #"{"t": 1}"#, expected: " 1 \n"),
        Case(rule: "line ends of two characters", template: "a\r\n{{#t}}\r\nb\r\n{{/t}}\r\nc", json: #"{"t": true}"#, expected: "a\r\nb\r\nc"),
        Case(rule: "first and last line", template: " {{#t}} \nx\n {{/t}} ", json: #"{"t": true}"#, expected: "x\n"),
        Case(rule: "comments over lines", template: "a\n {{! x\n y }} \nb {{! x\n }} c", expected: "a\nb  c"),
        Case(rule: "a carriage return alone is text", template: "{{#t}}\rx{{/t}}", json: #"{"t": true}"#, expected: "\rx"),
    ]

    static let partials = [
        Case(
            rule: "a partial sees the context", template: "{{#l}}{{>p}}{{/l}}", json: #"{"l": [{"a": 1}, {"a": 2}]}"#, partials: ["p": "<{{a}}>"],
            expected: "<1><2>"),
        Case(rule: "an unknown partial is nothing", template: "[{{>p}}]", expected: "[]"),
        Case(
            rule: "a standalone partial is indented", template: "a\n  {{>p}}\nb", json: #"{"x": "1\n2"}"#, partials: ["p": "c\n{{x}}\n\nd\n"],
            expected: "a\n  c\n  1\n2\n  \n  d\nb"),
        Case(rule: "an inline partial is not", template: "a {{>p}}\nb", partials: ["p": "c\nd"], expected: "a c\nd\nb"),
        Case(
            rule: "indentation adds up", template: " {{>p}}\n", partials: ["p": "p\n {{>q}}\n", "q": "q\nr {{>s}}\n", "s": "s\ns"],
            expected: " p\n  q\n  r s\ns\n"),
        Case(
            rule: "sections within indentation", template: "  {{>p}}\n", json: #"{"l": [1, 2]}"#,
            partials: ["p": "{{#l}}\n- {{.}}\n{{/l}}\n{{#l}}{{.}}\n{{/l}}."], expected: "  - 1\n  - 2\n  1\n  2\n  ."),
        Case(rule: "delimiters stay at home", template: "{{=<% %>=}}<%>p%><%a%>", json: #"{"a": 1}"#, partials: ["p": "{{a}}{{=| |=}}|a|"], expected: "111"),
        Case(
            rule: "recursion", template: "{{>p}}", json: #"{"n": 1, "l": [{"n": 2, "l": [{"n": 3, "l": []}]}, {"n": 4, "l": []}]}"#,
            partials: ["p": "{{n}}({{#l}}{{>p}}{{/l}})"], expected: "1(2(3())4())"),
        Case(
            rule: "recursion with indentation", template: "{{>p}}", json: #"{"n": 1, "l": [{"n": 2, "l": [{"n": 3, "l": []}]}, {"n": 4, "l": []}]}"#,
            partials: ["p": "- {{n}}\n{{#l}}\n  {{>p}}\n{{/l}}\n"], expected: "- 1\n  - 2\n    - 3\n  - 4\n"),
        Case(
            rule: "recursion finds what is missing further out", template: "{{>p}}", json: #"{"n": 1, "o": "o", "l": [{"n": 2, "l": [{"o": "i", "l": []}]}]}"#,
            partials: ["p": "{{n}}{{o}}({{#l}}{{>p}}{{/l}})"], expected: "1o(2o(2i()))"),
        Case(
            rule: "mutual recursion", template: "{{>p}}", json: #"{"l": [{"l": [{"l": []}]}]}"#,
            partials: ["p": "<{{#l}}{{>q}}{{/l}}>", "q": "[{{#l}}{{>p}}{{/l}}]"], expected: "<[<>]>"),
        Case(
            rule: "recursion through records of two shapes", template: "{{>p}}",
            json: #"{"n": "a", "b": {"n": "b", "b": null, "c": {"n": "c", "c": null, "b": {"n": "d", "b": null, "c": null}}}}"#,
            partials: ["p": "{{n}}{{#b}}({{>p}}){{/b}}{{#c}}[{{>p}}]{{/c}}"], expected: "a(b[c(d)])"),
    ]

    static let dynamicNames = [
        Case(
            rule: "a value names the partial", template: "{{#l}}{{>*k}}{{/l}}", json: #"{"l": [{"k": "p", "a": 1}, {"k": "q", "a": 2}, {"k": "x"}, {}]}"#,
            partials: ["p": "<{{a}}>", "q": "[{{a}}]"], expected: "<1>[2]"),
        Case(rule: "indented", template: "a\n  {{>* k }}\nb", json: #"{"k": "p"}"#, partials: ["p": "c\nd\n"], expected: "a\n  c\n  d\nb"),
        Case(rule: "dotted", template: "{{>*k.k}}", json: #"{"k": {"k": "p"}}"#, partials: ["p": "x"], expected: "x"),
        Case(rule: "parents", template: "{{<*k}}{{$b}}x{{/b}}{{/*k}}", json: #"{"k": "p"}"#, partials: ["p": "<{{$b}}{{/b}}>", "q": ""], expected: "<x>"),
        Case(
            rule: "recursion", template: "{{>*k}}", json: #"{"k": "p", "l": [{"k": "q", "l": []}, {"k": "p", "l": []}]}"#,
            partials: ["p": "p({{#l}}{{>*k}}{{/l}})", "q": "q"], expected: "p(qp())"),
    ]

    static let inheritance = [
        Case(rule: "default and override", template: "{{<p}}{{$a}}A{{/a}}{{/p}}", partials: ["p": "{{$a}}a{{/a}}{{$b}}b{{/b}}"], expected: "Ab"),
        Case(
            rule: "the argument sees the parent's context", template: "{{<p}}{{$a}}{{x}}{{/a}}{{/p}}", json: #"{"x": 1, "r": {"x": 2}}"#,
            partials: ["p": "{{#r}}{{$a}}{{/a}}{{/r}}"], expected: "2"),
        Case(
            rule: "the outermost argument wins", template: "{{<p}}{{$a}}page{{/a}}{{/p}}",
            partials: ["p": "{{<q}}{{$a}}p{{/a}}{{$b}}p{{/b}}{{/q}}", "q": "{{$a}}q{{/a}}{{$b}}q{{/b}}{{$c}}q{{/c}}"], expected: "pagepq"),
        Case(
            rule: "arguments reach partials of the parent", template: "{{<p}}{{$a}}page{{/a}}{{/p}}", partials: ["p": "{{>q}}", "q": "{{$a}}q{{/a}}"],
            expected: "page"),
        Case(
            rule: "blocks in arguments", template: "{{<p}}{{$in}}X{{/in}}{{/p}}",
            partials: ["p": "{{<q}}{{$out}}<{{$in}}i{{/in}}>{{/out}}{{/q}}", "q": "{{$out}}o{{/out}}"], expected: "<X>"),
        Case(
            rule: "a block inside an argument of its name is its default", template: "{{<p}}{{$a}}({{$a}}x{{/a}}){{/a}}{{/p}}", partials: ["p": "{{$a}}{{/a}}"],
            expected: "(x)"),
        Case(
            rule: "a page over a layout", template: "{{<p}}\n{{$main}}\n<h1>{{t}}</h1>\n{{#l}}\n<p>{{.}}</p>\n{{/l}}\n{{/main}}\n{{/p}}\n",
            json: #"{"t": "T", "l": [1, 2]}"#, partials: ["p": "<main>\n  {{$main}}{{/main}}\n</main>\n"],
            expected: "<main>\n  <h1>T</h1>\n  <p>1</p>\n  <p>2</p>\n</main>\n"),
        Case(rule: "a pair on one line that stays empty", template: "{{<p}}{{/p}}", partials: ["p": "a\n  {{$x}}{{/x}}\nb\n"], expected: "a\nb\n"),
        Case(
            rule: "a pair on one line with an inline argument", template: "{{<p}}{{$x}}y{{/x}}{{/p}}", partials: ["p": "a\n  {{$x}}{{/x}}\nb\n"],
            expected: "a\n  y\nb\n"),
        Case(
            rule: "an inline block keeps the line", template: "{{<p}}{{$x}}\n  one\n    two\n{{/x}}{{/p}}", partials: ["p": "<p>{{$x}}{{/x}}</p>\n"],
            expected: "<p>one\n  two\n</p>\n"),
        Case(
            rule: "an argument is re-indented", template: "{{<p}}\n    {{$x}}\n    one\n      two\n    {{/x}}\n{{/p}}\n",
            partials: ["p": "a\n\t{{$x}}\n\t  default\n\t{{/x}}\nb\n"], expected: "a\n\t  one\n\t    two\nb\n"),
        Case(
            rule: "indented parents indent arguments too", template: "a\n  {{<p}}{{$x}}\none\ntwo\n{{/x}}{{/p}}\nb\n", partials: ["p": "<\n {{$x}}{{/x}}\n>\n"],
            expected: "a\n  <\n   one\n   two\n  >\nb\n"),
        Case(
            rule: "partials in arguments are indented", template: "{{<p}}{{$x}}\n  {{>q}}\n{{/x}}{{/p}}",
            partials: ["p": "<\n   {{$x}}{{/x}}\n>\n", "q": "q\nr\n"], expected: "<\n   q\n   r\n>\n"),
    ]

    @Test(arguments: [interpolation, sections, lines, partials, dynamicNames, inheritance].joined())
    func rule(_ test: Case) throws {
        let data = try Value(json: .init(test.json.utf8))
        let (text, program) = render(test.template, data, partials: test.partials)
        #expect(text == test.expected, "\(test.rule) \(program.issues)")
    }

    /// The same cases with everything known at compile time.
    @Test(arguments: [interpolation, sections, lines, partials, dynamicNames, inheritance].joined())
    func ruleWithConstants(_ test: Case) throws {
        guard case .record(let constants) = try Value(json: .init(test.json.utf8)) else { return }
        let (text, program) = render(test.template, partials: test.partials, constants: constants)
        #expect(text == test.expected, "\(test.rule) \(program.issues)")
    }
}
