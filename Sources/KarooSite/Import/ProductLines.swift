// KarooExpress – Apache-2.0

import KarooCommerce

/// The lines of a seller's `products.jsonl`, to be replaced one by one and kept otherwise.
struct ProductLines {
    private struct Line {
        let bytes: ArraySlice<UInt8>
        /// Counted from 1.
        let number: Int
        /// Nil when the line is no product.
        let slug: String?
        let category: String?
        let skus: [String]
    }

    static let fileName = "products.jsonl"

    private let file: String
    private let lines: [Line]
    private let places: [String: Int]
    private let slugs: [String: String]
    private let writtenByHand: Set<String>

    /// `writtenByHand` are the products that have a folder of their own. Lines that are no products are kept as they
    /// are; the issues tell of them.
    init(_ bytes: [UInt8], file: String, writtenByHand: Set<String> = [], _ issues: inout Issues) {
        self.file = file
        self.writtenByHand = writtenByHand
        var lines: [Line] = []
        for (place, bytes) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            lines.append(ProductLines.line(bytes, number: place + 1, file, &issues))
        }
        // After the last line end, there is no line.
        if let last = lines.last, last.bytes.isEmpty { lines.removeLast() }
        self.lines = lines
        places = Dictionary(lines.enumerated().compactMap { place, line in line.slug.map { ($0, place) } }) { first, _ in first }
        slugs = Dictionary(lines.flatMap { line in line.skus.map { ($0, line.slug ?? "") } }) { first, _ in first }
    }

    private static func line(_ bytes: ArraySlice<UInt8>, number: Int, _ file: String, _ issues: inout Issues) -> Line {
        guard bytes.contains(where: { $0 > 0x20 }) else { return Line(bytes: bytes, number: number, slug: nil, category: nil, skus: []) }
        do throws(JSONError) {
            let object = try JSON(parsing: Array(bytes))
            let slug = object["slug"]?.text
            let skus = object["variants"]?.elements.compactMap { $0["sku"]?.text } ?? [object["sku"]?.text ?? slug].compactMap { $0 }
            return Line(bytes: bytes, number: number, slug: slug, category: object["category"]?.text, skus: skus)
        } catch {
            issues.add(BuildIssue(.warning, file: file, line: number, "not readable as JSON and left as it is: \(error.reason)"))
            return Line(bytes: bytes, number: number, slug: nil, category: nil, skus: [])
        }
    }

    func isWrittenByHand(_ slug: Slug) -> Bool { writtenByHand.contains(slug.text) }

    /// The category of the product that a line describes; nil when no line does.
    func category(of slug: Slug) -> Category.ID? {
        places[slug.text].flatMap { lines[$0].category }.map { Category.ID($0) }
    }

    /// The product that has a variant of this SKU; nil when none has.
    func slug(ofSKU sku: String) -> Slug? { slugs[sku].flatMap { Slug($0) } }

    /// The bytes of the file with the products of the result in the places of their lines, new ones at the end in their
    /// order. Products whose SKUs belong to lines that stay are taken out of the result.
    func merged(with result: inout ImportResult, importedFrom source: String, _ terms: ImportTerms) -> [UInt8] {
        removeStrangers(from: &result, importedFrom: source)
        var waiting = Dictionary(uniqueKeysWithValues: result.products.map { ($0.slug.text, $0) })
        var bytes: [UInt8] = []
        var replaced: Set<String> = []
        for line in lines {
            guard let slug = line.slug, let product = waiting.removeValue(forKey: slug) else {
                if let slug = line.slug, replaced.contains(slug) {
                    result.issues.add(BuildIssue(.warning, file: file, line: line.number, "\"\(slug)\" stood twice; this line was removed"))
                } else {
                    bytes += line.bytes
                    bytes.append(0x0A)
                }
                continue
            }
            replaced.insert(slug)
            result.report.replaced += 1
            append(product, over: try? JSON(parsing: Array(line.bytes)), terms, to: &bytes)
        }
        for product in result.products where waiting[product.slug.text] != nil {
            result.report.added += 1
            append(product, over: nil, terms, to: &bytes)
        }
        return bytes
    }

    private func append(_ product: ImportedProduct, over old: JSON?, _ terms: ImportTerms, to bytes: inout [UInt8]) {
        product.object(over: old, terms).append(to: &bytes)
        bytes.append(0x0A)
    }

    private func removeStrangers(from result: inout ImportResult, importedFrom source: String) {
        let imported = Set(result.products.map(\.slug.text))
        var kept: [String: Line] = [:]
        for line in lines where !(line.slug.map(imported.contains) ?? true) {
            for sku in line.skus { kept[sku] = line }
        }
        guard !kept.isEmpty else { return }
        var products: [ImportedProduct] = []
        for product in result.products {
            guard let variant = product.variants.first(where: { kept[$0.sku] != nil }), let line = kept[variant.sku] else {
                products.append(product)
                continue
            }
            result.issues.add(
                BuildIssue(
                    .error, file: source, line: variant.line,
                    "\"\(product.slug)\" is left out: its SKU \"\(variant.sku)\" belongs to \"\(line.slug ?? "")\" in \(file):\(line.number)",
                    remedy: "remove that line if the product was renamed, or give one of the two another SKU"))
            result.report.products -= 1
            result.report.variants -= product.variants.count
            result.report.pictures -= product.pictures.count
            if product.status != .active { result.report.unpublished -= 1 }
            result.report.skippedProducts += 1
        }
        result.products = products
    }
}
