// KarooExpress – Apache-2.0

import Foundation
import Testing

@testable import KarooServer

@Suite("Preview: files", .timeLimit(.minutes(2)))
struct PreviewFileTests {
    static let tag = #"<script type="module" src="/-/reload.js"></script>"#

    @Test("each kind of file has its media type")
    func contentTypes() async throws {
        let types = [
            "a.html": "text/html; charset=utf-8", "a.css": "text/css; charset=utf-8",
            "a.js": "text/javascript; charset=utf-8", "a.mjs": "text/javascript; charset=utf-8",
            "a.svg": "image/svg+xml", "a.png": "image/png", "a.jpg": "image/jpeg", "a.JPEG": "image/jpeg",
            "a.webp": "image/webp", "a.avif": "image/avif", "a.gif": "image/gif",
            "a.ico": "image/vnd.microsoft.icon", "a.json": "application/json", "a.jsonl": "application/jsonl",
            "a.xml": "application/xml; charset=utf-8", "a.rss": "application/rss+xml; charset=utf-8",
            "a.txt": "text/plain; charset=utf-8", "a.webmanifest": "application/manifest+json",
            "a.woff2": "font/woff2", "a.gltf": "model/gltf+json", "a.glb": "model/gltf-binary",
            "a.usdz": "model/vnd.usdz+zip", "a.js.map": "application/json", "a.css.gz": "application/gzip",
            "a.bin": "application/octet-stream", "a.unheard": "application/octet-stream",
            "CNAME": "application/octet-stream",
        ]
        try await withPreview(of: types.mapValues { _ in "some bytes" }) { preview in
            for (name, type) in types {
                let reply = try await preview.ask("/\(name)")
                #expect(reply.status == 200, "\(name)")
                #expect(reply.headers["content-type"] == type, "\(name)")
                #expect(reply.text.hasPrefix("some bytes"), "\(name)")
                #expect(reply.headers["content-length"] == String(reply.body.count), "\(name)")
            }
        }
    }

