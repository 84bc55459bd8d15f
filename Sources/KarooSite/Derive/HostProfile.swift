// KarooExpress – Apache-2.0

/// Where the site is going to be served, with what that host takes and what it reads.
package enum HostProfile: String, Sendable, CaseIterable {
    case generic, cloudflare, netlify, s3, nginx

    /// The most files that a site may have; nil when there is no such limit.
    /// Cloudflare Pages: 20,000 on the free plan, 100,000 on a paid one.
    var maximumFiles: Int? {
        switch self {
        case .cloudflare: 20_000
        case .generic, .netlify, .s3, .nginx: nil
        }
    }

    /// The most bytes that a file may have; nil when there is no limit that a page could meet.
    /// Cloudflare Pages: 25 MiB.
    var maximumBytes: UInt64? {
        switch self {
        case .cloudflare: 25 << 20
        case .generic, .netlify, .s3, .nginx: nil
        }
    }

    var advice: String? {
        self == .cloudflare ? "paid plans take more: say --file-limit 100000; or take another host" : nil
    }

    /// What is wrong with addresses of this style there; nil when the host serves them as they are.
    /// S3 serves files by their whole names; Cloudflare Pages sends `x.html` on to `x`.
    func fault(of style: AddressStyle) -> BuildIssue? {
        switch (self, style) {
        case (.s3, .clean): BuildIssue(.error, file: "--urls", "s3 finds no page by an address without .html", remedy: "leave out --urls clean")
        case (.cloudflare, .html):
            BuildIssue(
                .warning, file: "--urls", "Cloudflare sends every address that ends in .html on to one without, so that pages name addresses that move",
                remedy: "say --urls clean")
        default: nil
        }
    }

    /// The files by which the host learns headers and redirects.
    func files(_ plan: SitePlan) -> [(name: String, text: String)] {
        let rules = HeaderRules(plan)
        switch self {
        case .generic: return []
        // Cloudflare finds the nearest 404.html by itself.
        case .cloudflare: return [("_headers", rules.headersFile), rules.speculation]
        case .netlify: return [("_headers", rules.headersFile), ("_redirects", rules.redirectsFile), rules.speculation]
        case .nginx: return [("host/nginx.conf", rules.nginx), rules.speculation]
        case .s3: return [("host/s3.json", rules.s3), rules.speculation]
        }
    }
}

/// Which headers which files are sent with: what is named by its bytes may be kept for ever, pages are asked for anew.
struct HeaderRules {
    private let marketplace: Marketplace
    private let api: String?
    private let prefixes: [String]

    init(_ plan: SitePlan) {
        marketplace = plan.catalog.marketplace
        api = plan.api
        prefixes = plan.editions.map(\.prefix)
    }

    private static let immutable = "public, max-age=31536000, immutable"
    /// What lies in them is named by its bytes. The heads of the search index lie below their editions, and are asked for anew like pages.
    private static let immutableFolders = ["assets", "media", "search"]
    private static let brief = "public, max-age=60, must-revalidate"

    /// Models and pictures of kinds that hosts may not know, which browsers would not take as bytes of no kind.
    private static let types = [("avif", "image/avif")] + ModelFile.types.map { ($0.key, "\($0.value)") }

    private static let speculationType = "application/speculationrules+json"

    /// Besides the site itself, pages speak to the API and to where Content has them counted.
    var policy: String {
        let api = api.flatMap(Marketplace.origin(of:)).map { [$0] } ?? []
        let analytics = marketplace.analytics
        let connections = api + (analytics.endpoint.flatMap(Marketplace.origin(of:)).map { [$0] } ?? []) + analytics.connections
        func sources(_ others: [String]) -> String {
            var named: Set<String> = []
            return (["'self'"] + others.filter { named.insert($0).inserted }).joined(separator: " ")
        }
        return [
            "default-src 'none'", "script-src \(sources(analytics.scripts))", "style-src 'self'", "img-src 'self' data:\(analytics.pictures.map { " " + $0 }.joined())",
            "font-src 'self'", "connect-src \(sources(connections))", "manifest-src 'self'", "form-action \(sources(api))", "frame-ancestors 'none'",
            "base-uri 'none'", "object-src 'none'", "require-trusted-types-for 'script'", "upgrade-insecure-requests",
        ].joined(separator: "; ")
    }

    private var security: [(String, String)] {
        [
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=(self)"),
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ]
    }

    private var base: String { marketplace.basePath }

    private static let speculationFile = "speculation-rules.json"

