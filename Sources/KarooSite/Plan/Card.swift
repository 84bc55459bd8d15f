// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// A product as lists show it.
enum Card: Int, Fields {
    case id, url, title, foreign, seller, priceText, price, currency, compareAtText, saving, unitPrice, lowest30Days, image, soldOut, lowStock
    case rating, colours, isNew

    var shape: Shape {
        switch self {
        case .image: .record(PictureModel.schema)
        case .foreign: .record(Foreign.schema)
        case .rating: .record(RatingModel.schema)
        case .soldOut, .lowStock, .isNew: .flag
        default: .text
        }
    }

    static let schema = Schema(of: Self.self)
}

enum PictureModel: Int, Fields {
    case url, width, height, alt, placeholder, tone, renditions

    var shape: Shape {
        switch self {
        case .placeholder: .flag
        case .renditions: .record(RenditionsModel.schema)
        case .url, .width, .height, .alt, .tone: .text
        }
    }

    static let schema = Schema(of: Self.self)
}

/// A picture in other sizes and formats.
enum RenditionsModel: Int, Fields {
    case sources

    var shape: Shape { .list(of: PictureSource.self) }

    static let schema = Schema(of: Self.self)
}

/// One format of a picture in several widths, as `<source>` wants it.
enum PictureSource: Int, Fields {
    case type, srcset

    var shape: Shape { .text }

    static let schema = Schema(of: Self.self)
}

enum RatingModel: Int, Fields {
    case value, stars, `class`, text, countText, count

    var shape: Shape { .text }

    static let schema = Schema(of: Self.self)
}

extension Composer {
    func makeCard(_ place: Int32, in frame: Frame) -> Slot {
        let entry = catalog.products[Int(place)]
        let product = entry.product
        let card = frame.record(Card.self)
        card[.id] = frame.text(product.id.text)
        card[.url] = frame.text { append(self.product(Int(place)), to: $0) }
        let words = product.text(in: chain)
        let title = words?.title ?? ""
        card[.title] = frame.text(title)
        card[.foreign] = foreign(words?.language, in: frame)
        card[.seller] = frame.text(catalog.sellers[entry.seller].seller.name)
        card[.image] = cover(of: entry, title: title, in: frame)
        card[.currency] = frame.text(market.market.currency.code)
        if let lowest = lowestPrice(of: product) { fillPrice(of: card, lowest, product, in: frame) }
        let bands = soldBands(entry)
        card[.soldOut] = .flag(bands.allSatisfy { $0 == .out })
        card[.lowStock] = .flag(bands.contains(.low) && bands.allSatisfy { $0 == .low || $0 == .out })
        if let rating = entry.rating, rating.count > 0 { card[.rating] = ratingModel(rating, in: frame) }
        if let colours = colourCount(of: product) { card[.colours] = frame.text(self.words.text(.listingColours, count: colours, in: formats)) }
        card[.isNew] = .flag(isNew(product))
        return card.slot
    }

    private func fillPrice(
        of card: Record<Card>, _ lowest: (price: Price, isSame: Bool), _ product: Product, in frame: Frame
    ) {
        let amount = money(lowest.price.amount)
        card[.priceText] = frame.text(lowest.isSame ? amount : words.text(.priceFrom, ["price": amount]))
        card[.price] = frame.text(lowest.price.amount.decimal)
        if let compareAt = lowest.price.compareAt, lowest.price.isReduced {
            card[.compareAtText] = frame.text(money(compareAt))
            card[.saving] = saving(lowest.price, in: frame)
            card[.lowest30Days] = lowest30Days(lowest.price, in: frame)
        }
        if let unitPrice = unitPrice(product, lowest.price.amount) { card[.unitPrice] = frame.text(unitPrice) }
    }

    /// How the variants that are sold in this market can be had.
    func soldBands(_ entry: Catalog.ProductEntry) -> [Availability] {
        entry.product.variants.indices.compactMap { place in
            entry.product.variants[place].prices.amount(in: market.market) == nil ? nil : entry.bands[place]
        }
    }

    /// The lowest price among the variants sold in the market, and whether all cost the same.
    func lowestPrice(of product: Product) -> (price: Price, isSame: Bool)? {
        var lowest: Price?
        var isSame = true
        for variant in product.variants {
            guard let price = price(of: variant) else { continue }
            if let known = lowest {
                if price.amount != known.amount { isSame = false }
                if price.amount < known.amount { lowest = price }
            } else {
                lowest = price
            }
        }
        return lowest.map { ($0, isSame) }
    }

    /// What the variant costs in this market when the build was made.
    func price(of variant: Variant) -> Price? {
        Catalog.price(of: variant, in: market.market, at: plan.instant)
    }

    /// In percent of the former price; where the law asks for it, of the lowest price of the last 30 days
    /// (Court of Justice of the European Union, C-330/23).
    func savingPercent(_ price: Price) -> Int? {
        let reference = market.market.lowestPriceLaw ? price.lowest30Days : price.compareAt
        return reference.flatMap { price.amount.percentOff(from: $0) }
    }

    func saving(_ price: Price, in frame: Frame) -> Slot {
        guard let percent = savingPercent(price) else { return .missing }
        return frame.text(words.text(.priceSaving, ["percent": formats.percent(percent)]))
    }

