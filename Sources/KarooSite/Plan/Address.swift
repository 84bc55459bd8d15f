// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// How addresses end: `desk-lamp.html`, or `desk-lamp` for hosts that find the file by themselves.
package enum AddressStyle: String, Sendable, CaseIterable {
    case html, clean

    /// The address, below the site's own, of the page that lies in a file.
    func path(ofFile name: String) -> String {
        let ending = name.hasSuffix("index.html") ? "index.html" : self == .clean ? ".html" : ""
        return pathPart(String(name.dropLast(ending.count)))
    }
}

/// Where a page lies within its edition.
enum Address: Sendable, Hashable {
    case home
    case product(slug: String)
    case category(path: String, page: Int)
    case seller(slug: String, page: Int)
    /// Anything directly below the prefix: `imprint`, `search`, `404`.
    case plain(String)
    /// The file of new arrivals of a category; nil for the whole edition.
    case arrivals(path: String?)

    /// The name of the file below the edition's folder.
    var file: String {
        switch self {
        case .home: "index.html"
        case .product(let slug): "p/\(slug).html"
        case .category(let path, let page): page == 1 ? "c/\(path).html" : "c/\(path)/page-\(page).html"
        case .seller(let slug, let page): page == 1 ? "s/\(slug).html" : "s/\(slug)/page-\(page).html"
        case .plain(let name): "\(name).html"
        case .arrivals(let path): path.map { "c/\($0).xml" } ?? "new.xml"
        }
    }

    /// Adds the part of the address below the edition's prefix.
    func append(to bytes: Bytes, _ style: AddressStyle) {
        switch self {
        case .home: return
        case .product(let slug):
            bytes.append("p/" as StaticString)
            appendPathPart(slug, to: bytes)
        case .category(let path, let page):
            bytes.append("c/" as StaticString)
            appendPathPart(path, to: bytes)
            appendPage(page, to: bytes)
        case .seller(let slug, let page):
            bytes.append("s/" as StaticString)
            appendPathPart(slug, to: bytes)
            appendPage(page, to: bytes)
        case .plain(let name):
            appendPathPart(name, to: bytes)
        case .arrivals(let path):
            if let path {
                bytes.append("c/" as StaticString)
                appendPathPart(path, to: bytes)
            } else {
                bytes.append("new" as StaticString)
            }
            bytes.append(".xml" as StaticString)
            return
        }
        if style == .html { bytes.append(".html" as StaticString) }
    }

    private func appendPage(_ page: Int, to bytes: Bytes) {
        guard page > 1 else { return }
        bytes.append("/page-" as StaticString)
        bytes.append(decimal: page)
    }
}

/// Adds a path with everything but letters, digits and `-._~/` as percent-encoded UTF-8 (RFC 3986, 2.1).
func appendPathPart(_ text: String, to bytes: Bytes) {
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
            bytes.append(byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(hexadecimalDigits[Int(byte >> 4)])
            bytes.append(hexadecimalDigits[Int(byte & 15)])
        }
    }
}

func pathPart(_ text: String) -> String {
    let bytes = Bytes(capacity: text.utf8.count)
    appendPathPart(text, to: bytes)
    return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
}

private let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
