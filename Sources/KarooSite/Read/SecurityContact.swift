// KarooExpress – Apache-2.0

package import KarooCommerce

/// Whom to tell of weaknesses of the site, as `security` of marketplace.yaml says; published as https://www.rfc-editor.org/rfc/rfc9116.
package struct SecurityContact: Sendable {
    static let fileName = ".well-known/security.txt"

    /// Addresses, the most wanted first.
    package var contacts: [String]
    /// After which nobody should rely on it; the standard asks for one.
    package var expires: Day
    /// Where it is written what may be tried and what is answered; nil when nowhere.
    package var policy: String?

    func text(_ marketplace: Marketplace) -> String {
        var text = contacts.map { "Contact: \($0)\n" }.joined() + "Expires: \(expires)T00:00:00Z\n"
        if let policy { text += "Policy: \(policy)\n" }
        return text + "Canonical: \(marketplace.origin)\(marketplace.basePath)/\(SecurityContact.fileName)\n"
    }

    /// Warns of a day that has come.
    func check(at instant: Instant, _ issues: inout Issues) {
        guard let today = instant.dayInUTC, expires <= today else { return }
        issues.add(BuildIssue(
            .warning, file: Marketplace.fileName, "nobody relies on \(SecurityContact.fileName) after \(expires)",
            remedy: "see that the contacts of \"security\" still hold, and put \"expires\" off"))
    }
}

extension SecurityContact {
    static func read(_ members: inout Members, _ issues: inout Issues) -> SecurityContact? {
        guard let node = members.member("security") else { return nil }
        var members = Members(node)
        let contacts = members.texts("contacts", &issues).compactMap { contact($0, node, &issues) }
        let expires = members.day("expires", &issues)
        let policy = members.text("policy", &issues).flatMap { address($0, node, &issues) }
        members.reportUnknown(["contacts", "expires", "policy"], &issues)
        guard let expires, !contacts.isEmpty else {
            issues.add(node.issue(.error, "\"security\" needs contacts and the day on which they expire", remedy: "add \"contacts\" and \"expires\""))
            return nil
        }
        return SecurityContact(contacts: contacts, expires: expires, policy: policy)
    }

    /// A mail address becomes one with its scheme.
    private static func contact(_ text: String, _ node: Node, _ issues: inout Issues) -> String? {
        let isMail = text.contains("@") && !text.contains(":") && !text.contains { $0.isWhitespace }
        return isMail ? "mailto:\(text)" : address(text, node, &issues)
    }

    private static func address(_ text: String, _ node: Node, _ issues: inout Issues) -> String? {
        if ["https://", "mailto:", "tel:"].contains(where: text.hasPrefix), !text.contains(where: { $0.isWhitespace }) { return text }
        issues.add(node.issue(.error, "\"\(text)\" is no address that a contact may have", remedy: "write a mail address, or one that begins with https://"))
        return nil
    }
}
