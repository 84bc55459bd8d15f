// KarooExpress – Apache-2.0

import Testing

@testable import KarooServer

@Suite("Preview: values")
struct PreviewValueTests {
    @Test("dates of HTTP, there and back")
    func dates() throws {
        let known = [
            784_111_777: "Sun, 06 Nov 1994 08:49:37 GMT", 0: "Thu, 01 Jan 1970 00:00:00 GMT",
            951_782_400: "Tue, 29 Feb 2000 00:00:00 GMT", 1_795_363_199: "Sun, 22 Nov 2026 15:59:59 GMT",
        ]
        for (seconds, text) in known {
            #expect(HTTPDate(secondsSinceEpoch: seconds).description == text)
            #expect(HTTPDate(text)?.secondsSinceEpoch == seconds)
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            let date = HTTPDate(secondsSinceEpoch: Int.random(in: 0..<253_402_300_800, using: &generator))
            #expect(HTTPDate(date.description) == date)
        }
    }

    @Test(
        "what is no date of HTTP",
        arguments: [
            "", "GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:4٣:37 GMT",
        ])
    func noDates(text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test("paths are decoded once")
    func paths() throws {
        let known: [String: (names: [String], slash: Bool, query: String)] = [
            "/": ([], true, ""), "/?a": ([], true, "?a"), "/a": (["a"], false, ""), "/a/": (["a"], true, ""),
            "/a/b?c/d?e": (["a", "b"], false, "?c/d?e"), "/%61%20b": (["a b"], false, ""),
            "/%2561": (["%61"], false, ""), "/%E7%81%AF": (["灯"], false, ""), "//a": (["", "a"], false, ""),
            "//": ([""], true, ""), "/a//": (["a", ""], true, ""), "/..": ([".."], false, ""),
            "/a+b": (["a+b"], false, ""),
        ]
        for (target, expected) in known {
            let path = try #require(RequestPath(target), "\(target)")
            #expect(path.names == expected.names, "\(target)")
            #expect(path.endsInSlash == expected.slash, "\(target)")
            #expect(path.query == expected.query, "\(target)")
        }
        #expect(RequestPath("/a%20b/ü?q=1")?.asFolder == "/a%20b/%C3%BC/?q=1")
        #expect(RequestPath("/-/events")?.text == "/-/events")
        #expect(RequestPath("/")?.text == "/")
        #expect(["/a.b", "/", "/a-/b_"].allSatisfy { RequestPath($0)?.isPublic == true })
        #expect(["/.a", "/a/..", "//", "/a/%2e", "/a/.b/c"].allSatisfy { RequestPath($0)?.isPublic == false })
    }

    @Test(
        "what is no path",
        arguments: [
            "", "*", "a", "?a", "http://localhost/", "/%", "/%2", "/%g0", "/%00", "/a%2Fb", "/a%5Cb", "/a\\b", "/%0a",
            "/%7f", "/%ff", "/%c0%af", "/%ed%a0%80", "/a#b", "/a\u{1}",
        ])
    func noPaths(target: String) {
        #expect(RequestPath(target) == nil)
    }

    @Test("names of loopback")
    func loopback() {
        for name in ["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.255.0.3", "::1", "[::1]"]
        {
            #expect(LoopbackName(name) != nil, "\(name)")
        }
        for name in [
            "", "localhost.com", "xlocalhost", "128.0.0.1", "127.1", "2130706433", "0.0.0.0", "::", "::2",
            "::ffff:10.0.0.1",
        ] {
            #expect(LoopbackName(name) == nil, "\(name)")
        }
        for authority in ["localhost:80", "localhost", "[::1]:80", "[::1]", "127.0.0.1:"] {
            #expect(LoopbackName(authority: authority) != nil, "\(authority)")
        }
        for authority in [
            "evil.example:80", "localhost:80x", "[::1]x:80", "localhost@evil.example", "evil.example:localhost",
        ] {
            #expect(LoopbackName(authority: authority) == nil, "\(authority)")
        }
    }

    @Test("the tag goes before the last end of the body, whatever else the bytes are")
    func injection() {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["</body>", "</BODY>", "</bod", "<body>", "é", "\u{0}", "x", "</html>", "\n"]
        for _ in 0..<500 {
            let page = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }
            let place = Array(page.joined().utf8).withUnsafeBytes { LiveReload.placeOfTag(in: $0) }
            let end = page.lastIndex { $0.lowercased() == "</body>" } ?? page.count
            #expect(place == page[..<end].joined().utf8.count)
        }
    }
}