    /// The lowest price of the last 30 days, where the law asks for it beside a reduction.
    func lawfulLowest(_ price: Price) -> Money? { market.market.lowestPriceLaw ? price.lowest30Days : nil }

    /// The sentence that the law asks for beside a reduction, where it asks.
    func lowest30Days(_ price: Price, in frame: Frame) -> Slot {
        guard let lowest = lawfulLowest(price) else { return .missing }
        return frame.text(words.text(.priceLowest30Days, ["price": money(lowest)]))
    }

    func unitPrice(_ product: Product, _ amount: Money) -> String? {
        guard let measure = product.measure, let price = measure.unitPrice(for: amount) else { return nil }
        return words.text(.priceUnit, ["price": money(price), "unit": reference(measure.per)])
    }

    /// The amount that a unit price refers to: `100 g`, or `kg` alone where it is one and the language says so.
    func reference(_ amount: MeasuredAmount) -> String {
        let word: Word = switch amount.unit {
        case .gram: .unitGram
        case .kilogram: .unitKilogram
        case .milliliter: .unitMilliliter
        case .liter: .unitLiter
        case .centimeter: .unitCentimeter
        case .meter: .unitMeter
        case .piece: .unitPieces
        }
        let number = amount.number.normalized
        // A broken number has the form of a hundred, which no language has a form of its own for.
        let count = number.scale == 0 ? Int(number.mantissa) : 100
        return words.text(word, count: count, in: formats, ["amount": formats.number(decimal: amount.number.description)])
    }

    func ratingModel(_ rating: Rating, in frame: Frame) -> Slot {
        let model = frame.record(RatingModel.self)
        let value = formats.number(decimal: rating.meanDecimal ?? "0")
        model[.value] = frame.text(value)
        model[.stars] = frame.text(decimal: Int(rating.meanPercent ?? 0))
        model[.class] = frame.text { bytes in
            bytes.append("s" as StaticString)
            bytes.append(decimal: Int(rating.meanHalfStars ?? 0))
        }
        model[.text] = frame.text(words.text(.ratingOutOf, ["value": value]))
        model[.countText] = frame.text(words.text(.ratingCount, count: Int(rating.count), in: formats))
        model[.count] = frame.text(formats.number(rating.count))
        return model.slot
    }

    /// The first picture, or the one that stands for products of the category that have none.
    func cover(of entry: Catalog.ProductEntry, title: String, in frame: Frame) -> Slot {
        let model = frame.record(PictureModel.self)
        if let place = entry.coverPlace, let cover = entry.pictures[place] {
            model[.url] = frame.text { append(cover.small, to: $0) }
            model[.tone] = tone(of: cover, in: frame)
            model[.renditions] = renditions(of: cover, in: frame)
            model[.width] = frame.text(decimal: cover.size.width)
            model[.height] = frame.text(decimal: cover.size.height)
            model[.alt] = frame.text(text(entry.product.pictures[place].alternative) ?? title)
            model[.placeholder] = .flag(false)
        } else {
            model[.url] = frame.text(filePath(plan.placeholders[entry.category]))
            model[.width] = frame.text(decimal: Placeholder.size.width)
            model[.height] = frame.text(decimal: Placeholder.size.height)
            model[.alt] = frame.text(words.text(.imageMissing, ["title": title]))
            model[.placeholder] = .flag(true)
        }
        return model.slot
    }

    /// The class that sets the colour of a picture before it has come.
    func tone(of picture: PublishedPicture, in frame: Frame) -> Slot {
        picture.renditions?.tone.map { frame.text($0.className) } ?? .missing
    }

    /// One element for each format, the best first.
    func renditions(of picture: PublishedPicture, in frame: Frame) -> Slot {
        guard let renditions = picture.renditions, !renditions.sizes.isEmpty else { return .missing }
        let formats = Rasterizer.Format.allCases.filter { format in renditions.sizes.contains { $0.format == format } }
        let model = frame.record(RenditionsModel.self)
        model[.sources] = frame.list(formats) { format in
            let source = frame.record(PictureSource.self)
            source[.type] = frame.text(format.type)
            source[.srcset] = frame.text { bytes in
                var isFirst = true
                for size in renditions.sizes where size.format == format {
                    if !isFirst { bytes.append(UInt8(ascii: ",")) }
                    isFirst = false
                    append(size.file, to: bytes)
                    bytes.append(UInt8(ascii: " "))
                    bytes.append(decimal: size.width)
                    bytes.append(UInt8(ascii: "w"))
                }
            }
            return source.slot
        }
        return model.slot
    }

    func isNew(_ product: Product) -> Bool {
        guard let since = plan.newSince, let published = product.published else { return false }
        return published >= since
    }

    /// How many values of a swatch a buyer can choose from; nil when there is no choice.
    func colourCount(of product: Product) -> Int? {
        guard let option = product.options.firstIndex(where: { catalog.attributes[$0]?.kind == .swatch }) else { return nil }
        let count = Set(product.variants.compactMap { $0.options.count > option ? $0.options[option] : nil }).count
        return count > 1 ? count : nil
    }
}