    /// Which pages a browser may fetch when somebody is about to follow a link, https://wicg.github.io/nav-speculation/speculation-rules.html.
    /// Named by a header, since the policy lets no script stand in a page. Nothing is run beforehand: pages note what was seen.
    var speculation: (name: String, text: String) {
        let places = ["p", "c", "s"].map { "\"\(base)/*/\($0)/*\"" }.joined(separator: ", ")
        return (HeaderRules.speculationFile, """
            {"prefetch": [{"where": {"and": [{"href_matches": [\(places)]}, {"not": {"selector_matches": "[rel~=nofollow], [download]"}}]}, "eagerness": "moderate"}]}

            """)
    }

    /// What every file is sent with.
    private var common: [(String, String)] { security + [("Speculation-Rules", "\"\(base)/\(HeaderRules.speculationFile)\"")] }

    /// Cloudflare Pages and Netlify: a path, then its headers indented. Both ask anew for pages unless told otherwise.
    var headersFile: String {
        var text = "\(base)/*\n"
        for (name, value) in common { text += "  \(name): \(value)\n" }
        for folder in HeaderRules.immutableFolders { text += "\n\(base)/\(folder)/*\n  Cache-Control: \(HeaderRules.immutable)\n" }
        // The script asks for it when the page has asked already, and asks anew when it has aged.
        text += "\n\(base)/*/search/root.json\n  Cache-Control: \(HeaderRules.brief)\n"
        text += "\n\(base)/offers/*\n  X-Robots-Tag: noindex\n"
        for (kind, type) in HeaderRules.types { text += "\n\(base)/media/*.\(kind)\n  Content-Type: \(type)\n" }
        text += "\n\(base)/\(HeaderRules.speculationFile)\n  Content-Type: \(HeaderRules.speculationType)\n"
        return text
    }

    /// The page of an edition that says that there is no such page.
    var redirectsFile: String {
        prefixes.map { "\(base)/\($0)/* \(base)/\($0)/404.html 404" }.joined(separator: "\n") + "\n"
    }

    var nginx: String {
        var text = "# Include this in the server block whose root is this site.\n"
        let secure = common.map { "add_header \($0.0) \"\(escaped($0.1))\" always;\n" }.joined()
        let secureInside = common.map { "    add_header \($0.0) \"\(escaped($0.1))\" always;\n" }.joined()
        text += secure
        text += "add_header Cache-Control \"\(HeaderRules.brief)\";\n"
        text += "gzip_static on;\nerror_page 404 \(base)/404.html;\n"
        text += "location / {\n    try_files $uri $uri.html $uri/index.html =404;\n}\n"
        for prefix in prefixes {
            text += "location \(base)/\(prefix)/ {\n    try_files $uri $uri.html $uri/index.html =404;\n    error_page 404 \(base)/\(prefix)/404.html;\n}\n"
        }
        for folder in HeaderRules.immutableFolders {
            text += "location \(base)/\(folder)/ {\n    add_header Cache-Control \"\(HeaderRules.immutable)\";\n\(secureInside)}\n"
        }
        for (kind, type) in HeaderRules.types {
            text += "location ~ ^\(base)/media/.*\\.\(kind)$ {\n    types { }\n    default_type \(type);\n"
                + "    add_header Cache-Control \"\(HeaderRules.immutable)\";\n\(secureInside)}\n"
        }
        text += "location = \(base)/\(HeaderRules.speculationFile) {\n    types { }\n    default_type \(HeaderRules.speculationType);\n}\n"
        text += "location \(base)/offers/ {\n    add_header X-Robots-Tag noindex;\n    add_header Cache-Control \"\(HeaderRules.brief)\";\n\(secureInside)}\n"
        text += "location ~ /\\.(?!well-known) {\n    deny all;\n}\n"
        return text
    }

    /// What an upload to S3 sets for which keys, and the website configuration.
    var s3: String {
        var text = "{\n  \"ErrorDocument\": {\"Key\": \"404.html\"},\n  \"IndexDocument\": {\"Suffix\": \"index.html\"},\n  \"Headers\": ["
        text += common.map { "\n    {\"Name\": \"\($0.0)\", \"Value\": \"\(escaped($0.1))\"}" }.joined(separator: ",")
        text += "\n  ],\n  \"CacheControl\": [\n"
        for folder in HeaderRules.immutableFolders { text += "    {\"Prefix\": \"\(folder)/\", \"Value\": \"\(HeaderRules.immutable)\"},\n" }
        text += "    {\"Prefix\": \"\", \"Value\": \"\(HeaderRules.brief)\"}\n  ],\n  \"ContentType\": ["
        let types = HeaderRules.types.map { (".\($0.0)", $0.1) } + [(HeaderRules.speculationFile, HeaderRules.speculationType)]
        text += types.map { "\n    {\"Suffix\": \"\($0.0)\", \"Value\": \"\($0.1)\"}" }.joined(separator: ",") + "\n  ]\n}\n"
        return text
    }

    private func escaped(_ text: String) -> String { text.map { $0 == "\"" ? "\\\"" : String($0) }.joined() }
}
