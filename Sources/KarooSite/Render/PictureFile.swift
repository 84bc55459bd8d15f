// KarooExpress – Apache-2.0

import Glibc

/// The size of a picture in pixels, as its file says.
struct PictureSize: Sendable, Equatable {
    let width: Int
    let height: Int
}

/// The kinds of picture that are published, and how each says its size.
enum PictureFile {
    static let kinds: Set<String> = ["svg", "png", "jpg", "jpeg", "webp", "avif", "gif"]

    static func kind(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return name[name.utf8.index(after: dot)...].lowercased()
    }

    /// The one name of a kind that has two.
    static func plainKind(_ kind: String) -> String { kind == "jpeg" ? "jpg" : kind }

    /// What the first bytes say, whatever the file is called; nil when they are of no kind that is published.
    static func kind(in bytes: UnsafeRawBufferPointer) -> String? {
        ["png", "jpg", "gif", "webp", "avif", "svg"].first { size(of: bytes, kind: $0) != nil }
    }

    /// Nil when the bytes are not a picture of the kind that the name says.
    static func size(of bytes: UnsafeRawBufferPointer, kind: String) -> PictureSize? {
        switch kind {
        case "svg": svg(bytes)
        case "png": png(bytes)
        case "gif": gif(bytes)
        case "jpg", "jpeg": jpeg(bytes)
        case "webp": webp(bytes)
        case "avif": avif(bytes)
        default: nil
        }
    }

    /// PNG: the first chunk is IHDR with two 32-bit numbers (W3C PNG, 11.2.1).
    private static func png(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
        return size(big32(bytes, 16), big32(bytes, 20))
    }

    private static func gif(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        guard bytes.count >= 10, bytes.starts(with: "GIF8".utf8) else { return nil }
        return size(Int(bytes[6]) | Int(bytes[7]) << 8, Int(bytes[8]) | Int(bytes[9]) << 8)
    }

