// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads the product file that Shopify exports: one row for each variant and each picture, the rows of a product sharing
/// its handle. Both generations of column names are understood.
enum ShopifyImport {
    /// The products of a file. Faults of rows are issues; a file that is no product file gives issues and no product.
    static func read(_ bytes: UnsafeRawBufferPointer, file: String, _ terms: ImportTerms, existing: ProductLines) -> ImportResult {
        guard let currency = terms.currency else {
            var result = ImportResult()
            result.issues.add(BuildIssue(.error, file: file, "the file names no currency", remedy: "say which one the prices are in with --currency"))
            return result
        }
        do throws(BuildIssue) {
            var reading = try ShopifyReading(bytes, file: file, currency, terms, existing)
            return reading.result()
        } catch {
            var result = ImportResult()
            result.issues.add(error)
            return result
        }
    }
}

/// Which column is which, by the names of both generations.
private struct ShopifyColumns {
    enum Name: CaseIterable {
        case handle, title, body, vendor, category, type, tags, published, status, giftCard
        case sku, barcode, grams, tracker, quantity, policy, price, compareAt
        case pictureAddress, picturePosition, pictureWords, variantPicture
        case description, googleCategory, mpn, condition
        case content, contentUnit, reference, referenceUnit
        case firstName, firstValue, secondName, secondValue, thirdName, thirdValue

        var spellings: [String] {
            switch self {
            case .handle: ["handle", "url handle"]
            case .title: ["title"]
            case .body: ["body (html)", "body html", "description"]
            case .vendor: ["vendor"]
            case .category: ["product category", "standardized product type", "standard product type"]
            case .type: ["type", "product type", "custom product type"]
            case .tags: ["tags"]
            case .published: ["published", "published on online store"]
            case .status: ["status"]
            case .giftCard: ["gift card"]
            case .sku: ["variant sku", "sku"]
            case .barcode: ["variant barcode", "barcode"]
            case .grams: ["variant grams", "weight value (grams)"]
            case .tracker: ["variant inventory tracker", "inventory tracker"]
            case .quantity: ["variant inventory qty", "inventory quantity"]
            case .policy: ["variant inventory policy", "continue selling when out of stock"]
            case .price: ["variant price", "price"]
            case .compareAt: ["variant compare at price", "compare-at price", "compare at price"]
            case .pictureAddress: ["image src", "product image url"]
            case .picturePosition: ["image position"]
            case .pictureWords: ["image alt text"]
            case .variantPicture: ["variant image", "variant image url"]
            case .description: ["seo description"]
            case .googleCategory: ["google shopping / google product category"]
            case .mpn: ["google shopping / mpn", "google shopping / manufacturer part number (mpn)"]
            case .condition: ["google shopping / condition"]
            case .content: ["unit price total measure"]
            case .contentUnit: ["unit price total measure unit"]
            case .reference: ["unit price base measure"]
            case .referenceUnit: ["unit price base measure unit"]
            case .firstName: ["option1 name"]
            case .firstValue: ["option1 value"]
            case .secondName: ["option2 name"]
            case .secondValue: ["option2 value"]
            case .thirdName: ["option3 name"]
            case .thirdValue: ["option3 value"]
            }
        }
    }

    private var places: [Name: Int] = [:]
    let count: Int

    init(_ header: CSVParser.Row, file: String) throws(BuildIssue) {
        count = header.cells.count
        let names = header.cells.map { $0.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        for column in Name.allCases {
            places[column] = column.spellings.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        if names.count == 1, names[0].contains(";") {
            throw BuildIssue(
                .error, file: file, line: header.line, "the columns are separated by semicolons", remedy: "save the file with commas between the columns")
        }
        for column in [Name.title, .price] where places[column] == nil {
            throw BuildIssue(
                .error, file: file, line: header.line, "no column \"\(column.spellings.joined(separator: "\" or \""))\": this is no product file of Shopify",
                remedy: "export the products from Shopify as CSV, and leave the first row as it is")
        }
    }

    func has(_ column: Name) -> Bool { places[column] != nil }

    /// The cell without white space at its ends; nil when it is empty or the row is too short.
    func cell(_ column: Name, of row: CSVParser.Row) -> String? {
        guard let place = places[column], place < row.cells.count else { return nil }
        let text = row.cells[place].withoutControls().trimmingSpaces()
        return text.isEmpty ? nil : text
    }
}

