// KarooExpress – Apache-2.0

import KarooTemplate

/// What lies in Templates: the texts of layouts, pages and partials, and the files that pages ask for.
struct ThemeFiles: Sendable {
    struct Asset: Sendable {
        /// Below `assets`, as `icons/cart.svg`.
        let name: String
        let file: FileBytes
    }

    /// With what the names of the server's letters begin; no page has them.
    static let letterPrefix = "mail/"

    let templates: [(name: String, file: String, text: String)]
    let assets: [Asset]
    let fingerprint: Fingerprint
}

enum ThemeReader {
    static func read(_ folder: SourceFolder, _ issues: inout Issues) -> ThemeFiles {
        var templates: [(name: String, file: String, text: String)] = []
        var assets: [ThemeFiles.Asset] = []
        var hasher = Fingerprint.Hasher()
        walk(folder, below: "") { name in
            do throws(BuildIssue) {
                let file = try folder.file(name)
                hasher.add(name)
                file.withBytes { hasher.add($0) }
                if name.hasPrefix("assets/") {
                    assets.append(ThemeFiles.Asset(name: String(name.dropFirst("assets/".count)), file: file))
                } else if name.hasSuffix(".mustache") {
                    let text = try file.text(shown: folder.shown(name))
                    templates.append((String(name.dropLast(".mustache".count)), folder.shown(name), text))
                }
            } catch {
                issues.add(error)
            }
        }
        if templates.isEmpty { issues.add(BuildIssue(.error, file: folder.shown, "no template", remedy: "name the theme's folder with --templates")) }
        return ThemeFiles(templates: templates, assets: assets, fingerprint: hasher.finish())
    }

    private static func walk(_ folder: SourceFolder, below path: String, _ body: (String) -> Void) {
        let here = path.isEmpty ? folder : folder.folder(path)
        for (name, isFolder) in here.names() ?? [] {
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            if isFolder { walk(folder, below: inner, body) } else { body(inner) }
        }
    }
}
