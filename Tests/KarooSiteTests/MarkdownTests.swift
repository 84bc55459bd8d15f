// KarooExpress – Apache-2.0

import Dispatch
import Foundation
import KarooTemplate
import Synchronization
import Support
import Testing

@testable import KarooSite

/// Markdown of strangers becomes HTML that can do no harm.
@Suite struct MarkdownTests {
    @Test func theLowestHeadingsOfQuestionsAreOpened() {
        let (html, all) = Markdown.questions("Before.\n\n# Orders\n\n## May I *change* it?\n\nYes, see\n[there](returns.html).\n\n- a\n- b\n\n## And `x < y`?\n\nNo.\n\n# Rest\n\nText.\n")
        #expect(all == [
            Markdown.Question(text: "May I change it?", answer: "Yes, see there. a b"), Markdown.Question(text: "And x < y?", answer: "No."),
        ])
        #expect(html == """
            <p>Before.</p>
            <h2>Orders</h2>
            <details>
            <summary><h3>May I <em>change</em> it?</h3></summary>
            <div id="question-1">
            <p>Yes, see
            <a href="returns.html">there</a>.</p>
            <ul>
            <li>a</li>
            <li>b</li>
            </ul>
            </div>
            </details>
            <details>
            <summary><h3>And <code>x &lt; y</code>?</h3></summary>
            <div id="question-2">
            <p>No.</p>
            </div>
            </details>
            <h2>Rest</h2>
            <p>Text.</p>

            """)
        #expect(Markdown.questions("Only text.") == ("<p>Only text.</p>\n", []))
        #expect(Markdown.questions("").all == [])
    }

    private func html(_ text: String, by author: Markdown.Author = .seller) -> String {
        let bytes = Bytes()
        Markdown.render(text, by: author, into: bytes)
        return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func libraryHTML(_ text: String) -> String {
        let bytes = Bytes()
        var text = text
        text.withUTF8 { Markdown.renderWithLibrary(UnsafeRawBufferPointer($0), by: .seller, into: bytes) }
        return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<div onclick=x>\nhi\n</div>", "<!-- comment -->", "a <b>bold</b>",
        "<style>body{}</style>", "<![CDATA[x]]>", "<?php x ?>", "| a |\n|---|\n| <iframe src=x> |", "> <script>\n> x\n> </script>",
        "- <svg/onload=x>", "# <a href=\"javascript:x\">x</a>", "~~<u>x</u>~~",
    ])
    func rawHTMLNeverPasses(text: String) {
        for author in [Markdown.Author.seller, .operatorOfMarketplace] {
            let html = html(text, by: author)
            for tag in ["<script", "<img", "<div", "<!--", "<b>", "<style", "<![", "<?", "<iframe", "<svg", "<u>", "onclick=", "onerror=", "javascript:"] {
                #expect(!html.contains(tag), "\(html)")
            }
        }
    }

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://x.example", "java\\script:x",
        "&#106;avascript:alert(1)", "blob:x", "x-scheme:y", "intent://x", "data:image/png;base64,AA",
    ])
    func otherSchemesLoseTheLink(address: String) {
        #expect(!html("see [here](\(address)) now").contains("href"), "\(html("see [here](\(address)) now"))")
        #expect(html("see [here](\(address)) now").contains("here"))
        #expect(!html("see [here][1] now\n\n[1]: \(address)\n").contains("href"))
    }

    @Test(arguments: ["https://x.example/a?b=c&d", "http://x.example", "mailto:a@b.example", "tel:+4912345", "/p/x.html", "#part", "x.html?a=b:c"])
    func addressesOfTheWebStay(address: String) {
        #expect(html("[here](\(address))").contains("<a "))
        #expect(html("[here](\(address))", by: .operatorOfMarketplace).contains("<a href="))
    }

    @Test func linksOfSellersAreNotVouchedFor() {
        #expect(html("[x](https://x.example)").contains("<a rel=\"nofollow ugc noopener\" href=\"https://x.example\">"))
        #expect(!html("[x](https://x.example)", by: .operatorOfMarketplace).contains("rel="))
        #expect(html("https://x.example/a").contains("nofollow"))
        #expect(html("[x](//x.example) [y](HTTP://y.example)").components(separatedBy: "nofollow").count == 3)
        #expect(!html("[x](/about) [y](mailto:a@x.example)").contains("nofollow"))
    }

    @Test func picturesBecomeTheirText() {
        #expect(html("a ![the *lamp*](https://x.example/p.png) b") == "<p>a the <em>lamp</em> b</p>\n")
        #expect(html("![](x.png)") == "<p></p>\n")
        #expect(html("[![inner](x.png)](https://x.example)").contains(">inner</a>"))
    }

    @Test func headingsBelongBelowThePage() {
        #expect(html("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n")
        #expect(html("### Three\n\n#### Four", by: .operatorOfMarketplace) == "<h2>Three</h2>\n<h3>Four</h3>\n")
    }

    @Test func alignmentOfCellsIsAClass() {
        let html = html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
        #expect(html.contains("<th class=\"left\">a</th>") && html.contains("<td class=\"center\">2</td>") && html.contains("<td class=\"right\">3</td>"))
        #expect(!html.contains("align="))
        // A text that looks like an attribute stays a text.
        #expect(self.html("`<td align=\"left\">`").contains("&lt;td align=&quot;left&quot;&gt;"))
    }

    @Test func plainTextIsOneLine() {
        #expect(Markdown.plainText("# A *b*\n\n- c\n- [d](https://x.example)\n").hasPrefix("A b"))
        #expect(!Markdown.plainText("a\n\n\nb\tc").contains { $0.isNewline })
        #expect(Markdown.plainText("") == "")
    }

    /// The short way for plain paragraphs gives the library's bytes, whatever the text.
    @Test func theShortWayEqualsTheLibrary() {
        var random = Seeded("short way")
        let pieces = [
            "a", "Lamp", "oak", " ", "  ", "\n", "\n\n", ".", ",", ":", "://", "www", "www.", "W", "1", "1.", "2)", "-", "- ", "é", "日本", "\u{A0}",
            "\u{3000}", "'", "(", ")", "!", "?", ";", "/", "%", "$", "^", "{", "}", "http", "https", "mailto:", "ftp:", "x.org", "\r\n", "\u{2028}", "&", "“", "\u{FEFF}",
            "x@y.example", "*", "#", "=", "_", "~", "|", "\\", "+",
        ]
        var short = 0
        for _ in 0..<6_000 {
            let plain = random.happens(70)
            let text = (0..<random.below(14)).map { _ in pieces[random.below(plain ? 40 : pieces.count)] }.joined()
            let bytes = Bytes()
            var copy = text
            guard copy.withUTF8({ Markdown.appendPlainParagraphs(UnsafeRawBufferPointer($0), to: bytes) }) else {
                #expect(bytes.count == 0)
                continue
            }
            short += 1
            let mine = bytes.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(mine == libraryHTML(text), "seed \(Seeded.seed): \(text.debugDescription)")
        }
        #expect(short > 300)
    }

    @Test func noTextTakesLong() {
        let texts = [
            "| " + String(repeating: "a | ", count: 4_000) + "\n|" + String(repeating: "-|", count: 4_000) + "\n" + String(repeating: "| x |\n", count: 4_000),
            String(repeating: ">", count: 20_000) + " x", String(repeating: "> ", count: 20_000) + "\n| a |\n|---|\n",
            String(repeating: "[", count: 30_000), String(repeating: "*a ", count: 20_000), String(repeating: "`", count: 30_000),
            String(repeating: "![", count: 20_000), String(repeating: "- ", count: 10_000), String(repeating: "<", count: 60_000),
            String(repeating: "| a ", count: 60) + "|\n" + String(repeating: "|-", count: 60) + "|\n" + String(repeating: "|x|\n", count: 15_000),
            String(repeating: "~", count: 60_000), String(repeating: "&", count: 60_000), String(repeating: "a@", count: 30_000),
            String(repeating: "http://", count: 9_000), String(repeating: "[a](", count: 15_000), String(repeating: "_a", count: 30_000),
        ]
        for text in texts {
            let text = String(text.prefix(ProductReader.maximumBody))
            let time = ContinuousClock().measure {
                _ = html(text)
                _ = Markdown.plainText(text)
            }
            #expect(time < .seconds(20), "\(text.prefix(20)) … \(text.utf8.count) bytes: \(time)")
        }
    }

    @Test func manyThreadsGiveTheSameBytes() {
        let texts = (0..<60).map { number in
            "# T\(number)\n\n~~a~~ https://x\(number).example www.y.example *b* | c\n\n| a | b |\n|:-|-:|\n| \(number) | `x` |\n\n- [x] y\n\n<b>z</b>\n"
        }
        let expected = texts.map { html($0) }
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 600) { number in
            if html(texts[number % 60]) != expected[number % 60] { wrong.add(1, ordering: .relaxed) }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// Random marks: no tag but those that Markdown has, and never an attribute beyond the known.
    @Test func randomTextsGiveOnlyKnownTags() throws {
        var random = Seeded("markdown tags")
        let pieces = [
            "<", ">", "script", "</", "/>", "a", " href=", "\"", "'", "javascript:", "[", "](", ")", "!", "*", "_", "`", "```\n", "\n", "\n\n", "# ", "- ", "1. ", "> ", "|", "-|",
            "&lt;", "&#60;", "\\", "~~", "http://x.example", "www.x.example", "onload=", "<!--", "-->", "<b ", " ", "x", "align=\"left\"", "é", "\0", "<td align=\"",
        ]
        let known = Set(["p", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "hr", "br", "del", "table", "thead", "tbody", "tr", "th", "td"])
        let tag = try Regex("<(/?)([a-zA-Z0-9!?\\[-]*)([^>]*)>", as: (Substring, Substring, Substring, Substring).self)
        let attributes = try Regex("^( (href|rel|class|title|start|type|disabled|checked|lang)=\"[^\"<>]*\")*( /)?$")
        for _ in 0..<2_500 {
            let text = (0..<random.below(25)).map { _ in random.one(of: pieces) }.joined()
            for match in html(text).matches(of: tag) {
                #expect(known.contains(String(match.output.2)), "seed \(Seeded.seed): \(text.debugDescription): \(match.output.0)")
                #expect(match.output.3.wholeMatch(of: attributes) != nil, "seed \(Seeded.seed): \(text.debugDescription): \(match.output.0)")
                #expect(!match.output.3.lowercased().contains("\"javascript:"))
            }
        }
    }

    @Test func whiteSpaceBecomesOneSpace() {
        var random = Seeded("white space")
        let pieces = ["a", "é", "界", "🧵", "\u{202C}", "\u{3001}", " ", "\n", "\t", "\u{85}", "\u{A0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{202F}", "\u{205F}", "\u{3000}"]
        for _ in 0..<2_000 {
            let text = (0..<random.below(12)).map { _ in random.one(of: pieces) }.joined()
            let wanted = text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(separator: " ")
            #expect(Array(text.utf8).withUnsafeBytes { Markdown.oneLine($0) } == wanted, "seed \(Seeded.seed): \(text.unicodeScalars.map(\.value))")
        }
    }
}