private struct ShopifyReading {
    /// The rows of one product, in the order of the file.
    private struct Group {
        let handle: String
        var rows: [CSVParser.Row]
    }

    private static let options: [(name: ShopifyColumns.Name, value: ShopifyColumns.Name)] = [
        (.firstName, .firstValue), (.secondName, .secondValue), (.thirdName, .thirdValue),
    ]

    private let file: String
    private let currency: Currency
    private let columns: ShopifyColumns
    private var assembly: ImportAssembly
    private var groups: [Group] = []
    private var places: [String: Int] = [:]
    /// Variants that Shopify counts, in a file that does not say how many there are.
    private var uncounted = 0

    init(
        _ bytes: UnsafeRawBufferPointer, file: String, _ currency: Currency, _ terms: ImportTerms, _ existing: ProductLines
    ) throws(BuildIssue) {
        self.file = file
        self.currency = currency
        assembly = ImportAssembly(file: file, terms, existing: existing)
        var parser = CSVParser(bytes)
        guard let header = try ShopifyReading.next(&parser, file) else { throw BuildIssue(.error, file: file, "the file is empty") }
        columns = try ShopifyColumns(header, file: file)
        while let row = try ShopifyReading.next(&parser, file) { add(row) }
    }

    private static func next(_ parser: inout CSVParser, _ file: String) throws(BuildIssue) -> CSVParser.Row? {
        do throws(CSVParser.Failure) {
            return try parser.next()
        } catch {
            let remedy = error.message == "not UTF-8" ? "save the file in UTF-8" : "put cells with quotes in double quotes, and double the quotes in them"
            throw BuildIssue(.error, file: file, line: error.line, error.message, remedy: remedy)
        }
    }

    mutating func result() -> ImportResult {
        for group in groups {
            if let draft = draft(group) { assembly.add(draft) } else { assembly.countSkippedProduct() }
        }
        if uncounted > 0 {
            assembly.report(
                .warning, line: nil, "the stock of \(uncounted) variants is counted, but the file does not say it",
                remedy: "give the column \"Variant Inventory Qty\", or seed the stock of the server otherwise")
        }
        return assembly.result
    }

    // MARK: Rows

    private mutating func add(_ row: CSVParser.Row) {
        guard row.cells.count <= columns.count || row.cells[columns.count...].allSatisfy({ $0.trimmingSpaces().isEmpty }) else {
            assembly.report(
                .error, line: row.line, "\(row.cells.count) cells under \(columns.count) columns; the row is left out",
                remedy: "put cells that hold a comma in double quotes")
            return
        }
        // A new product may come without a handle; then its title is one.
        guard let handle = columns.cell(.handle, of: row) ?? columns.cell(.title, of: row) else {
            if row.cells.contains(where: { !$0.trimmingSpaces().isEmpty }) {
                assembly.report(.error, line: row.line, "the row has no handle and is left out", remedy: "give it the handle of its product")
            }
            return
        }
        let key = handle.lowercased()
        if let place = places[key] {
            groups[place].rows.append(row)
        } else {
            places[key] = groups.count
            groups.append(Group(handle: handle, rows: [row]))
        }
    }

    /// The first cell of the column that is not empty, in the order of the rows.
    private func first(_ column: ShopifyColumns.Name, _ group: Group) -> String? {
        for row in group.rows {
            if let cell = columns.cell(column, of: row) { return cell }
        }
        return nil
    }

    // MARK: Products

