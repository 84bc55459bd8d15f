// KarooExpress – Apache-2.0

import Glibc
import KarooCrypto

/// A file of Content that is published, as it was found on disk: enough to know that it is still the same.
struct MediaRecord: Sendable, Equatable {
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int
    /// The first digits of its SHA-256.
    let digest: String
    /// Nil when the file is no picture.
    let pictureSize: PictureSize?
}

/// The pictures, models and logos of Content. What the last build knew of a file that has not been touched is taken over,
/// so that only new pictures are read.
struct MediaReader: Sendable {
    /// Larger files are refused by several static hosts.
    static let maximumSize = 20 << 20
    /// Pictures of more pixels take buyers' phones too much memory, whatever their files' size. Drawings have none.
    static let maximumPixels = 100_000_000

    /// Records of the last build by path.
    let known: [String: MediaRecord]
    /// The real path of the folder out of which no link may lead.
    let root: String?

    /// The record of a file; throws an issue without a place when it cannot be published.
    func record(path: String, shown: String, isPicture: Bool) throws(BuildIssue) -> MediaRecord {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw BuildIssue(.error, file: shown, "\"\(shown)\" \(errno == ENOENT ? "does not exist" : "cannot be read: \(systemMessage())")")
        }
        let size = Int(status.st_size)
        let modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        if let known = known[path], known.size == size, known.modified == modified { return known }
        guard size <= MediaReader.maximumSize else {
            throw BuildIssue(.error, file: shown, "\"\(shown)\" has \(size) bytes; at most \(MediaReader.maximumSize) are published")
        }
        let file = try FileBytes(path: path, shown: shown, within: root)
        let kind = PictureFile.kind(of: path)
        var pictureSize: PictureSize?
        if isPicture {
            guard PictureFile.kinds.contains(kind) else {
                throw BuildIssue(.error, file: shown, "\"\(shown)\" is no picture", remedy: "use " + PictureFile.kinds.sorted().joined(separator: ", "))
            }
            pictureSize = file.withBytes { PictureFile.size(of: $0, kind: kind) }
            guard let size = pictureSize else {
                if let own = file.withBytes({ PictureFile.kind(in: $0) }), own != PictureFile.plainKind(kind) {
                    throw BuildIssue(.error, file: shown, "\"\(shown)\" is \(own) by its bytes", remedy: "let its name end in .\(own), or save it anew as \(kind)")
                }
                throw BuildIssue(.error, file: shown, "\"\(shown)\" is broken: its size cannot be read", remedy: "save it anew as \(kind)")
            }
            guard kind == "svg" || size.width * size.height <= MediaReader.maximumPixels else {
                throw BuildIssue(
                    .error, file: shown, "\"\(shown)\" has \(size.width) × \(size.height) pixels; at most \(MediaReader.maximumPixels) are published",
                    remedy: "make it smaller")
            }
        }
        if !isPicture, ModelFile.kinds.contains(kind), let fault = file.withBytes({ ModelFile.fault(in: $0, kind: kind) }) {
            throw BuildIssue(.error, file: shown, "\"\(shown)\" \(fault)", remedy: "export it anew as \(kind)\(kind == "gltf" ? ", or as glb, which is one file" : "")")
        }
        if kind == "svg", let danger = file.withBytes({ SVGGuard.danger(in: $0) }) {
            throw BuildIssue(.error, file: shown, "\"\(shown)\" contains \(danger), which could act in a buyer's browser", remedy: "save it as a plain drawing")
        }
        let digest = file.withBytes { SHA256.digest(of: $0).hex(prefix: 12) }
        return MediaRecord(size: size, modified: modified, digest: digest, pictureSize: pictureSize)
    }

    /// The published file: a readable stem, and a digest of its bytes.
    static func published(_ record: MediaRecord, path: String) -> PublishedFile {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
        let kind = PictureFile.kind(of: name)
        return PublishedFile(
            name: "media/\(record.digest.prefix(2))/\(stem(of: name)).\(record.digest).\(kind)", source: path, size: record.size)
    }

    /// The beginning of a published name: what the file is called, as far as it is plain letters and digits.
    static func stem(of path: String) -> String {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
        let kind = PictureFile.kind(of: name)
        let stem = name.utf8.dropLast(kind.utf8.count + 1).prefix(40).map { byte -> Character in
            let isPlain = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isPlain ? Character(Unicode.Scalar(byte)) : "-"
        }
        return String(stem).lowercased()
    }
}

/// Refuses drawings that are programs: an SVG opened by its own address runs what is in it, on the marketplace's host.
enum SVGGuard {
    /// What makes the drawing dangerous; nil when nothing does.
    static func danger(in bytes: UnsafeRawBufferPointer) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return "text that is not UTF-8" }
        // Some encodings, which an XML declaration may name, leave them out of words.
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) else { return "a control character" }
        let lower = text.lowercased()
        for (needle, name) in [
            ("<script", "a script"), (":script", "a script"), ("&#", "an escaped character"), ("url(http", "a reference to elsewhere"),
            ("url(//", "a reference to elsewhere"), ("url(\"", "a quoted reference"), ("url('", "a quoted reference"), ("<foreignobject", "foreign content"), ("javascript:", "a script address"), ("<!entity", "an entity"), ("<!attlist", "declared attributes"),
            ("<iframe", "a frame"), ("<embed", "an embedded object"), ("<object", "an embedded object"), ("<handler", "a handler"),
            ("@import", "an imported style sheet"), ("<?xml-stylesheet", "a style sheet from elsewhere"),
        ] where lower.holds(needle) {
            return name
        }
        return attributeDanger(in: lower)
    }

    /// `on…=` attributes, and references that leave the document.
    private static func attributeDanger(in text: String) -> String? {
        let bytes = Array(text.utf8)
        var place = 0
        while place + 3 < bytes.count {
            let isBoundary = bytes[place] <= 0x20 || bytes[place] == UInt8(ascii: "/") || bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'")
            if isBoundary, bytes[place + 1] == UInt8(ascii: "o"), bytes[place + 2] == UInt8(ascii: "n"), isAttribute(bytes, place + 3) {
                return "an event handler"
            }
            place += 1
        }
        guard text.holds("href") else { return nil }
        var rest = text[...]
        while let found = rest.range(of: "href") {
            rest = rest[found.upperBound...].drop { $0.isWhitespace || $0 == "=" || $0 == "\"" || $0 == "'" }
            guard rest.hasPrefix("#") || rest.hasPrefix("data:image/png") || rest.hasPrefix("data:image/jpeg") else { return "a reference to elsewhere" }
        }
        return nil
    }

    /// True when letters, perhaps white space, and an equals sign follow.
    private static func isAttribute(_ bytes: [UInt8], _ start: Int) -> Bool {
        var place = start
        while place < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[place]) { place += 1 }
        guard place > start else { return false }
        while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
        return place < bytes.count && bytes[place] == UInt8(ascii: "=")
    }
}
