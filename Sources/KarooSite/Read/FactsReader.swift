// KarooExpress – Apache-2.0

import KarooCommerce

/// What the server told about products and sellers since the last build, by subject.
struct FactTable: Sendable {
    /// What buyers and moderators say of one product.
    struct About: Sendable {
        var rating: Rating?
        var reviews: [Review] = []
        var isTakenDown = false
        /// Of the lines that say it.
        var hasher = Fingerprint.Hasher()
    }

    var products: [Product.ID: About] = [:]
    var sellerRatings: [Seller.ID: Rating] = [:]
    /// By seller, then by SKU.
    var bands: [Seller.ID: [String: AvailabilityBand]] = [:]
}

/// Reads the folder that `karoo facts export` writes: one JSON object a line.
enum FactsReader {
    static func read(_ folder: SourceFolder, _ issues: inout Issues) -> FactTable {
        var facts = FactTable()
        guard folder.names() != nil else {
            issues.add(BuildIssue(.error, file: folder.shown, "the folder of facts cannot be read", remedy: "name the folder that holds reviews.jsonl and the others"))
            return facts
        }
        lines("ratings.jsonl", in: folder, &issues) { line, _ throws(JSONError) in
            let fact = try RatingFact(line: line)
            switch fact.subject {
            case .product(let id):
                guard facts.products[id]?.rating == nil else { throw JSONError("\(id) was rated before in this file") }
                facts.products[id, default: FactTable.About()].rating = fact.rating
                facts.products[id]!.hasher.add(line)
            case .seller(let id): facts.sellerRatings[id] = fact.rating
            }
        }
        lines("reviews.jsonl", in: folder, &issues) { line, _ throws(JSONError) in
            let review = try Review(line: line)
            facts.products[review.product, default: FactTable.About()].reviews.append(review)
            facts.products[review.product]!.hasher.add(line)
        }
        lines("takedowns.jsonl", in: folder, &issues) { line, _ throws(JSONError) in
            facts.products[try Takedown(line: line).product, default: FactTable.About()].isTakenDown = true
        }
        lines("availability.jsonl", in: folder, &issues) { line, _ throws(JSONError) in
            let fact = try AvailabilityFact(line: line)
            facts.bands[fact.seller, default: [:]][fact.sku] = fact.band
        }
        return facts
    }

    private static func lines(
        _ name: String, in folder: SourceFolder, _ issues: inout Issues,
        _ body: (UnsafeRawBufferPointer, Int) throws(JSONError) -> Void
    ) {
        guard folder.has(name) else { return }
        do throws(BuildIssue) {
            let file = try folder.file(name)
            file.withBytes { bytes in
                _ = eachLine(of: bytes) { line, number in
                    do throws(JSONError) {
                        try body(line, number)
                    } catch {
                        issues.add(BuildIssue(.error, file: folder.shown(name), line: number, "not a fact: \(error)"))
                    }
                }
            }
        } catch {
            issues.add(error)
        }
    }
}

/// Calls the body with each line that is not blank, without its end, and the line's number counted from 1.
/// Returns how many lines there are.
@discardableResult
func eachLine(of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Int) -> Void) -> Int {
    var start = 0
    var number = 1
    while start < bytes.count {
        let end = lineEnd(in: bytes, from: start)
        var last = end
        while last > start, bytes[last - 1] == UInt8(ascii: "\r") || bytes[last - 1] == UInt8(ascii: " ") { last -= 1 }
        if last > start { body(UnsafeRawBufferPointer(rebasing: bytes[start..<last]), number) }
        start = end + 1
        number += 1
    }
    return number - 1
}
