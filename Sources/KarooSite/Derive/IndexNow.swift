// KarooExpress – Apache-2.0

import KarooCommerce

/// What search engines are told of changed pages, after https://www.indexnow.org/documentation.
enum IndexNow {
    /// The most addresses that one request may name.
    static let maximumAddresses = 10_000

    static func readKey(_ members: inout Members, _ issues: inout Issues) -> String? {
        guard let key = members.text("indexNow", &issues) else { return nil }
        if (8...128).contains(key.utf8.count), key.utf8.allSatisfy(isKeyByte) { return key }
        issues.add(members.node.issue(.error, "\"\(key)\" is no key of IndexNow", remedy: "use 8 to 128 letters, digits and hyphens"))
        return nil
    }

    /// The file that shows that the key is the site's own.
    static func keyFile(_ key: String) -> String { "\(key).txt" }

    /// The pages that search engines may know and that are not as the last build left them: new, changed or gone. By the marks of their
    /// files, so that what a build wrote that was killed counts as well.
    static func changedAddresses(_ plan: SitePlan, since old: BuildState, _ new: BuildState) -> [String] {
        let indexed = Set(plan.pages.lazy.filter(\.kind.isIndexed).map { plan.file(of: $0) })
        let changed = indexed.filter { old.entries[$0]?.mark != new.entries[$0]?.mark }
        let gone = old.entries.keys.filter { new.entries[$0] == nil && $0.hasSuffix(".html") }
        let root = "\(plan.catalog.marketplace.origin)\(plan.catalog.marketplace.basePath)/"
        return (changed + gone).sorted().map { root + plan.style.path(ofFile: $0) }
    }

    /// One request in each line.
    static func requests(_ addresses: [String], key: String, _ marketplace: Marketplace) -> String {
        let host = marketplace.origin.split(separator: "/").last.map(String.init) ?? ""
        let place = "\(marketplace.origin)\(marketplace.basePath)/\(keyFile(key))"
        return stride(from: 0, to: addresses.count, by: maximumAddresses).map { start in
            let listed = addresses[start..<min(addresses.count, start + maximumAddresses)].map { "\"\($0)\"" }.joined(separator: ",")
            return "{\"host\":\"\(host)\",\"key\":\"\(key)\",\"keyLocation\":\"\(place)\",\"urlList\":[\(listed)]}\n"
        }.joined()
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
