// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads `Content/categories.yaml`: a list of nodes, each with its children.
enum CategoryReader {
    static let fileName = "categories.yaml"
    static let maximumDepth = 6

    static func read(_ content: SourceFolder, _ languages: Languages, _ issues: inout Issues) -> CategoryTree {
        var tree = CategoryTree()
        do throws(BuildIssue) {
            let text = try content.file(fileName).text(shown: content.shown(fileName))
            let document = try YAMLParser.parse(text, file: content.shown(fileName))
            for node in document.root.elements { add(node, parent: nil, depth: 0, to: &tree, languages, &issues) }
            if tree.nodes.isEmpty { issues.add(document.root.issue(.error, "no category", remedy: "write a list of nodes with id and name")) }
        } catch {
            issues.add(error)
        }
        return tree
    }

    private static func add(
        _ node: Node, parent: Int?, depth: Int, to tree: inout CategoryTree, _ languages: Languages, _ issues: inout Issues
    ) {
        var members = Members(node)
        guard let id = members.requiredText("id", &issues) else { return }
        guard Slug(id) != nil else {
            issues.add(node.issue(.error, "\"\(id)\" cannot be the id of a category", remedy: "use lower-case letters, digits and hyphens"))
            return
        }
        guard !isPageName(id) else {
            issues.add(node.issue(.error, "\"\(id)\" is the address of a further page of a list", remedy: "choose another id"))
            return
        }
        guard depth < maximumDepth else {
            issues.add(node.issue(.error, "category \"\(id)\" lies more than \(maximumDepth) levels deep"))
            return
        }
        let category = Category(
            id: Category.ID(id),
            name: members.localized("name", languages, &issues),
            intro: members.localized("description", languages, &issues),
            slugs: slugs(&members, languages, &issues),
            attributes: members.texts("attributes", &issues).map { Attribute.Key($0) },
            googleCategory: members.integer("googleCategory", &issues),
            taxCategory: members.text("taxCategory", &issues),
            parent: parent, depth: depth)
        let children = members.member("children")?.elements ?? []
        members.reportUnknown(
            ["id", "name", "description", "slug", "attributes", "googleCategory", "taxCategory", "children"], &issues)
        if category.name.isEmpty { issues.add(node.issue(.error, "category \"\(id)\" has no name")) }
        guard let place = tree.add(category) else {
            issues.add(node.issue(.error, "two categories are called \"\(id)\"", remedy: "give one of them another id"))
            return
        }
        for child in children { add(child, parent: place, depth: depth + 1, to: &tree, languages, &issues) }
    }

    /// `page-2`: the address of the second page of the category above.
    private static func isPageName(_ slug: String) -> Bool {
        slug.hasPrefix("page-") && Int(slug.dropFirst("page-".count)) != nil
    }

    private static func slugs(_ members: inout Members, _ languages: Languages, _ issues: inout Issues) -> LocalizedText {
        guard let node = members.member("slug") else { return LocalizedText() }
        let slugs = readSlugs(node, languages, &issues)
        for entry in slugs.entries where isPageName(entry.text) {
            issues.add(node.issue(.error, "\"\(entry.text)\" is the address of a further page of a list", remedy: "choose another slug"))
        }
        return slugs
    }
}

/// A slug per language; those that are none are reported and left out.
func readSlugs(_ node: Node, _ languages: Languages, _ issues: inout Issues) -> LocalizedText {
    let slugs = localizedText(node, languages, &issues)
    return LocalizedText(
        slugs.entries.compactMap { entry in
            if Slug(entry.text) != nil { return (entry.language, entry.text) }
            issues.add(node.issue(
                .error, "\"\(entry.text)\" cannot be an address", remedy: "use lower-case letters, digits and single hyphens between them"))
            return nil
        })
}
