// KarooExpress – Apache-2.0

import Foundation

/// The kinds of three-dimensional model that are published, with their media types, and what phones ask of each.
enum ModelFile {
    static let types: KeyValuePairs<String, StaticString> = ["glb": "model/gltf-binary", "gltf": "model/gltf+json", "usdz": "model/vnd.usdz+zip"]
    static let kinds = Set(types.map(\.key))

    /// The media type of a published model.
    static func type(of file: PublishedFile) -> StaticString? {
        let kind = PictureFile.kind(of: file.name)
        return types.first { $0.key == kind }?.value
    }

    /// What is wrong with a model; nil when nothing is.
    static func fault(in bytes: UnsafeRawBufferPointer, kind: String) -> String? {
        switch kind {
        case "glb": glb(bytes)
        case "gltf": gltf(bytes)
        case "usdz": usdz(bytes)
        default: "is no model"
        }
    }

    // MARK: glTF

    /// Khronos glTF 2.0, section 4.4: a header of twelve bytes, then chunks, of which the first is JSON.
    private static func glb(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 20, bytes.starts(with: "glTF".utf8), little(bytes, 16, 4) == 0x4E4F_534A else { return "is no binary glTF file" }
        guard little(bytes, 4, 4) == 2 else { return "is glTF of version \(little(bytes, 4, 4)), not 2" }
        let length = little(bytes, 12, 4)
        guard little(bytes, 8, 4) == bytes.count, 20 + length <= bytes.count else { return "is not whole" }
        return gltf(UnsafeRawBufferPointer(rebasing: bytes[20..<20 + length]))
    }

    /// A file that names others would look for them beside its published name, where they are not.
    private static func gltf(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let document = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let version = (document["asset"] as? [String: Any])?["version"] as? String
        else { return "is no glTF file" }
        guard version.hasPrefix("2.") else { return "is glTF of version \(version), not 2" }
        for part in ["buffers", "images"] {
            for element in document[part] as? [[String: Any]] ?? [] {
                if let address = element["uri"] as? String, !address.hasPrefix("data:") { return "names another file, \"\(address.prefix(80))\"" }
            }
        }
        return nil
    }

    // MARK: USDZ

    /// Pixar's specification of USDZ: a ZIP archive without compression, whose first file is a USD layer, and in which the
    /// bytes of every file begin at a multiple of 64.
    private static func usdz(_ bytes: UnsafeRawBufferPointer) -> String? {
        var place = 0
        var isFirst = true
        while place + 30 <= bytes.count, little(bytes, place, 4) == 0x0403_4B50 {
            let (nameLength, extraLength) = (little(bytes, place + 26, 2), little(bytes, place + 28, 2))
            let start = place + 30 + nameLength + extraLength
            let size = little(bytes, place + 18, 4)
            guard start + size <= bytes.count else { return "is not whole" }
            let name = String(decoding: bytes[place + 30..<place + 30 + nameLength], as: UTF8.self)
            guard little(bytes, place + 8, 2) == 0, little(bytes, place + 22, 4) == size else { return "has \"\(name)\" compressed" }
            guard little(bytes, place + 6, 2) & 0x9 == 0 else { return "has \"\(name)\" without its size before it, or encrypted" }
            guard start % 64 == 0 else { return "has \"\(name)\" at byte \(start), which is no multiple of 64" }
            if isFirst, !["usd", "usda", "usdc"].contains(PictureFile.kind(of: name)) { return "begins with \"\(name)\", which is no USD layer" }
            isFirst = false
            place = start + size
        }
        guard !isFirst else { return "is no USDZ archive" }
        return place + 4 <= bytes.count && little(bytes, place, 4) == 0x0201_4B50 ? nil : "is not whole"
    }

    private static func little(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}