    /// JPEG: the start-of-frame segment (ITU-T T.81, B.2.2).
    private static func jpeg(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        guard bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8 else { return nil }
        var place = 2
        var isTurned = false
        while place + 9 < bytes.count {
            guard bytes[place] == 0xFF else { return nil }
            let marker = bytes[place + 1]
            if marker == 0xFF {
                place += 1
                continue
            }
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
                let (height, width) = (big16(bytes, place + 5), big16(bytes, place + 7))
                return isTurned ? size(height, width) : size(width, height)
            }
            if marker == 0xE1 { isTurned = isTurned || lies(bytes, place + 4) }
            place += 2 + (marker == 0x01 || (0xD0...0xD7).contains(marker) ? 0 : big16(bytes, place + 2))
        }
        return nil
    }

    /// True when the picture is meant to be shown on its side, as browsers do: the orientation of its Exif segment is one of the
    /// latter four (CIPA DC-008, 4.6.4).
    private static func lies(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        let tiff = start + 6
        guard tiff + 8 <= bytes.count, bytes[start..<start + 4].elementsEqual("Exif".utf8) else { return false }
        let isLittle = bytes[tiff] == UInt8(ascii: "I")
        func number16(_ place: Int) -> Int { isLittle ? Int(bytes[place]) | Int(bytes[place + 1]) << 8 : big16(bytes, place) }
        let directory = tiff + (isLittle ? number16(tiff + 4) | number16(tiff + 6) << 16 : big32(bytes, tiff + 4))
        guard directory + 2 <= bytes.count else { return false }
        for entry in 0..<min(number16(directory), 64) {
            let place = directory + 2 + entry * 12
            guard place + 12 <= bytes.count else { return false }
            if number16(place) == 0x0112 { return (5...8).contains(number16(place + 8)) }
        }
        return false
    }

    /// WebP: one of three chunks (Google WebP container specification).
    private static func webp(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else { return nil }
        switch bytes[15] {
        case UInt8(ascii: "X"):
            return size(1 + little24(bytes, 24), 1 + little24(bytes, 27))
        case UInt8(ascii: "L"):
            let bits = Int(bytes[21]) | Int(bytes[22]) << 8 | Int(bytes[23]) << 16 | Int(bytes[24]) << 24
            return size(1 + bits & 0x3FFF, 1 + (bits >> 14) & 0x3FFF)
        case UInt8(ascii: " "):
            return size((Int(bytes[26]) | Int(bytes[27]) << 8) & 0x3FFF, (Int(bytes[28]) | Int(bytes[29]) << 8) & 0x3FFF)
        default:
            return nil
        }
    }

    /// AVIF: the `ispe` property (ISO/IEC 23008-12, 6.5.3).
    private static func avif(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        guard bytes.count >= 32, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let name = Array("ispe".utf8)
        var place = 8
        while place + 16 <= min(bytes.count, 4096) {
            if bytes[place..<place + 4].elementsEqual(name) { return size(big32(bytes, place + 8), big32(bytes, place + 12)) }
            place += 1
        }
        return nil
    }

    /// SVG: `width` and `height` of the root element, else its `viewBox`.
    private static func svg(_ bytes: UnsafeRawBufferPointer) -> PictureSize? {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
        guard let start = head.range(of: "<svg") else { return nil }
        let rest = head[start.upperBound...]
        guard let end = rest.firstIndex(of: ">") else { return nil }
        let root = rest[..<end]
        if let width = number(attribute("width", in: root)), let height = number(attribute("height", in: root)) {
            return size(width, height)
        }
        let box = attribute("viewBox", in: root)?.split { $0 == " " || $0 == "," } ?? []
        guard box.count == 4, let width = number(String(box[2])), let height = number(String(box[3])) else { return nil }
        return size(width, height)
    }

    private static func attribute(_ name: String, in root: Substring) -> String? {
        for quote in ["\"", "'"] {
            guard let start = root.range(of: " \(name)=\(quote)") else { continue }
            let rest = root[start.upperBound...]
            return rest.firstIndex(of: Character(quote)).map { String(rest[..<$0]) }
        }
        return nil
    }

    private static func number(_ text: String?) -> Int? {
        guard let text else { return nil }
        let digits = text.hasSuffix("px") ? String(text.dropLast(2)) : text
        guard isDecimal(digits) else { return nil }
        return Int(digits.prefix { $0 != "." })
    }

    private static func size(_ width: Int, _ height: Int) -> PictureSize? {
        (1...100_000).contains(width) && (1...100_000).contains(height) ? PictureSize(width: width, height: height) : nil
    }

    private static func big16(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
        Int(bytes[place]) << 8 | Int(bytes[place + 1])
    }

    private static func big32(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
        big16(bytes, place) << 16 | big16(bytes, place + 2)
    }

    private static func little24(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
        Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16
    }
}

extension String {
    /// True when the text has the other one in it, byte by byte.
    func holds(_ needle: String) -> Bool {
        var text = self
        var needle = needle
        return text.withUTF8 { text in
            needle.withUTF8 { needle in
                guard let first = needle.first, let start = text.baseAddress else { return needle.isEmpty }
                var place = 0
                while place + needle.count <= text.count, let found = memchr(start + place, Int32(first), text.count - needle.count - place + 1) {
                    if memcmp(found, needle.baseAddress!, needle.count) == 0 { return true }
                    place = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
                }
                return false
            }
        }
    }
}

extension StringProtocol {
    /// The first place of a short text, compared byte by byte.
    func range(of needle: String) -> Range<String.Index>? {
        let bytes = utf8
        let wanted = Array(needle.utf8)
        var place = bytes.startIndex
        while let end = bytes.index(place, offsetBy: wanted.count, limitedBy: bytes.endIndex) {
            if bytes[place..<end].elementsEqual(wanted) { return place..<end }
            place = bytes.index(after: place)
        }
        return nil
    }
}
