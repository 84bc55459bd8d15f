// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooTemplate

/// The theme's files under names that say what is in them, so that browsers may keep them for ever.
struct Assets: Sendable {
    struct Published: Sendable {
        /// Below Public, as `assets/app.3f2a91c0d4e5.css`.
        let name: String
        let bytes: [UInt8]
    }

    /// The service worker is published at the root of the site, since it sees only what lies below it.
    static let workerFile = "worker.js"
    /// What search engines and browsers show as the mark of the site, large.
    static let emblem = "icon-512.png"

    /// By name below Templates/assets.
    let published: [String: Published]
    /// The service worker, with the published names of what it keeps; nil when the theme has none.
    let worker: [UInt8]?

    /// Rewrites what style sheets and scripts say of each other, and reports circles.
    init(_ catalog: Catalog, _ issues: inout Issues) {
        var maker = AssetMaker(catalog)
        for name in maker.names { _ = maker.publish(name, &issues) }
        worker = maker.published[Assets.workerFile]?.bytes
        published = maker.published.filter { $0.key != Assets.workerFile }
    }

    /// `{{assets.icons.cart.svg}}`: records by the parts of the name, and the address at the last.
    func model(basePath: String, in frame: Frame) -> (value: Slot, shape: Shape) {
        var root = Node()
        for (name, asset) in published.sorted(by: { $0.key < $1.key }) {
            root.add(name.split(whereSeparator: { $0 == "/" || $0 == "." }).map(String.init)[...], "\(basePath)/\(asset.name)")
        }
        return root.model(in: frame)
    }

    private struct Node {
        var address: String?
        var children: [(name: String, node: Node)] = []

        mutating func add(_ path: ArraySlice<String>, _ address: String) {
            guard let first = path.first else {
                self.address = address
                return
            }
            if let place = children.firstIndex(where: { $0.name == first }) {
                children[place].node.add(path.dropFirst(), address)
            } else {
                var node = Node()
                node.add(path.dropFirst(), address)
                children.append((first, node))
            }
        }

        func model(in frame: Frame) -> (value: Slot, shape: Shape) {
            guard !children.isEmpty else { return (frame.text(address ?? ""), .text) }
            let models = children.map { $0.node.model(in: frame) }
            let schema = Schema(zip(children, models).map { ($0.name, $1.shape) })
            let record = frame.record(schema)
            for (place, model) in models.enumerated() { record[place] = model.value }
            return (record.slot, .record(schema))
        }
    }
}

/// Publishes assets after those that they name.
private struct AssetMaker {
    private var sources: [String: [UInt8]] = [:]
    private var path: [String] = []
    private(set) var published: [String: Assets.Published] = [:]

    init(_ catalog: Catalog) {
        for asset in catalog.theme.assets { sources[asset.name] = asset.file.withBytes { Array($0) } }
        sources[SellerStyles.assetName] = Array(SellerStyles.sheet(catalog.sellers.map(\.seller), catalog.attributes, hasTones: catalog.hasTones).utf8)
    }

    var names: [String] { sources.keys.sorted() }

    /// The published name; nil when there is no such asset.
    mutating func publish(_ name: String, _ issues: inout Issues) -> String? {
        if let done = published[name] { return done.name }
        guard var bytes = sources[name] else { return nil }
        guard !path.contains(name) else {
            issues.add(BuildIssue(.error, file: "Templates/assets/\(name)", "assets name each other in a circle: \((path + [name]).joined(separator: " → "))"))
            return nil
        }
        path.append(name)
        let kind = PictureFile.kind(of: name)
        if ["css", "js", "mjs"].contains(kind) { bytes = rewritten(bytes, of: name, &issues) }
        if ["js", "mjs"].contains(kind) { bytes = CompactScript.of(bytes) }
        path.removeLast()
        let digest = SHA256.digest(of: bytes).hex(prefix: 12)
        let stem = kind.isEmpty ? name : String(name.dropLast(kind.count + 1))
        let asset = Assets.Published(name: "assets/\(stem).\(digest)\(kind.isEmpty ? "" : "." + kind)", bytes: bytes)
        published[name] = asset
        return asset.name
    }

    /// Every quoted or bracketed relative name of another asset becomes its published name.
    private mutating func rewritten(_ bytes: [UInt8], of name: String, _ issues: inout Issues) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 64)
        var place = 0
        while place < bytes.count {
            text.append(bytes[place])
            let opening = bytes[place]
            place += 1
            let closing: UInt8
            switch opening {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): closing = opening
            case UInt8(ascii: "("): closing = UInt8(ascii: ")")
            default: continue
            }
            guard let end = bytes[place...].prefix(200).firstIndex(of: closing) else { continue }
            let reference = String(decoding: bytes[place..<end], as: UTF8.self)
            let (target, fragment) = split(reference)
            guard let other = resolve(target, from: name), let new = publish(other, &issues) else { continue }
            text.append(contentsOf: "\(up(from: name))\(new.dropFirst("assets/".count))\(fragment)".utf8)
            place = end
        }
        return text
    }

    /// An SVG's part is named after a number sign.
    private func split(_ reference: String) -> (target: String, fragment: String) {
        guard let mark = reference.firstIndex(of: "#") else { return (reference, "") }
        return (String(reference[..<mark]), String(reference[mark...]))
    }

    /// The asset that a relative reference means; nil when it means none.
    private func resolve(_ reference: String, from name: String) -> String? {
        guard !reference.isEmpty, !reference.hasPrefix("/"), !reference.contains(":") else { return nil }
        var parts = name.split(separator: "/").dropLast().map(String.init)
        for part in reference.split(separator: "/", omittingEmptySubsequences: false) {
            switch part {
            case ".": continue
            case "..":
                guard !parts.isEmpty else { return nil }
                parts.removeLast()
            default: parts.append(String(part))
            }
        }
        let target = parts.joined(separator: "/")
        return sources[target] == nil || target == name ? nil : target
    }

    /// From the folder of an asset to the folder of all assets, as scripts want it: `./` or `../`.
    private func up(from name: String) -> String {
        let depth = name.split(separator: "/").count - 1
        return depth == 0 ? "./" : String(repeating: "../", count: depth)
    }
}