    private mutating func draft(_ group: Group) -> ImportDraft? {
        let line = group.rows[0].line
        if isTrue(first(.giftCard, group)) {
            assembly.report(.warning, line: line, "\"\(group.handle)\" is a gift card and is left out: here, gift cards are no products")
            return nil
        }
        guard let title = first(.title, group) else {
            assembly.report(.error, line: line, "\"\(group.handle)\" has no title and is left out", remedy: "give the title in the first row of the product")
            return nil
        }
        var draft = ImportDraft(line: line, name: columns.cell(.handle, of: group.rows[0]) ?? title)
        draft.title = HTMLToMarkdown.plainText(title)
        draft.body = body(group)
        draft.description = first(.description, group)
        draft.status = status(group)
        draft.brand = first(.vendor, group)
        draft.mpn = first(.mpn, group)
        draft.condition = first(.condition, group).flatMap { Product.Condition(rawValue: $0.lowercased()) } ?? .new
        draft.types = [ShopifyColumns.Name.type, .category, .googleCategory].compactMap { first($0, group) }
        draft.optionNames = optionNames(group)
        let tags = tags(group)
        if !tags.isEmpty { draft.attributes.append((name: "tags", value: .list(tags))) }
        draft.pictures = pictures(group)
        for row in group.rows where row.line == line || isVariant(row) {
            if let variant = variant(row, draft.optionNames) { draft.variants.append(variant) } else { draft.skippedVariants += 1 }
        }
        return draft
    }

    private mutating func body(_ group: Group) -> String {
        guard let html = first(.body, group) else { return "" }
        guard html.utf8.count <= HTMLToMarkdown.maximumLength else {
            assembly.report(.error, line: group.rows[0].line, "the description of \"\(group.handle)\" has \(html.utf8.count) bytes and is left out")
            return ""
        }
        return HTMLToMarkdown.markdown(of: html)
    }

    private func status(_ group: Group) -> Product.Status {
        switch first(.status, group)?.lowercased() {
        case "archived": .archived
        case "draft", "unlisted": .draft
        default: first(.published, group).map(isTrue) ?? true ? .active : .draft
        }
    }

    private func isTrue(_ cell: String?) -> Bool {
        switch cell?.lowercased() {
        case "true", "yes", "1": true
        default: false
        }
    }

    private func tags(_ group: Group) -> [String] {
        var tags: [String] = []
        for tag in (first(.tags, group) ?? "").split(separator: ",").map({ String($0).trimmingSpaces() }) where !tag.isEmpty && !tags.contains(tag) {
            tags.append(tag)
        }
        return tags
    }

    /// Shopify gives every product an option; one called "Title" with the one value "Default Title" is none.
    private func optionNames(_ group: Group) -> [String] {
        var names: [String] = []
        for (place, option) in ShopifyReading.options.enumerated() {
            let name = first(option.name, group)
            guard name != nil || first(option.value, group) != nil else { break }
            if place == 0, first(option.value, group)?.lowercased() == "default title" { break }
            names.append(name ?? "Option \(place + 1)")
        }
        return names
    }

    // MARK: Pictures

