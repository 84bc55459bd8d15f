// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

struct CompactScriptTests {
    private func compact(_ text: String) -> String { String(decoding: CompactScript.of(Array(text.utf8)), as: UTF8.self) }

    @Test(arguments: [
        ("// a comment\nconst a = 1, b = 2; /* another */\n", "let a=1,b=2;\n"),
        ("if (a) {\n    return b;\n}\n", "if(a){return b}\n"),
        ("const a = {}\nfoo()\n", "let a={}\nfoo()\n"),
        ("return\na", "return\na\n"),
        ("a + +b - -c", "a+ +b- -c\n"),
        ("x = \"a  // b\" + 'c /* d */';", "x=\"a  // b\"+'c /* d */';\n"),
        ("x = `a  ${ b + `c  ${ {d: 1} .d }` }  // e`;", "x=`a  ${b+`c  ${{d:1}.d}`}  // e`;\n"),
        ("x = a / b / c; y = /a  \\/[/ ]b/g.test(z)", "x=a/b/c;y=/a  \\/[/ ]b/g.test(z)\n"),
        ("return /a  b/", "return/a  b/\n"),
        ("x = 1 .toFixed()", "x=1 .toFixed()\n"),
        ("const { a, ...b } = c ?? d\n[1].map(e)", "let{a,...b}=c??d\n[1].map(e)\n"),
        ("/*! kept */  a  =  1;", "/*! kept */  a  =  1;"),
        ("class A {\n    #b = 1;\n    get c() { return this.#b; }\n}", "class A{#b=1;get c(){return this.#b}}\n"),
        ("a\n++b", "a\n++b\n"),
        ("{ while (a()); }", "{while(a());}\n"),
        ("{ if (a) b; else; }", "{if(a)b;else;}\n"),
        ("f((a) => b, async (c) => d, (e, f) => g, ({ h }) => i)", "f(a=>b,async(c)=>d,(e,f)=>g,({h})=>i)\n"),
        ("x = [a, ,\n]; y = {\n    a, b,\n}; f(a, b,\n); z = [\n    c,\n]", "x=[a,,];y={a,b};f(a,b);z=[c]\n"),
        ("if (s) /a{2,}[b,][;}]/.exec(s)", "if(s)/a{2,}[b,][;}]/.exec(s)\n"),
        ("export * as const from \"./m.js\"", "export*as const from\"./m.js\"\n"),
        ("x = { const: 1 }; x.const = 2; for (const [a] of b) c(a)", "x={const:1};x.const=2;for(let[a]of b)c(a)\n"),
        ("x = { const() { a; } }", "x={const(){a}}\n"),
    ])
    func onlyReadersMissWhatIsLeftOut(_ text: String, _ expected: String) {
        #expect(compact(text) == expected)
        #expect(compact(expected).trimmingSuffix(while: \.isNewline) == expected.trimmingSuffix(while: \.isNewline))
    }
}

extension String {
    fileprivate func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> Substring {
        var text = self[...]
        while let last = text.last, isLeftOut(last) { text.removeLast() }
        return text
    }
}
