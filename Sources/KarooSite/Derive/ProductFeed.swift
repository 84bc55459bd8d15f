// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The forms in which others are told what an edition sells: shopping networks the same items in different clothes, partners the products.
package enum ProductFeed: String, Sendable, CaseIterable {
    case googleXML = "google-xml"
    case googleTSV = "google-tsv"
    case metaCSV = "meta-csv"
    case records = "products-jsonl"

    /// What is written where nothing is said.
    private static let standard: Set<ProductFeed> = [.googleXML]

    static func read(_ members: inout Members, _ issues: inout Issues) -> Set<ProductFeed> {
        guard members.node.member("feeds") != nil else { return standard }
        return Set(members.texts("feeds", &issues).compactMap { name in
            if let feed = ProductFeed(rawValue: name) { return feed }
            issues.add(members.node.issue(.error, "unknown feed \"\(name)\"", remedy: "use \(allCases.map(\.rawValue).joined(separator: ", "))"))
            return nil
        })
    }

    /// The name of the file below Public, without what tells parts of one edition apart.
    func file(_ edition: String) -> (stem: String, ending: String) {
        switch self {
        case .googleXML: ("feeds/merchant/\(edition)", ".xml")
        case .googleTSV: ("feeds/merchant/\(edition)", ".tsv")
        case .metaCSV: ("feeds/meta/\(edition)", ".csv")
        case .records: ("feeds/products/\(edition)", ".jsonl")
        }
    }

    func write(_ products: [Int32], _ composer: Composer, to bytes: Bytes) {
        switch self {
        case .googleXML: MerchantFeed.write(products, composer, to: bytes)
        case .googleTSV: FeedTable.google.write(products, composer, to: bytes)
        case .metaCSV: FeedTable.meta.write(products, composer, to: bytes)
        case .records: ProductRecords.write(products, composer, to: bytes)
        }
    }
}

/// A feed as a table: a line of names, then a line for each variant.
private struct FeedTable: Sendable {
    let separator: UInt8
    let lineEnd: StaticString
    let columns: [String]
    /// How the network says what Google calls otherwise.
    let renamed: [String: String]

    private static let shared = [
        "id", "title", "description", "availability", "condition", "price", "sale_price", "link", "image_link", "additional_image_link", "brand", "gtin",
        "mpn", "item_group_id", "color", "size", "material", "pattern", "google_product_category", "product_type", "shipping",
    ]

    /// https://support.google.com/merchants/answer/160567
    static let google = FeedTable(
        separator: UInt8(ascii: "\t"), lineEnd: "\n",
        columns: shared + ["shipping_weight", "identifier_exists", "external_seller_id", "unit_pricing_measure", "unit_pricing_base_measure"], renamed: [:])

    /// https://www.facebook.com/business/help/120325381656392, as RFC 4180 has it.
    static let meta = FeedTable(
        separator: UInt8(ascii: ","), lineEnd: "\r\n", columns: shared, renamed: ["in_stock": "in stock", "out_of_stock": "out of stock"])

    func write(_ products: [Int32], _ composer: Composer, to bytes: Bytes) {
        line(columns, to: bytes)
        FeedItem.each(of: products, composer) { item in
            line(columns.map { column in
                let value = column == "shipping" ? item.shippingText : item.values.lazy.filter { $0.column == column }.map(\.value).joined(separator: ",")
                return column == "availability" ? renamed[value] ?? value : value
            }, to: bytes)
        }
    }

    private func line(_ values: [String], to bytes: Bytes) {
        for (place, value) in values.enumerated() {
            if place > 0 { bytes.append(separator) }
            append(value, to: bytes)
        }
        bytes.append(lineEnd)
    }

    /// White space of lines becomes a space, so that every product stays on its line; what would end a value is quoted.
    private func append(_ value: String, to bytes: Bytes) {
        let needsQuotes = value.utf8.contains { $0 == separator || $0 == UInt8(ascii: "\"") }
        if needsQuotes { bytes.append(UInt8(ascii: "\"")) }
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "\""):
                bytes.append(byte)
                bytes.append(byte)
            default: bytes.append(byte)
            }
        }
        if needsQuotes { bytes.append(UInt8(ascii: "\"")) }
    }
}
