// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCommerce
import Testing

@testable import KarooServer

/// The document of the API, for programs and for people.
struct DocumentTests {
    @Test func whoHasTheDocumentIsToldThatItIsTheSame() async throws {
        let shop = try await Selling()
        for path in ["/v1/openapi.json", "/v1/docs", "/v1/docs/style.css"] {
            let first = try await shop.ask(.get, path)
            let tag = try #require(first.headers[.eTag])
            #expect(first.status == 200 && !first.body.isEmpty, "\(path)")
            let again = try await shop.ask(.get, path, headers: [.ifNoneMatch: "\"other\", W/\(tag)"])
            #expect(again.status == 304 && again.body.isEmpty && again.headers[.eTag] == tag, "\(path)")
            try await #expect(shop.ask(.get, path, headers: [.ifNoneMatch: "\"other\""]).status == 200, "\(path)")
        }
    }

    @Test func thePageNamesEveryAddressAndSchemaAndNothingInItRuns() async throws {
        let shop = try await Selling()
        let answer = try await shop.ask(.get, "/v1/docs")
        let page = answer.text
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        for route in shop.routes { #expect(page.contains("<code>\(route.path)</code>"), "\(route.path) is not on the page") }
        #expect(page.contains("id=\"schema-Quote\"") && page.contains("href=\"#schema-Quote\""))
        #expect(page.contains("curl -X POST &quot;$SHOP/v1/carts&quot;"))
        for sign in ["<script", " style=", " onclick", "http://", "javascript:"] { #expect(!page.contains(sign), "\(sign) is on the page") }
        // Every link within the page has its place.
        let places = Set(page.matches(of: #/ id="([^"]+)"/#).map { String($0.1) })
        let links = page.matches(of: #/href="#([^"]+)"/#).map { String($0.1) }
        #expect(links.count > 30)
        for link in links { #expect(places.contains(link), "nothing is at #\(link)") }
        #expect(places.count == page.matches(of: #/ id="([^"]+)"/#).count, "two places have one name")
    }

    @Test func whatTheDocumentSaysIsTextOnThePage() throws {
        let document = """
            {"info":{"title":"<b>\\"&'"},"paths":{"/v1/x/{<i>}":{"get":{"operationId":"a\\"><script>","summary":"</p><script>alert(1)</script>",
            "parameters":[{"name":"<x>","in":"query","required":true,"schema":{"type":"<y>","enum":["'\\"<z>"]}}],
            "responses":{"200":{"description":"<img>","content":{"a/b":{"schema":{"$ref":"#/components/schemas/<s>"}}}}}}}},
            "components":{"schemas":{"<s>":{"type":"object","properties":{"<p>":{"description":"<q>"}}}}}}
            """
        let page = String(decoding: try APIPage(JSON(parsing: Array(document.utf8))).bytes, as: UTF8.self)
        for sign in ["<b>", "<script", "<i>", "<x>", "<y>", "<z>", "<img", "<s>", "<q>", "a\">"] {
            #expect(!page.contains(sign), "\(sign) is on the page as it was written")
        }
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    @Test func everyAddressSaysWhatEverybodyMayBeAnswered() async throws {
        let shop = try await Selling()
        let document = try JSON(parsing: try await shop.ask(.get, "/v1/openapi.json").body)
        var fields = try document.fields()
        guard case .object(let paths)? = fields.take("paths") else {
            Issue.record("the document has no paths")
            return
        }
        for route in shop.routes {
            var item = try #require(paths.first { $0.name == route.path }).value.fields()
            let found = item.take(route.method.rawValue.lowercased())
            var operation = try #require(found).fields()
            guard case .object(let responses)? = operation.take("responses") else { throw JSONError("\(route.path) has no responses") }
            let needed: Set = route.limit == .none ? ["400", "503"] : ["400", "429", "503"]
            #expect(needed.isSubset(of: responses.map(\.name)), "\(route.method) \(route.path)")
        }
    }
}