    @Test("a site below a path of its host is served there, and nothing beside it")
    func basePath() async throws {
        let files = ["index.html": "home", "404.html": "none", "en-us/index.html": "edition", "a.css": "css"]
        try await withPreview(of: files, basePath: "/shop/north") { preview in
            let texts = ["/shop/north/": "home", "/shop/north/en-us/": "edition", "/shop/north/index.html": "home"]
            for (target, text) in texts { #expect(try await preview.ask(target).text == text + Self.tag, "\(target)") }
            #expect(try await preview.ask("/shop/north/a.css").text == "css")
            #expect(try await preview.ask("/shop/north/missing").text == "none" + Self.tag)
            for target in ["/", "/shop/north"] {
                let reply = try await preview.ask(target)
                #expect(reply.status == 302 && reply.headers["location"] == "/shop/north/", "\(target)")
            }
            #expect(try await preview.ask("/shop/north/en-us").headers["location"] == "/shop/north/en-us/")
            for target in ["/en-us/", "/shop/", "/shop/northern/", "/a.css", "/shop"] {
                #expect(try await preview.ask(target).status == 404, "\(target)")
            }
            #expect(try await preview.ask("/-/reload.js").status == 200)
        }
    }

    @Test("a missing page gets the 404 page of its edition, else that of the site, else a sentence")
    func missingPages() async throws {
        let files = ["404.html": "<p>site</p>", "de-de/404.html": "<p>Ausgabe</p>", "en-us/index.html": "home"]
        try await withPreview(of: files) { preview in
            let texts = [
                "/de-de/p/fehlt.html": "<p>Ausgabe</p>", "/de-de/fehlt": "<p>Ausgabe</p>", "/de-de/": "<p>Ausgabe</p>",
                "/de-de/bild.png": "<p>Ausgabe</p>", "/en-us/missing.html": "<p>site</p>", "/missing": "<p>site</p>",
                "/": "<p>site</p>", "//de-de/x": "<p>site</p>",
            ]
            for (target, text) in texts {
                let reply = try await preview.ask(target)
                #expect(reply.status == 404, "\(target)")
                #expect(reply.text == text + Self.tag, "\(target)")
                #expect(reply.headers["content-type"] == "text/html; charset=utf-8", "\(target)")
                #expect(reply.headers["etag"] == nil, "\(target)")
            }
            let conditional = try await preview.ask("/missing", headers: ["If-None-Match": "*", "Range": "bytes=0-1"])
            #expect(conditional.status == 404)
            #expect(conditional.text == "<p>site</p>" + Self.tag)
        }
        try await withPreview(of: ["index.html": "home"]) { preview in
            let reply = try await preview.ask("/missing")
            #expect(reply.status == 404)
            #expect(reply.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(reply.text == "There is no such page.\n")
        }
    }

    @Test(
        "no way leads out of the folder",
        arguments: [
            "/../secret.txt", "/en-us/../../secret.txt", "/%2e%2e/secret.txt", "/%2E%2E%2Fsecret.txt",
            "/en-us/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt",
            "/en-us\\..\\..\\secret.txt", "/%252e%252e/secret.txt", "/.%2e/secret.txt", "/en-us/..;/secret.txt",
            "/%c0%ae%c0%ae/secret.txt", "/..%c0%afsecret.txt", "/..%00/secret.txt", "/index.html%00.txt",
            "/en-us/./../../secret.txt", "/en-us//..//../secret.txt", "//../secret.txt", "/%",
            "/%4", "/%zz", "/..", "/../", "/../Public/index.html", "/..%0d%0aX:%20y", "http://127.0.0.1/../secret.txt",
            "/etc/passwd", "//etc/passwd", "/%2fetc%2fpasswd", "/outside/secret.txt", "/outside.txt", "/alias.txt",
            "/index.html/", "/index.html/../../secret.txt", "/index.html#x",
        ])
    func traversal(target: String) async throws {
        let files = ["index.html": "home", "en-us/index.html": "home", "../secret.txt": "secret", ".hidden": "secret"]
        try await withPreview(of: files) { preview in
            let manager = FileManager.default
            let links = ["outside": "..", "outside.txt": "../secret.txt", "alias.txt": ".hidden"]
            for (name, target) in links {
                try manager.createSymbolicLink(
                    atPath: preview.folder.appending(path: name).path, withDestinationPath: target)
            }
            let reply = try await preview.ask(target)
            #expect(reply.status == 400 || reply.status == 404)
            #expect(!reply.text.contains("secret") && !reply.text.contains("root:"))
            #expect(reply.headers["location"] == nil)
        }
    }

    @Test("symbolic links within the folder are followed")
    func innerLinks() async throws {
        try await withPreview(of: ["real/a.txt": "words"]) { preview in
            let link = preview.folder.appending(path: "short").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
            #expect(try await preview.ask("/short/a.txt").text == "words")
        }
    }

    @Test("the folder itself may be reached through a symbolic link")
    func linkedRoot() async throws {
        try await withPreview(of: ["../elsewhere/a.txt": "words"]) { preview in
            try FileManager.default.createSymbolicLink(atPath: preview.folder.path, withDestinationPath: "elsewhere")
            #expect(try await preview.ask("/a.txt").text == "words")
        }
    }

    @Test("files that begin with a dot, and what lies in such folders, are not served")
    func dotFiles() async throws {
        let files = [".env": "secret", ".git/config": "secret", "en-us/.karoo/state.json": "secret", "..a": "secret"]
        try await withPreview(of: files) { preview in
            for target in ["/.env", "/%2eenv", "/.git/config", "/.git/", "/en-us/.karoo/state.json", "/..a"] {
                let reply = try await preview.ask(target)
                #expect(reply.status == 404, "\(target)")
                #expect(!reply.text.contains("secret"), "\(target)")
            }
        }
    }

    @Test("pipes and folders are no files, and nothing waits for them")
    func pipes() async throws {
        try await withPreview(of: ["a/b.txt": "words"]) { preview in
            mkfifo(preview.folder.appending(path: "pipe.txt").path, 0o600)
            for target in ["/pipe.txt", "/a", "/a/", "/a/b.txt/c"] {
                let reply = try await preview.ask(target)
                #expect(reply.status == 404, "\(target)")
            }
        }
    }

    @Test("HEAD says what GET says, without the body")
    func head() async throws {
        let files = ["index.html": "<body>home</body>", "a.txt": "words", "404.html": "lost", "empty.txt": ""]
        try await withPreview(of: files) { preview in
            for target in ["/", "/a.txt", "/empty.txt", "/missing", "/-/reload.js", "/%"] {
                let get = try await preview.ask(target)
                let head = try await preview.ask(target, method: "HEAD")
                #expect(head.status == get.status, "\(target)")
                #expect(head.body.isEmpty, "\(target)")
                let ignored: Set = ["date"]
                let expected = get.headers.filter { !ignored.contains($0.key) }
                #expect(head.headers.filter { !ignored.contains($0.key) } == expected, "\(target)")
                #expect(head.headers["content-length"] == String(get.body.count), "\(target)")
            }
            let range = try await preview.ask("/a.txt", method: "HEAD", headers: ["Range": "bytes=0-1"])
            #expect(range.status == 200)
            #expect(range.headers["content-length"] == "5")
        }
    }

    @Test("other methods are refused", arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
    func methods(method: String) async throws {
        try await withPreview(of: ["index.html": "home"]) { preview in
            for target in ["/", "/-/events", "/missing"] {
                let reply = try await preview.ask(target, method: method)
                #expect(reply.status == 405)
                #expect(reply.headers["allow"] == "GET, HEAD")
            }
        }
    }

    @Test("ranges of one file")
    func ranges() async throws {
        try await withPreview(of: ["a.txt": "0123456789", "empty.txt": "", "a.html": "<body>0123</body>"]) { preview in
            let parts = [
                "bytes=0-0": "0", "bytes=2-4": "234", "bytes=7-": "789", "bytes=7-99": "789", "bytes=-3": "789",
                "bytes=-99": "0123456789", "BYTES=9-9": "9", "bytes=0-99999999999999999999": "0123456789",
            ]
            for (range, text) in parts {
                let reply = try await preview.ask("/a.txt", headers: ["Range": range])
                #expect(reply.status == 206, "\(range)")
                #expect(reply.text == text, "\(range)")
                #expect(reply.headers["content-length"] == String(text.utf8.count), "\(range)")
                let first = try #require("0123456789".range(of: text)?.lowerBound.utf16Offset(in: "0123456789"))
                #expect(reply.headers["content-range"] == "bytes \(first)-\(first + text.count - 1)/10", "\(range)")
            }
            for range in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"] {
                let reply = try await preview.ask("/a.txt", headers: ["Range": range])
                #expect(reply.status == 416, "\(range)")
                #expect(reply.headers["content-range"] == "bytes */10", "\(range)")
            }
            for range in [
                "bytes=4-2", "bytes=-", "bytes=", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "0-1", "bytes=--1",
            ] {
                let reply = try await preview.ask("/a.txt", headers: ["Range": range])
                #expect(reply.status == 200, "\(range)")
                #expect(reply.text == "0123456789", "\(range)")
                #expect(reply.headers["accept-ranges"] == "bytes")
            }
            #expect(try await preview.ask("/empty.txt", headers: ["Range": "bytes=0-"]).status == 416)

            let page = try await preview.ask("/a.html", headers: ["Range": "bytes=6-17"])
            #expect(page.status == 206)
            #expect(page.text == "0123" + Self.tag.prefix(8))
        }
    }

    @Test("a range is conditional on If-Range")
    func conditionalRanges() async throws {
        try await withPreview(of: ["a.txt": "0123456789"]) { preview in
            let whole = try await preview.ask("/a.txt")
            let tag = try #require(whole.headers["etag"])
            let date = try #require(whole.headers["last-modified"])
            for condition in [tag, date] {
                let reply = try await preview.ask("/a.txt", headers: ["Range": "bytes=0-1", "If-Range": condition])
                #expect(reply.status == 206, "\(condition)")
            }
            for condition in ["\"other\"", "W/" + tag, "Sun, 06 Nov 1994 08:49:37 GMT", "yesterday"] {
                let reply = try await preview.ask("/a.txt", headers: ["Range": "bytes=0-1", "If-Range": condition])
                #expect(reply.status == 200, "\(condition)")
            }
        }
    }

    @Test("what the browser has is not sent again")
    func notModified() async throws {
        try await withPreview(of: ["a.txt": "words", "index.html": "home"]) { preview in
            for target in ["/a.txt", "/"] {
                let whole = try await preview.ask(target)
                let tag = try #require(whole.headers["etag"])
                let date = try #require(whole.headers["last-modified"])
                for headers in [
                    ["If-None-Match": tag], ["If-None-Match": "W/" + tag], ["If-None-Match": "\"x\" ,  \(tag)"],
                    ["If-None-Match": "*"], ["If-Modified-Since": date],
                    ["If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"],
                    ["If-None-Match": tag, "If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"],
                    ["If-None-Match": tag, "Range": "bytes=0-1"],
                ] {
                    let reply = try await preview.ask(target, headers: headers)
                    #expect(reply.status == 304, "\(headers)")
                    #expect(reply.body.isEmpty, "\(headers)")
                    #expect(reply.headers["etag"] == tag, "\(headers)")
                    #expect(reply.headers["content-length"].map { $0 == whole.headers["content-length"] } ?? true)
                }
                for headers in [
                    ["If-None-Match": "\"other\""], ["If-None-Match": "\"other\"", "If-Modified-Since": date],
                    ["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"], ["If-Modified-Since": "tomorrow"],
                ] {
                    #expect(try await preview.ask(target, headers: headers).status == 200, "\(headers)")
                }
            }
        }
    }

    @Test("a file that was written anew has another tag, even of the same length")
    func newTag() async throws {
        try await withPreview(of: ["a.txt": "words"]) { preview in
            let before = try await preview.ask("/a.txt")
            try preview.write("other", to: "a.txt")
            let tag = try #require(before.headers["etag"])
            let after = try await preview.ask("/a.txt", headers: ["If-None-Match": tag])
            #expect(after.status == 200)
            #expect(after.text == "other")
            #expect(after.headers["etag"] != tag)
        }
    }

    @Test("clean URLs lead to the page with the ending, and a page beats a folder of its name")
    func cleanURLs() async throws {
        let files = [
            "en-us/p/lamp.html": "lamp", "en-us/p/lamp-2.0.html": "lamp 2", "en-us/c/lamps.html": "lamps",
            "en-us/c/lamps/page-2.html": "lamps 2", "en-us/index.html": "home", "ja-jp/p/灯.html": "灯",
            "note": "no ending", "note.html": "page",
        ]
        try await withPreview(of: files) { preview in
            let texts = [
                "/en-us/p/lamp": "lamp", "/en-us/p/lamp.html": "lamp", "/en-us/p/lamp?colour=sage": "lamp",
                "/en-us/p/lamp-2.0": "lamp 2", "/en-us/c/lamps": "lamps", "/en-us/c/lamps/page-2": "lamps 2",
                "/en-us/": "home", "/en-us/index.html": "home", "/en-us/index": "home", "/%65n-us/": "home",
                "/ja-jp/p/%E7%81%AF": "灯", "/ja-jp/p/%e7%81%af.html": "灯",
            ]
            for (target, text) in texts {
                let reply = try await preview.ask(target)
                #expect(reply.status == 200, "\(target)")
                #expect(reply.text == text + Self.tag, "\(target)")
            }
            #expect(try await preview.ask("/note").text == "no ending")
            #expect(try await preview.ask("/en-us/c/lamps/").status == 404)
        }
    }

    @Test("a folder without its slash redirects to itself, and never to another host")
    func redirects() async throws {
        let files = ["en-us/index.html": "home", "ä b/index.html": "x", "plain/a.txt": "words"]
        try await withPreview(of: files) { preview in
            let places = [
                "/en-us": "/en-us/", "/en-us?a=b&c": "/en-us/?a=b&c", "/%C3%A4%20b": "/%C3%A4%20b/",
            ]
            for (target, place) in places {
                for method in ["GET", "HEAD"] {
                    let reply = try await preview.ask(target, method: method)
                    #expect(reply.status == 301, "\(target)")
                    #expect(reply.headers["location"] == place, "\(target)")
                    #expect(reply.headers["cache-control"] == "no-store", "\(target)")
                }
            }
            for target in ["/plain", "//en-us", "//evil.example/en-us", "/%2Fevil.example", "/\\evil.example"] {
                let reply = try await preview.ask(target)
                #expect([400, 404].contains(reply.status), "\(target)")
                #expect(reply.headers["location"] == nil, "\(target)")
            }
        }
    }

    @Test("pages get the script of live reload; the files stay as they are")
    func injection() async throws {
        let pages = [
            "plain.html": ("<html><body>x</body></html>", "<html><body>x\(Self.tag)</body></html>"),
            "two.html": ("<p>“</body>”</p></body>\n", "<p>“</body>”</p>\(Self.tag)</body>\n"),
            "upper.HTML": ("<BODY>x</BODY>", "<BODY>x\(Self.tag)</BODY>"),
            "open.html": ("<p>x", "<p>x\(Self.tag)"),
            "empty.html": ("", Self.tag),
        ]
        try await withPreview(of: pages.mapValues(\.0).merging(["a.svg": "<svg></body></svg>"]) { $1 }) { preview in
            for (name, (source, sent)) in pages {
                let reply = try await preview.ask("/\(name)")
                #expect(reply.text == sent, "\(name)")
                #expect(reply.headers["content-length"] == String(sent.utf8.count), "\(name)")
                #expect(reply.headers["server-timing"]?.hasPrefix("build;desc=\"") == true, "\(name)")
                let file = preview.folder.appending(path: name)
                #expect(try String(contentsOf: file, encoding: .utf8) == source, "\(name)")
            }
            #expect(try await preview.ask("/a.svg").text == "<svg></body></svg>")
        }
    }

    @Test("a large file arrives whole, and as it was when the request came, though a build replaces it meanwhile")
    func largeFile() async throws {
        let old = (0..<1_000_000).map { "\($0 % 10) bytes\n " }.joined()
        try await withPreview(of: ["large.bin": old]) { preview in
            let whole = try await preview.ask("/large.bin")
            #expect(whole.text == old)
            let part = try await preview.ask("/large.bin", headers: ["Range": "bytes=100001-1500000"])
            #expect(part.status == 206)
            #expect(part.body == Array(Array(old.utf8)[100_001...1_500_000]))

            let slow = try Wire(port: preview.port, receiveBytes: 4_096)
            try slow.send(preview.request("/large.bin"))
            let start = try await slow.receive(upTo: 1_000)
            try preview.write(String(repeating: "new ", count: 10), to: "large.bin")
            #expect(try await Reply(slow.receiveAll(after: start)).text == old)
            #expect(try await preview.ask("/large.bin").text == String(repeating: "new ", count: 10))
        }
    }

    @Test("every answer has a host's security headers, and is not to be kept")
    func securityHeaders() async throws {
        try await withPreview(of: ["index.html": "home", "a.css": "p{}", "en/index.html": "x"]) { preview in
            for target in ["/", "/a.css", "/missing", "/en", "/-/reload.js", "/%"] {
                let headers = try await preview.ask(target).headers
                let policy = try #require(headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'self'; script-src 'self';"), "\(target)")
                #expect(policy.contains("connect-src 'self';"), "\(target)")
                #expect(!policy.contains("unsafe"), "\(target)")
                #expect(headers["x-content-type-options"] == "nosniff", "\(target)")
                #expect(headers["referrer-policy"] == "strict-origin-when-cross-origin", "\(target)")
                #expect(headers["cross-origin-opener-policy"] == "same-origin", "\(target)")
                #expect(headers["permissions-policy"] != nil, "\(target)")
                #expect(headers["cache-control"] == "no-store", "\(target)")
            }
        }
    }

    @Test("before the first build the answer is 503, and afterwards the site")
    func unbuilt() async throws {
        try await withPreview(of: [:]) { preview in
            for target in ["/", "/en-us/p/lamp.html", "/.env"] {
                let reply = try await preview.ask(target)
                #expect(reply.status == 503, "\(target)")
                #expect(reply.headers["content-type"] == "text/plain; charset=utf-8", "\(target)")
                #expect(reply.headers["retry-after"] == "1", "\(target)")
            }
            try preview.write("home", to: "index.html")
            #expect(try await preview.ask("/").text == "home" + Self.tag)
        }
    }

    @Test("only names of this machine are answered")
    func hosts() async throws {
        try await withPreview(of: ["index.html": "home"]) { preview in
            for host in ["127.0.0.1", "localhost", "LocalHost:8080", "shop.localhost:1", "[::1]:8080", "127.0.0.2:80"] {
                #expect(try await preview.ask("/", host: host).status == 200, "\(host)")
            }
            for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]"] {
                for target in ["/", "/-/events", "/-/reload.js"] {
                    let reply = try await preview.ask(target, host: host)
                    #expect(reply.status == 421, "\(host)")
                    #expect(!reply.text.contains("home"), "\(host)")
                }
            }
        }
    }
}
