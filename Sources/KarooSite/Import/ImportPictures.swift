// KarooExpress – Apache-2.0

import KarooCommerce

/// A picture that lies elsewhere, and where it would lie here.
struct RemotePicture: Sendable, Equatable {
    let address: String
    /// The file's name below the seller's folder without its kind: `images/arne-desk-lamp-1`.
    let stem: String
    /// The line of the foreign file that names it.
    let line: Int

    /// The file's name with the kind that the address says; `jpg` when it says none that is known.
    var expectedName: String {
        let path = address.prefix { $0 != "?" && $0 != "#" }
        let kind = PictureFile.kind(of: String(path))
        return "\(stem).\(ImportPictures.kinds.contains(kind) ? kind : "jpg")"
    }
}

/// Tells which pictures of imported products lie elsewhere, and puts files in their places.
enum ImportPictures {
    /// The kinds that are taken from elsewhere. Drawings are not among them: an SVG can be a program.
    static let kinds = ["png", "jpg", "jpeg", "gif", "webp", "avif"]

    /// The pictures of the products that lie elsewhere, each once, in the order of the products. Names that are taken are
    /// passed over.
    static func remote(in products: [ImportedProduct], taken: Set<String> = []) -> [RemotePicture] {
        var pictures: [RemotePicture] = []
        var addresses: Set<String> = []
        var taken = taken
        for product in products {
            for (place, picture) in product.pictures.enumerated() where isRemote(picture.name) && addresses.insert(picture.name).inserted {
                var number = place + 1
                while !taken.insert("images/\(product.slug)-\(number)").inserted { number += 1 }
                pictures.append(RemotePicture(address: picture.name, stem: "images/\(product.slug)-\(number)", line: product.line))
            }
        }
        return pictures
    }

    /// The products with the files in the places of the addresses that were fetched.
    static func rewriting(_ products: [ImportedProduct], _ files: [String: String]) -> [ImportedProduct] {
        products.map { product in
            var product = product
            for place in product.pictures.indices {
                if let file = files[product.pictures[place].name] { product.pictures[place].name = file }
            }
            for place in product.variants.indices {
                if let file = product.variants[place].picture.flatMap({ files[$0] }) { product.variants[place].picture = file }
            }
            return product
        }
    }

    /// The kind of picture that the bytes are; nil when they are none that is taken.
    static func kind(of bytes: [UInt8]) -> String? {
        bytes.withUnsafeBytes { bytes in
            kinds.first { PictureFile.size(of: bytes, kind: $0) != nil }
        }
    }

    private static func isRemote(_ name: String) -> Bool { Picture(name: name).isRemote }
}

/// Which address became which file, so that a picture is fetched once and found again by the next import.
struct FetchedPictures: Sendable {
    private(set) var files: [String: String] = [:]
    private var addresses: [String] = []

    /// Reads what `bytes` writes; lines that are broken or whose file is not there are passed over.
    init(_ bytes: [UInt8], exists: (String) -> Bool) {
        for line in bytes.split(separator: 0x0A) {
            guard let object = try? JSON(parsing: Array(line)), let address = object["address"]?.text, let file = object["file"]?.text,
                file.hasPrefix("images/"), !file.split(separator: "/").contains(".."), exists(file)
            else { continue }
            add(address, file)
        }
    }

    /// Names without their kinds that must not be given again.
    var stems: Set<String> { Set(files.values.map { String($0[..<($0.lastIndex(of: ".") ?? $0.endIndex)]) }) }

    mutating func add(_ address: String, _ file: String) {
        if files.updateValue(file, forKey: address) == nil { addresses.append(address) }
    }

    /// One line for each picture, in the order in which they were fetched.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for address in addresses {
            JSON.object([.init(name: "address", value: .string(address)), .init(name: "file", value: .string(files[address] ?? ""))]).append(to: &bytes)
            bytes.append(0x0A)
        }
        return bytes
    }
}
