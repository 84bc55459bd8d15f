// KarooExpress – Apache-2.0

import KarooCommerce

/// Products as bytes, for the state between two builds: what was read and found sound once need not be read again.
///
/// Languages and markets stand as their places, so bytes mean something only beside the marketplace that they were packed
/// with. Not a format for anybody else: raise `KnownProducts.version` with every change.
struct ProductPacker {
    private let languages: [Language]
    private let markets: [Market]
    private(set) var bytes: [UInt8] = []

    init(languages: [Language], markets: [Market]) {
        self.languages = languages
        self.markets = markets
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func pack(_ product: Product) {
        text(product.slug.text)
        localized(product.slugs)
        text(product.category.text)
        list(product.otherCategories) { $0.text($1.text) }
        number(Product.Status.allCases.firstIndex(of: product.status)!)
        optional(product.brand) { $0.text($1) }
        optional(product.mpn) { $0.text($1) }
        number(Product.Condition.allCases.firstIndex(of: product.condition)!)
        optional(product.published) { $0.number($1.daysSinceEpoch + PackedProduct.dayOffset) }
        optional(product.modified) { $0.number($1.daysSinceEpoch + PackedProduct.dayOffset) }
        optional(product.taxCategory) { $0.text($1) }
        optional(product.measure) { packer, measure in
            packer.amount(measure.content)
            packer.amount(measure.per)
        }
        list(product.texts) { $0.words($1) }
        list(product.attributes) { $0.attribute($1) }
        list(product.options) { $0.text($1.text) }
        list(product.variants) { $0.variant($1) }
        list(product.pictures) { packer, picture in
            packer.text(picture.name)
            packer.localized(picture.alternative)
        }
        optional(product.models.gltf) { $0.text($1) }
        optional(product.models.usdz) { $0.text($1) }
    }

    private mutating func words(_ words: Product.Text) {
        language(words.language)
        text(words.title)
        optional(words.summary) { $0.text($1) }
        optional(words.description) { $0.text($1) }
        text(words.body)
    }

    private mutating func attribute(_ attribute: Product.Named<AttributeValue>) {
        text(attribute.key.text)
        switch attribute.value {
        case .text(let value):
            number(0)
            text(value)
        case .localized(let value):
            number(1)
            localized(value)
        case .number(let value):
            number(2)
            text(value)
        case .boolean(let value):
            number(value ? 4 : 3)
        case .list(let values):
            number(5)
            list(values) { $0.text($1) }
        }
    }

    private mutating func variant(_ variant: Variant) {
        text(variant.sku)
        optional(variant.gtin) { $0.text($1) }
        list(variant.options) { $0.text($1) }
        prices(variant.prices)
        prices(variant.compareAt)
        prices(variant.lowest30Days)
        list(variant.sales) { packer, sale in
            packer.signed(sale.from.millisecondsSinceEpoch)
            packer.signed(sale.until.millisecondsSinceEpoch)
            packer.prices(sale.prices)
            packer.prices(sale.lowest30Days)
        }
        optional(variant.stock) { $0.signed(Int64($1)) }
        number(Variant.Availability.allCases.firstIndex(of: variant.availability)!)
        optional(variant.weight) { $0.signed(Int64($1)) }
        list(variant.pictures) { $0.number($1) }
    }

    // MARK: Parts

    private mutating func prices(_ table: PriceTable) {
        list(table.entries) { packer, entry in
            switch entry.scope {
            case .currency: packer.number(0)
            case .market(let id): packer.number(1 + packer.markets.firstIndex { $0.id == id }!)
            }
            packer.text(entry.amount.currency.code)
            packer.signed(entry.amount.minorUnits)
        }
    }

    private mutating func amount(_ amount: MeasuredAmount) {
        signed(amount.number.mantissa)
        number(amount.number.scale)
        number(MeasureUnit.allCases.firstIndex(of: amount.unit)!)
    }

    private mutating func localized(_ text: LocalizedText) {
        list(text.entries) { packer, entry in
            packer.language(entry.language)
            packer.text(entry.text)
        }
    }

    private mutating func language(_ language: Language) { number(languages.firstIndex(of: language)!) }

    private mutating func list<Element>(_ elements: [Element], _ pack: (inout ProductPacker, Element) -> Void) {
        number(elements.count)
        for element in elements { pack(&self, element) }
    }

    private mutating func optional<Value>(_ value: Value?, _ pack: (inout ProductPacker, Value) -> Void) {
        guard let value else { return number(0) }
        number(1)
        pack(&self, value)
    }

    private mutating func text(_ text: String) {
        number(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func signed(_ number: Int64) { self.number(unsigned: UInt64(bitPattern: number << 1 ^ number >> 63)) }

    private mutating func number(_ number: Int) { self.number(unsigned: UInt64(number)) }

    /// Seven bits a byte, the lowest first; the high bit says that more follow.
    private mutating func number(unsigned number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Takes a product out of its bytes.
struct PackedProduct {
    /// Days may lie before 1970; packed they may not be below zero.
    static let dayOffset = 1 << 20

    /// Says that the bytes are not what a packer made.
    private struct Damaged: Error {}

    private let bytes: UnsafeRawBufferPointer
    /// Keeps the bytes, and where in it they begin.
    private let file: FileBytes
    private let start: Int
    private let languages: [Language]
    private let markets: [Market]
    private var place = 0

    private init(_ bytes: UnsafeRawBufferPointer, of file: FileBytes, from start: Int, languages: [Language], markets: [Market]) {
        self.bytes = bytes
        self.file = file
        self.start = start
        self.languages = languages
        self.markets = markets
    }

    /// Nil when the bytes, a part of the file, are damaged. The product keeps the file: it takes its long texts from there.
    static func unpack(
        _ bytes: UnsafeRawBufferPointer, of file: FileBytes, from start: Int, seller: Seller.ID, languages: [Language], markets: [Market]
    ) -> Product? {
        var packed = PackedProduct(bytes, of: file, from: start, languages: languages, markets: markets)
        guard let product = try? packed.product(seller), packed.place == bytes.count else { return nil }
        return product
    }

    private mutating func product(_ seller: Seller.ID) throws -> Product {
        guard let slug = Slug(try text()) else { throw Damaged() }
        return Product(
            id: Product.ID("\(seller)/\(slug)"), seller: seller, slug: slug, slugs: try localized(), category: Category.ID(try text()),
            otherCategories: try list { Category.ID(try $0.text()) },
            status: try choice(Product.Status.self),
            brand: try optional { try $0.text() },
            mpn: try optional { try $0.text() },
            condition: try choice(Product.Condition.self),
            published: try optional { try $0.day() },
            modified: try optional { try $0.day() },
            taxCategory: try optional { try $0.text() },
            measure: try optional { try Measure(content: try $0.amount(), per: try $0.amount()) },
            texts: try list { try $0.words() },
            attributes: try list { try $0.attribute() },
            options: try list { Attribute.Key(try $0.text()) },
            variants: try list { try $0.variant() },
            pictures: try list { Picture(name: try $0.text(), alternative: try $0.localized()) },
            models: try models())
    }

    private mutating func words() throws -> Product.Text {
        Product.Text(
            language: try language(), title: try text(), summary: try optional { try $0.text() }, description: try optional { try $0.text() },
            body: try body())
    }

    private mutating func body() throws -> Product.Text.Body {
        let count = try textBytes().count
        guard count > 0 else { return .text("") }
        let range = start + place - count..<start + place
        return .later { [file] in file.withBytes { String(decoding: $0[range], as: UTF8.self) } }
    }

    private mutating func attribute() throws -> Product.Named<AttributeValue> {
        let key = Attribute.Key(try text())
        let value: AttributeValue =
            switch try number() {
            case 0: .text(try text())
            case 1: .localized(try localized())
            case 2: .number(try text())
            case 3: .boolean(false)
            case 4: .boolean(true)
            case 5: .list(try list { try $0.text() })
            default: throw Damaged()
            }
        return Product.Named(key: key, value: value)
    }

    private mutating func variant() throws -> Variant {
        Variant(
            sku: try text(), gtin: try optional { try $0.text() }, options: try list { try $0.text() }, prices: try prices(),
            compareAt: try prices(), lowest30Days: try prices(),
            sales: try list {
                Variant.Sale(
                    from: Instant(millisecondsSinceEpoch: try $0.signed()), until: Instant(millisecondsSinceEpoch: try $0.signed()),
                    prices: try $0.prices(), lowest30Days: try $0.prices())
            },
            stock: try optional { Int(try $0.signed()) }, availability: try choice(Variant.Availability.self),
            weight: try optional { Int(try $0.signed()) }, pictures: try list { try $0.number() })
    }

    private mutating func models() throws -> Product.Models {
        var models = Product.Models()
        models.gltf = try optional { try $0.text() }
        models.usdz = try optional { try $0.text() }
        return models
    }

    // MARK: Parts

    private mutating func prices() throws -> PriceTable {
        PriceTable(
            try list { packed in
                let scope = try packed.number()
                guard scope <= packed.markets.count, let currency = Currency(try packed.text()) else { throw Damaged() }
                return PriceTable.Entry(
                    scope: scope == 0 ? .currency : .market(packed.markets[scope - 1].id),
                    amount: Money(minorUnits: try packed.signed(), currency: currency))
            })
    }

    private mutating func amount() throws -> MeasuredAmount {
        let (mantissa, scale, unit) = (try signed(), try number(), try choice(MeasureUnit.self))
        guard mantissa > 0, scale <= 12 else { throw Damaged() }
        return MeasuredAmount(ExactDecimal(mantissa: mantissa, scale: scale), unit)
    }

    private mutating func day() throws -> Day {
        guard let day = Day(daysSinceEpoch: try number() - PackedProduct.dayOffset) else { throw Damaged() }
        return day
    }

    private mutating func localized() throws -> LocalizedText {
        LocalizedText(try list { (try $0.language(), try $0.text()) })
    }

    private mutating func language() throws -> Language {
        let place = try number()
        guard place < languages.count else { throw Damaged() }
        return languages[place]
    }

    private mutating func choice<Choice: CaseIterable>(_: Choice.Type) throws -> Choice where Choice.AllCases == [Choice] {
        let place = try number()
        guard place < Choice.allCases.count else { throw Damaged() }
        return Choice.allCases[place]
    }

    private mutating func list<Element>(_ element: (inout PackedProduct) throws -> Element) throws -> [Element] {
        let count = try number()
        // Every element has at least one byte.
        guard count <= bytes.count - place else { throw Damaged() }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    private mutating func optional<Value>(_ value: (inout PackedProduct) throws -> Value) throws -> Value? {
        switch try number() {
        case 0: nil
        case 1: try value(&self)
        default: throw Damaged()
        }
    }

    private mutating func text() throws -> String { String(decoding: try textBytes(), as: UTF8.self) }

    private mutating func textBytes() throws -> UnsafeRawBufferPointer {
        let count = try number()
        guard count <= bytes.count - place else { throw Damaged() }
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    private mutating func signed() throws -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    private mutating func number() throws -> Int {
        guard let number = Int(exactly: try unsigned()) else { throw Damaged() }
        return number
    }

    private mutating func unsigned() throws -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Damaged()
    }
}
