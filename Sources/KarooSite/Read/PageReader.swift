// KarooExpress – Apache-2.0

package import KarooCommerce

/// A page of text that the operator writes: about, questions, policies, imprint.
package struct ContentPage: Sendable {
    /// The page of this slug says on which terms goods are taken back, and search engines are led to it.
    static let returns = "returns"

    package enum Group: String, Sendable, CaseIterable { case help, legal, about }

    package struct Text: Sendable {
        package let language: Language
        package let title: String
        package let description: String?
        /// Markdown.
        package let body: String
        package let updated: Day?
        let fingerprint: Fingerprint
    }

    package let slug: String
    /// Nil when the page is for every market that has none of its own.
    package let market: Market.ID?
    package let group: Group
    package let position: Int
    /// Whether its lowest headings are questions, which readers open.
    package let isQuestions: Bool
    package let texts: [Text]

    package func text(in chain: [Language]) -> Text? {
        for language in chain {
            for text in texts where text.language == language { return text }
        }
        return nil
    }
}

/// Reads `Content/pages/<slug>.<lang>.md` and `Content/pages/<market>/<slug>.<lang>.md`.
enum PageReader {
    /// Names that the site needs for itself.
    static let reserved: Set<String> = [
        "index", "404", "offline", "sitemap", "search", "cart", "checkout", "order", "account", "wishlist", "compare", "styleguide", "p", "c", "s",
    ]

    static func read(_ content: SourceFolder, _ marketplace: Marketplace, _ issues: inout Issues) -> [ContentPage] {
        let folder = content.folder("pages")
        var pages = readFolder(folder, market: nil, marketplace, &issues)
        for (name, isFolder) in folder.names() ?? [] where isFolder {
            guard let market = marketplace.markets[name] else {
                issues.add(BuildIssue(
                    .warning, file: folder.shown(name), "no market is called \"\(name)\": these pages are not published",
                    remedy: suggestion(for: name, among: marketplace.markets.all.map(\.id.text))))
                continue
            }
            pages += readFolder(folder.folder(name), market: market.id, marketplace, &issues)
        }
        return pages
    }

    private static func readFolder(
        _ folder: SourceFolder, market: Market.ID?, _ marketplace: Marketplace, _ issues: inout Issues
    ) -> [ContentPage] {
        var files: [String: [(language: Language, name: String)]] = [:]
        for (name, isFolder) in folder.names() ?? [] where !isFolder {
            guard let (slug, language) = parts(of: name, marketplace.languages) else {
                issues.add(BuildIssue(
                    .warning, file: folder.shown(name), "not a page and ignored", remedy: "call pages by slug and language, as about.en.md"))
                continue
            }
            guard Slug(slug) != nil, !reserved.contains(slug) else {
                issues.add(BuildIssue(.error, file: folder.shown(name), "\"\(slug)\" cannot be the address of a page", remedy: "choose another name"))
                continue
            }
            files[slug, default: []].append((language, name))
        }
        return files.sorted { $0.key < $1.key }.compactMap { page(slug: $0.key, $0.value, folder, market: market, &issues) }
    }

    private static func parts(of name: String, _ languages: Languages) -> (slug: String, language: Language)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[2] == "md", let language = Language(parts[1]), languages.all.contains(language) else { return nil }
        return (parts[0], language)
    }

    private static func page(
        slug: String, _ files: [(language: Language, name: String)], _ folder: SourceFolder, market: Market.ID?, _ issues: inout Issues
    ) -> ContentPage? {
        var texts: [ContentPage.Text] = []
        var group: ContentPage.Group?
        var position: Int?
        var isQuestions = false
        for (language, name) in files {
            do throws(BuildIssue) {
                let file = try folder.file(name)
                let matter = try FrontMatter(file.text(shown: folder.shown(name)), file: folder.shown(name))
                var members = Members(matter.header.root)
                guard let title = members.requiredText("title", &issues) else { continue }
                texts.append(ContentPage.Text(
                    language: language, title: title, description: members.text("description", &issues), body: matter.body,
                    updated: members.day("updated", &issues), fingerprint: file.withBytes { Fingerprint(of: $0) }))
                group = members.choice("group", ContentPage.Group.self, &issues) ?? group
                position = members.integer("position", &issues) ?? position
                isQuestions = members.boolean("questions", &issues) ?? isQuestions
                members.reportUnknown(["title", "description", "group", "position", "questions", "updated"], &issues)
            } catch {
                issues.add(error)
            }
        }
        guard !texts.isEmpty else { return nil }
        return ContentPage(slug: slug, market: market, group: group ?? .help, position: position ?? 100, isQuestions: isQuestions, texts: texts)
    }
}