    private mutating func pictures(_ group: Group) -> [ImportedProduct.Picture] {
        var found: [(position: Int, picture: ImportedProduct.Picture)] = []
        for row in group.rows {
            guard let text = columns.cell(.pictureAddress, of: row) else { continue }
            guard let address = PictureAddress.clean(text) else {
                assembly.report(.warning, line: row.line, "\"\(text)\" is no address of a picture and is left out", remedy: "write it as https://…")
                continue
            }
            let position = columns.cell(.picturePosition, of: row).flatMap { Int($0) } ?? .max
            let words = columns.cell(.pictureWords, of: row).map(HTMLToMarkdown.plainText)
            found.append((position, ImportedProduct.Picture(name: address, alternative: words)))
        }
        // Pictures of one position keep the order of their rows.
        return found.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element.picture)
    }

    // MARK: Variants

    private func isVariant(_ row: CSVParser.Row) -> Bool {
        [ShopifyColumns.Name.firstValue, .secondValue, .thirdValue, .sku, .price].contains { columns.cell($0, of: row) != nil }
    }

    private mutating func variant(_ row: CSVParser.Row, _ optionNames: [String]) -> ImportDraft.Variant? {
        guard let price = price(row), let options = options(row, optionNames) else { return nil }
        var variant = ImportDraft.Variant(line: row.line, options: options, price: price)
        variant.sku = identifier(.sku, row)
        variant.gtin = identifier(.barcode, row)
        variant.compareAt = compareAt(row, price)
        (variant.stock, variant.availability) = stock(row)
        variant.weight = weight(row)
        variant.measure = measure(row)
        if let text = columns.cell(.variantPicture, of: row) {
            variant.picture = PictureAddress.clean(text)
            if variant.picture == nil {
                assembly.report(.warning, line: row.line, "\"\(text)\" is no address of a picture and is left out", remedy: "write it as https://…")
            }
        }
        return variant
    }

    private mutating func price(_ row: CSVParser.Row) -> Money? {
        guard let text = columns.cell(.price, of: row) else {
            assembly.report(.error, line: row.line, "the variant has no price and is left out", remedy: "give it one as 18.90")
            return nil
        }
        return amount(text, row, "the variant is left out", .error)
    }

    /// What the variant cost before; nil when it says nothing, or nothing that is above the price.
    private mutating func compareAt(_ row: CSVParser.Row, _ price: Money) -> Money? {
        guard let text = columns.cell(.compareAt, of: row), let amount = amount(text, row, "the was-price is left out", .warning) else { return nil }
        if amount > price { return amount }
        if !amount.isZero, amount < price {
            assembly.report(.warning, line: row.line, "the was-price \(amount) is below the price \(price) and is left out")
        }
        return nil
    }

    private mutating func amount(_ text: String, _ row: CSVParser.Row, _ consequence: String, _ severity: BuildIssue.Severity) -> Money? {
        do throws(MoneyParseError) {
            let amount = try ImportTerms.amount(text, in: currency)
            if !amount.isNegative { return amount }
            assembly.report(severity, line: row.line, "\"\(text)\" is below zero; \(consequence)")
        } catch {
            assembly.report(severity, line: row.line, "\"\(text)\" is no price in \(currency): \(error); \(consequence)")
        }
        return nil
    }

    private mutating func options(_ row: CSVParser.Row, _ names: [String]) -> [String]? {
        var values: [String] = []
        for (name, option) in zip(names, ShopifyReading.options) {
            guard let value = columns.cell(option.value, of: row) else {
                assembly.report(
                    .error, line: row.line, "the variant does not say its \"\(name)\" and is left out", remedy: "fill in all options of the variant")
                return nil
            }
            values.append(HTMLToMarkdown.plainText(value))
        }
        return values
    }

    /// Spreadsheets are kept from reading numbers by an apostrophe, which some exports carry along.
    private func identifier(_ column: ShopifyColumns.Name, _ row: CSVParser.Row) -> String? {
        guard let text = columns.cell(column, of: row) else { return nil }
        let digits = text.hasPrefix("'") ? String(text.dropFirst()).trimmingSpaces() : text
        return digits.isEmpty ? nil : digits
    }

    private mutating func stock(_ row: CSVParser.Row) -> (Int?, Variant.Availability) {
        guard columns.has(.tracker) || columns.has(.quantity) else { return (nil, .untracked) }
        let text = columns.cell(.quantity, of: row)
        guard columns.cell(.tracker, of: row) != nil || !columns.has(.tracker) && text != nil else { return (nil, .untracked) }
        let policy = columns.cell(.policy, of: row)?.lowercased()
        let availability: Variant.Availability = policy == "continue" || policy == "true" ? .backorder : .tracked
        guard let text else {
            uncounted += 1
            return (nil, availability)
        }
        if let count = Int(text) { return (max(0, count), availability) }
        assembly.report(.warning, line: row.line, "\"\(text)\" is no quantity; the stock counts as 0", remedy: "write a whole number")
        return (0, availability)
    }

    private mutating func weight(_ row: CSVParser.Row) -> Int? {
        guard let text = columns.cell(.grams, of: row) else { return nil }
        guard let grams = ExactDecimal(text).flatMap({ ImportMeasure.grams($0, unit: "g") }) else {
            assembly.report(.warning, line: row.line, "\"\(text)\" is no weight in grams and is left out")
            return nil
        }
        return grams == 0 ? nil : grams
    }

    private mutating func measure(_ row: CSVParser.Row) -> Measure? {
        guard let content = columns.cell(.content, of: row), let unit = columns.cell(.contentUnit, of: row), ExactDecimal(content)?.mantissa != 0 else {
            return nil
        }
        let reference = columns.cell(.reference, of: row).flatMap { amount in columns.cell(.referenceUnit, of: row).map { "\(amount) \($0)" } }
        do throws(BuildIssue) {
            return try ImportMeasure.measure(content: "\(content) \(unit)", per: reference, file: file, line: row.line)
        } catch {
            assembly.report(error.severity, line: error.line, error.message, remedy: error.remedy)
            return nil
        }
    }
}
