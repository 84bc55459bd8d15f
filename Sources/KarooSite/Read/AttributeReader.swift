// KarooExpress – Apache-2.0

package import KarooCommerce

/// The attributes that `Content/attributes.yaml` declares, by key.
package typealias AttributeTable = [Attribute.Key: Attribute]

enum AttributeReader {
    static let fileName = "attributes.yaml"

    /// Empty when the file does not exist: then every attribute is shown under its own key.
    static func read(_ content: SourceFolder, _ languages: Languages, _ issues: inout Issues) -> AttributeTable {
        guard content.has(fileName) else { return [:] }
        var table: AttributeTable = [:]
        do throws(BuildIssue) {
            let text = try content.file(fileName).text(shown: content.shown(fileName))
            let document = try YAMLParser.parse(text, file: content.shown(fileName))
            for (key, node) in document.root.members {
                guard let attribute = read(key, node, languages, &issues) else { continue }
                table[attribute.key] = attribute
            }
        } catch {
            issues.add(error)
        }
        return table
    }

    private static func read(_ key: Node, _ node: Node, _ languages: Languages, _ issues: inout Issues) -> Attribute? {
        var members = Members(node)
        guard let kind = members.choice("kind", Attribute.Kind.self, &issues) else {
            if node.member("kind") == nil {
                issues.add(node.issue(.error, "\"kind\" is missing", remedy: "use text, number, boolean, swatch or list"))
            }
            return nil
        }
        let attribute = Attribute(
            key: Attribute.Key(key.scalar ?? ""), kind: kind,
            name: members.localized("name", languages, &issues),
            unit: members.text("unit", &issues),
            choices: (members.member("values")?.members ?? []).map { choice($0.key, $0.value, kind, languages, &issues) },
            isFilterable: members.boolean("filterable", &issues) ?? false)
        members.reportUnknown(["kind", "name", "unit", "values", "filterable"], &issues)
        return attribute
    }

    private static func choice(
        _ key: Node, _ node: Node, _ kind: Attribute.Kind, _ languages: Languages, _ issues: inout Issues
    ) -> Attribute.Choice {
        let hex = node.member("hex")?.scalar
        if kind == .swatch {
            if let hex, !isColour(hex) {
                issues.add(node.issue(.error, "\"\(hex)\" is no colour", remedy: "write it as \"#9CAF88\""))
            }
            if hex == nil { issues.add(key.issue(.warning, "swatch \"\(key.scalar ?? "")\" has no hex: its colour cannot be shown")) }
        }
        return Attribute.Choice(
            key: key.scalar ?? "", name: localizedText(node, languages, except: ["hex"], &issues), hex: hex.flatMap { isColour($0) ? $0 : nil })
    }
}

/// True for `#` and six hexadecimal digits.
func isColour(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.count == 7 && bytes.first == UInt8(ascii: "#") && text.dropFirst().allSatisfy { $0.isASCII && $0.isHexDigit }
}
