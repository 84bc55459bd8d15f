// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Everything about one product, for reading and for choosing a variant.
enum ProductPage: Int, Fields {
    case heading, foreign, id, brand, summary, gallery, price, availability, sku, options, hasOptions, variants, attributes, body, delivery
    case returns, seller, rating, histogram, reviews, hasReviews, related, sameSeller, models, category, reportURL

    enum GalleryPicture: Int, Fields {
        case url, thumb, width, height, alt, number, first, tone, renditions

        var shape: Shape {
            switch self {
            case .first: .flag
            case .renditions: .record(RenditionsModel.schema)
            case .url, .thumb, .width, .height, .alt, .number, .tone: .text
            }
        }
        static let schema = Schema(of: Self.self)
    }

    enum PriceModel: Int, Fields {
        case text, value, currency, compareAtText, saving, lowest30Days, unitPrice, taxNote, estimates, estimatesNote

        var shape: Shape { self == .estimates ? .list(of: TextLine.self) : .text }
        static let schema = Schema(of: Self.self)
    }

    enum AvailabilityModel: Int, Fields {
        case text, code, soldOut, itemAvailability

        var shape: Shape { self == .soldOut ? .flag : .text }
        static let schema = Schema(of: Self.self)
    }

    enum Option: Int, Fields {
        case name, key, swatch, values

        enum Value: Int, Fields {
            case label, value, hexClass, selected, unavailable, url

            var shape: Shape { self == .selected || self == .unavailable ? .flag : .text }
            static let schema = Schema(of: Self.self)
        }

        var shape: Shape {
            switch self {
            case .name, .key: .text
            case .swatch: .flag
            case .values: .list(of: Value.self)
            }
        }

        static let schema = Schema(of: Self.self)
    }

    enum VariantModel: Int, Fields {
        case sku, label, choices, priceText, price, compareAtText, saving, lowest30Days, unitPrice, availability, code, soldOut, anchor, url, selected, image

        var shape: Shape { self == .soldOut || self == .selected ? .flag : .text }
        static let schema = Schema(of: Self.self)
    }

    enum AttributeModel: Int, Fields {
        case name, value, group

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    enum SellerCard: Int, Fields {
        case name, url, country, rating, logo, tagline

        var shape: Shape { self == .rating ? .record(RatingModel.schema) : .text }
        static let schema = Schema(of: Self.self)
    }

    enum Bar: Int, Fields {
        case stars, count, percent, `class`

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    enum ReviewModel: Int, Fields {
        case author, rating, `class`, title, body, date, dateTime, verified, language, reply

        enum Reply: Int, Fields {
            case body, date

            var shape: Shape { .text }
            static let schema = Schema(of: Self.self)
        }

        var shape: Shape {
            switch self {
            case .verified: .flag
            case .reply: .record(Reply.schema)
            default: .text
            }
        }

        static let schema = Schema(of: Self.self)
    }

    enum ModelFiles: Int, Fields {
        case gltf, usdz, sceneViewer, poster

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    var shape: Shape {
        switch self {
        case .heading, .id, .brand, .summary, .sku, .returns, .reportURL: .text
        case .hasOptions, .hasReviews: .flag
        case .foreign: .record(Foreign.schema)
        case .body: .html
        case .gallery: .list(of: GalleryPicture.self)
        case .price: .record(PriceModel.schema)
        case .availability: .record(AvailabilityModel.schema)
        case .options: .list(of: Option.self)
        case .variants: .list(of: VariantModel.self)
        case .attributes: .list(of: AttributeModel.self)
        case .delivery: .list(of: TextLine.self)
        case .seller: .record(SellerCard.schema)
        case .rating: .record(RatingModel.schema)
        case .histogram: .list(of: Bar.self)
        case .reviews: .list(of: ReviewModel.self)
        case .related, .sameSeller: .list(of: Card.self)
        case .models: .record(ModelFiles.schema)
        case .category: .record(Link.schema)
        }
    }

    static let schema = Head.schema(and: Self.self)

    /// How many reviews stand on the page.
    static let maximumReviews = 10
    /// How many further products of the same seller are shown.
    static let sameSellerCount = 4
}

/// A variant that is sold in the market, with what it costs there.
struct PricedVariant {
    /// The variant's place in its product.
    let place: Int
    let variant: Variant
    let price: Price
    let band: Availability

    var isSoldOut: Bool { band == .out }
}

extension Composer {
    func productPage(_ page: PlannedPage) -> Slot {
        let place = Int(page.subject)
        let entry = catalog.products[place]
        let product = entry.product
        let seller = catalog.sellers[entry.seller]
        let words = product.text(in: chain)
        let title = words?.title ?? ""
        let variants = pricedVariants(entry)
        // The page opens with the first variant that can be bought.
        let chosen = variants.first { !$0.isSoldOut } ?? variants[0]

        let record = PageRecord<ProductPage>(frame)
        record[.heading] = frame.text(title)
        record[.foreign] = foreign(words?.language, in: frame)
        record[.id] = frame.text(product.id.text)
        if let brand = product.brand { record[.brand] = frame.text(brand) }
        if let summary = words?.summary { record[.summary] = frame.text(summary) }
        record[.gallery] = gallery(entry, title: title, chosen: chosen)
        record[.price] = priceModel(chosen, product)
        record[.availability] = availability(chosen.band)
        record[.sku] = frame.text(chosen.variant.sku)
        record[.hasOptions] = .flag(variants.count > 1)
        if variants.count > 1 {
            record[.options] = options(product, variants, chosen: chosen, place: place)
            record[.variants] = variantList(product, variants, chosen: chosen, place: place, entry)
        }
        record[.attributes] = attributes(product)
        record[.body] = bodies.html(of: words, product: place)
        let grams = variants.lazy.map { $0.variant.weight ?? 0 }.min() ?? 0
        record[.delivery] = isTooHeavy(grams, forFirstWaysOf: entry.seller) ? deliveryList(entry.seller, grams: grams, in: frame) : sellerSlots(entry.seller).delivery
        record[.returns] = sellerSlots(entry.seller).returns
        record[.seller] = sellerSlots(entry.seller).card
        if let rating = entry.rating, rating.count > 0 {
            record[.rating] = ratingModel(rating, in: frame)
            record[.histogram] = histogram(rating)
        }
        record[.reviews] = reviews(entry)
        record[.hasReviews] = .flag(!entry.reviews.isEmpty || (entry.rating?.count ?? 0) > 0)
        record[.related] = cards(Related.places(of: place, in: market.related))
        record[.sameSeller] = cards(sameSeller(as: place, entry))
        record[.models] = models(entry, place: place, title: title)
        record[.category] = link(categoryName(entry.category), category(entry.category))
        record[.reportURL] = reportURL(title: title, sku: chosen.variant.sku)

        let trail = trail(to: entry.category) + [(title, self.product(place))]
        let content = HeadContent(
            title: self.words.text(.productMetaTitle, ["title": title, "site": marketplace.name]),
            description: words?.description ?? words?.summary
                ?? self.words.text(.productMeta, ["title": title, "seller": seller.seller.name, "price": money(chosen.price.amount)]),
            address: self.product(place),
            openGraphType: "product", openGraphTitle: title,
            picture: entry.cover, pictureText: title, price: chosen.price.amount, availability: chosen.band,
            trail: trail)
        fillHead(record, content, page: page)
        record[head: .jsonLD] = frame.text { json in
            productGraph(entry, place: place, title: title, description: words?.summary ?? content.description, variants, trail: trail, to: json)
        }
        return record.slot
    }

    func pricedVariants(_ entry: Catalog.ProductEntry) -> [PricedVariant] {
        entry.product.variants.indices.compactMap { place in
            let variant = entry.product.variants[place]
            return price(of: variant).map { PricedVariant(place: place, variant: variant, price: $0, band: entry.bands[place]) }
        }
    }

    // MARK: Pictures

    func gallery(_ entry: Catalog.ProductEntry, title: String, chosen: PricedVariant) -> Slot {
        let shown = galleryOrder(entry, chosen: chosen)
        guard !shown.isEmpty else {
            let picture = frame.record(ProductPage.GalleryPicture.self)
            picture[.url] = frame.text(filePath(plan.placeholders[entry.category]))
            picture[.thumb] = picture[.url]
            picture[.width] = frame.text(decimal: Placeholder.size.width)
            picture[.height] = frame.text(decimal: Placeholder.size.height)
            picture[.alt] = frame.text(words.text(.imageMissing, ["title": title]))
            picture[.number] = frame.text("1")
            picture[.first] = .flag(true)
            return frame.list([picture.slot])
        }
        return frame.list(count: shown.count) { number in
            let published = entry.pictures[shown[number]]!
            let alternative = text(entry.product.pictures[shown[number]].alternative)
                ?? (number == 0 ? title : words.text(.imageNumbered, ["title": title, "number": formats.number(Int64(number + 1))]))
            let picture = frame.record(ProductPage.GalleryPicture.self)
            picture[.url] = url(of: published.file)
            picture[.thumb] = url(of: published.thumb)
            picture[.tone] = tone(of: published, in: frame)
            picture[.renditions] = renditions(of: published, in: frame)
            picture[.width] = frame.text(decimal: published.size.width)
            picture[.height] = frame.text(decimal: published.size.height)
            picture[.alt] = frame.text(alternative)
            picture[.number] = frame.text(decimal: number + 1)
            picture[.first] = .flag(number == 0)
            return picture.slot
        }
    }

    /// The chosen variant's pictures, then the others.
    private func galleryOrder(_ entry: Catalog.ProductEntry, chosen: PricedVariant) -> [Int] {
        let usable = entry.pictures.indices.filter { entry.pictures[$0] != nil }
        let own = chosen.variant.pictures
        guard !own.isEmpty, own.count < usable.count else { return usable }
        return usable.filter { own.contains($0) } + usable.filter { !own.contains($0) }
    }

    // MARK: Price and availability

    private func priceModel(_ chosen: PricedVariant, _ product: Product) -> Slot {
        let price = chosen.price
        let model = frame.record(ProductPage.PriceModel.self)
        model[.text] = frame.text(money(price.amount))
        model[.value] = frame.text(price.amount.decimal)
        model[.currency] = frame.text(price.currency.code)
        if let compareAt = price.compareAt, price.isReduced {
            model[.compareAtText] = frame.text(money(compareAt))
            model[.saving] = saving(price, in: frame)
            model[.lowest30Days] = lowest30Days(price, in: frame)
        }
        if let unitPrice = unitPrice(product, price.amount) { model[.unitPrice] = frame.text(unitPrice) }
        model[.taxNote] = frame.text(words.text(market.market.taxInclusive ? .priceTaxIncluded : .priceTaxExcluded))
        if let rates = marketplace.exchangeRates {
            let estimates = marketplace.markets.currencies.filter { $0 != price.currency }.compactMap { rates.estimate(price.amount, in: $0) }
            if !estimates.isEmpty {
                model[.estimates] = frame.list(estimates) { line(words.text(.priceEstimate, ["price": money($0)])) }
                model[.estimatesNote] = frame.text(words.text(.priceEstimatesNote, ["date": formats.date(rates.date, style: .long)]))
            }
        }
        return model.slot
    }

    private func availability(_ band: Availability) -> Slot {
        let model = frame.record(ProductPage.AvailabilityModel.self)
        model[.text] = frame.text(availabilityText(band))
        model[.code] = frame.text(band.code)
        model[.soldOut] = .flag(band == .out)
        model[.itemAvailability] = frame.text(band.schemaOrg)
        return model.slot
    }

    func availabilityText(_ band: Availability) -> String {
        switch band {
        case .inStock: words.text(.availabilityInStock)
        case .low: words.text(.availabilityLow)
        case .out: words.text(.availabilityOut)
        case .backorder: words.text(.availabilityBackorder)
        }
    }

    // MARK: Variants

    func options(_ product: Product, _ variants: [PricedVariant], chosen: PricedVariant, place: Int) -> Slot {
        frame.list(product.options.indices) { axis in
            let key = product.options[axis]
            let model = frame.record(ProductPage.Option.self)
            model[.name] = frame.text(attributeName(key))
            model[.key] = frame.text(key.text)
            model[.swatch] = .flag(catalog.attributes[key]?.kind == .swatch)
            model[.values] = frame.list(optionValues(variants, axis)) { value in
                let target = nearest(variants, to: chosen, axis: axis, value: value)
                let record = frame.record(ProductPage.Option.Value.self)
                record[.label] = frame.text(choiceName(key, value))
                record[.value] = frame.text(value)
                if catalog.attributes[key]?.choice(value)?.hex != nil { record[.hexClass] = frame.text(SellerStyles.swatchClass(key, value)) }
                record[.selected] = .flag(chosen.variant.options[axis] == value)
                record[.unavailable] = .flag(target.isSoldOut)
                record[.url] = variantURL(target.variant, place: place)
                return record.slot
            }
            return model.slot
        }
    }

    private func optionValues(_ variants: [PricedVariant], _ axis: Int) -> [String] {
        variants.reduce(into: []) { values, variant in
            let value = variant.variant.options[axis]
            if !values.contains(value) { values.append(value) }
        }
    }

    /// The variant that has this value and otherwise agrees most with the chosen one.
    private func nearest(_ variants: [PricedVariant], to chosen: PricedVariant, axis: Int, value: String) -> PricedVariant {
        func agreement(_ variant: PricedVariant) -> Int {
            zip(variant.variant.options, chosen.variant.options).count { $0 == $1 } * 2 + (variant.isSoldOut ? 0 : 1)
        }
        let candidates = variants.filter { $0.variant.options[axis] == value }
        return candidates.dropFirst().reduce(candidates[0]) { agreement($1) > agreement($0) ? $1 : $0 }
    }

    func variantList(
        _ product: Product, _ variants: [PricedVariant], chosen: PricedVariant, place: Int, _ entry: Catalog.ProductEntry
    ) -> Slot {
        let values = product.options.indices.map { optionValues(variants, $0) }
        return frame.list(variants) { variant in
            let model = frame.record(ProductPage.VariantModel.self)
            model[.sku] = frame.text(variant.variant.sku)
            model[.label] = frame.text(variantLabel(variant.variant, product))
            model[.choices] = frame.text(zip(values, variant.variant.options).map { "\($0.firstIndex(of: $1)!)" }.joined(separator: " "))
            model[.priceText] = frame.text(money(variant.price.amount))
            model[.price] = frame.text(variant.price.amount.decimal)
            if let compareAt = variant.price.compareAt, variant.price.isReduced {
                model[.compareAtText] = frame.text(money(compareAt))
                model[.saving] = saving(variant.price, in: frame)
                model[.lowest30Days] = lowest30Days(variant.price, in: frame)
            }
            if let unitPrice = unitPrice(product, variant.price.amount) { model[.unitPrice] = frame.text(unitPrice) }
            model[.availability] = frame.text(availabilityText(variant.band))
            model[.code] = frame.text(variant.band.code)
            model[.soldOut] = .flag(variant.isSoldOut)
            model[.anchor] = frame.text { bytes in
                bytes.append("v-" as StaticString)
                bytes.append(decimal: variant.place + 1)
            }
            model[.url] = variantURL(variant.variant, place: place)
            model[.selected] = .flag(variant.place == chosen.place)
            if let picture = variant.variant.pictures.lazy.compactMap({ entry.pictures[$0] }).first, variant.variant.pictures.count < entry.pictures.count {
                model[.image] = url(of: picture.thumb)
            }
            return model.slot
        }
    }

    func variantLabel(_ variant: Variant, _ product: Product) -> String {
        formats.list(zip(product.options, variant.options).map { choiceName($0, $1) })
    }

    /// The page's address with the variant's number, by which the page opens with it.
    private func variantURL(_ variant: Variant, place: Int) -> Slot {
        frame.text { bytes in
            append(product(place), to: bytes)
            bytes.append("?v=" as StaticString)
            appendPathPart(variant.sku, to: bytes)
        }
    }

    // MARK: Attributes

    /// What the product is made of, what it measures, what it can do. The first of each group names the group, unless there is but one.
    private func attributes(_ product: Product) -> Slot {
        let groups = AttributeGroup.allCases.map { group in product.attributes.filter { AttributeGroup(of: $0.value) == group } }
        let areNamed = groups.count { !$0.isEmpty } > 1
        var slots: [Slot] = []
        for (group, attributes) in zip(AttributeGroup.allCases, groups) {
            for (place, attribute) in attributes.enumerated() {
                let model = frame.record(ProductPage.AttributeModel.self)
                model[.name] = frame.text(attributeName(attribute.key))
                model[.value] = frame.text(attributeText(attribute.key, attribute.value))
                if place == 0, areNamed { model[.group] = frame.text(words.text(group.title)) }
                slots.append(model.slot)
            }
        }
        return frame.list(slots)
    }

    /// A mail to the operator that names the product; missing where the operator has no address.
    private func reportURL(title: String, sku: String) -> Slot {
        guard let email = marketplace.organization.email else { return .missing }
        let subject = words.text(.productReportSubject, ["title": "\(title) (\(sku))"])
        return frame.text { bytes in
            bytes.append("mailto:" as StaticString)
            bytes.append(email)
            bytes.append("?subject=" as StaticString)
            appendPathPart(subject, to: bytes)
        }
    }

    func attributeName(_ key: Attribute.Key) -> String {
        catalog.attributes[key].flatMap { text($0.name) } ?? readable(key.text)
    }

    /// A key as a name, for attributes that nobody declared: `display_size` becomes `Display size`.
    private func readable(_ key: String) -> String {
        let text = key.map { $0 == "_" || $0 == "-" ? " " : String($0) }.joined()
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    func attributeText(_ key: Attribute.Key, _ value: AttributeValue) -> String {
        switch value {
        case .text(let text): return choiceName(key, text)
        case .localized(let text): return self.text(text) ?? ""
        case .boolean(let flag): return words.text(flag ? .attributeYes : .attributeNo)
        case .list(let values): return formats.list(values.map { choiceName(key, $0) })
        case .number(let number):
            if let unit = catalog.attributes[key]?.unit, let text = formats.unit(number, unit: unit) { return text }
            return formats.number(decimal: number)
        }
    }

    func choiceName(_ key: Attribute.Key, _ value: String) -> String {
        catalog.attributes[key]?.choice(value).flatMap { text($0.name) } ?? value
    }

    // MARK: Seller

    func makeSellerSlots(_ place: Int, in frame: Frame) -> SellerSlots {
        let entry = catalog.sellers[place]
        let card = frame.record(ProductPage.SellerCard.self)
        card[.name] = frame.text(entry.seller.name)
        card[.url] = frame.text { append(seller(place), to: $0) }
        card[.country] = frame.text(formats.regionName(entry.seller.country))
        if let rating = entry.rating, rating.count > 0 { card[.rating] = ratingModel(rating, in: frame) }
        if let logo = entry.logo { card[.logo] = frame.text(filePath(logo)) }
        if let tagline = text(entry.seller.tagline) { card[.tagline] = frame.text(tagline) }
        return SellerSlots(card: card.slot, delivery: deliveryList(place, in: frame), returns: frame.text(returnsText(entry.seller)))
    }

    private func deliveryList(_ place: Int, grams: Int = 0, in frame: Frame) -> Slot {
        frame.list(deliveryLines(place, grams: grams)) { text in
            let record = frame.record(TextLine.self)
            record[.text] = frame.text(text)
            return record.slot
        }
    }

    private func sameSeller(as place: Int, _ entry: Catalog.ProductEntry) -> [Int32] {
        let related = Related.places(of: place, in: market.related)
        var chosen: [Int32] = []
        for other in market.neighbours(of: place, ofSeller: entry.seller) where other != place && !related.contains(Int32(other)) {
            chosen.append(Int32(other))
            if chosen.count == ProductPage.sameSellerCount { break }
        }
        return chosen
    }

    // MARK: Reviews

    func histogram(_ rating: Rating) -> Slot {
        let percentages = rating.percentages
        return frame.list((1...5).reversed()) { stars in
            let count = rating.counts[stars - 1]
            let percent = Int(percentages[stars - 1])
            let bar = frame.record(ProductPage.Bar.self)
            bar[.stars] = frame.text(words.text(.ratingStars, count: stars, in: formats))
            bar[.count] = frame.text(formats.number(count))
            bar[.percent] = frame.text(formats.percent(percent))
            bar[.class] = frame.text { bytes in
                bytes.append("w" as StaticString)
                // A bar that stands for somebody is never empty.
                bytes.append(decimal: max((percent + 2) / 5 * 5, count > 0 ? 5 : 0))
            }
            return bar.slot
        }
    }

    /// Those in the edition's language first, then the newest.
    func shownReviews(_ entry: Catalog.ProductEntry) -> ArraySlice<Review> {
        let own = edition.edition.language
        return entry.reviews.sorted { a, b in
            if (a.language == own) != (b.language == own) { return a.language == own }
            return (b.date, a.id) < (a.date, b.id)
        }.prefix(ProductPage.maximumReviews)
    }

    func reviews(_ entry: Catalog.ProductEntry) -> Slot {
        frame.list(shownReviews(entry)) { review in
            let model = frame.record(ProductPage.ReviewModel.self)
            model[.author] = frame.text(review.author)
            model[.rating] = frame.text(decimal: review.rating)
            model[.class] = frame.text { bytes in
                bytes.append("s" as StaticString)
                bytes.append(decimal: review.rating * 2)
            }
            if let title = review.title { model[.title] = frame.text(title) }
            model[.body] = frame.text(review.body)
            model[.date] = frame.text(formats.date(review.date, style: .long))
            model[.dateTime] = frame.text(review.date.description)
            model[.verified] = .flag(review.isVerified)
            model[.language] = frame.text(review.language.tag)
            if let reply = review.reply {
                let answer = frame.record(ProductPage.ReviewModel.Reply.self)
                answer[.body] = frame.text(reply.body)
                answer[.date] = frame.text(formats.date(reply.date, style: .long))
                model[.reply] = answer.slot
            }
            return model.slot
        }
    }

    private func models(_ entry: Catalog.ProductEntry, place: Int, title: String) -> Slot {
        let files = entry.models
        guard !files.isEmpty else { return .missing }
        let record = frame.record(ProductPage.ModelFiles.self)
        record[.poster] = entry.cover.map { url(of: $0.thumb) } ?? frame.text(filePath(plan.placeholders[entry.category]))
        if let gltf = files.gltf {
            record[.gltf] = url(of: gltf)
            record[.sceneViewer] = frame.text { sceneViewer(gltf, place: place, title: title, to: $0) }
        }
        if let usdz = files.usdz { record[.usdz] = url(of: usdz) }
        return record.slot
    }
}

extension Composer {
    /// The intent by which Android opens a model in Scene Viewer, or the model's own address where there is no such program.
    private func sceneViewer(_ model: PublishedFile, place: Int, title: String, to bytes: Bytes) {
        let address = marketplace.origin + filePath(model)
        bytes.append("intent://arvr.google.com/scene-viewer/1.0?mode=ar_preferred&file=" as StaticString)
        appendPathPart(address, to: bytes)
        bytes.append("&title=" as StaticString)
        appendPathPart(title, to: bytes)
        bytes.append("&link=" as StaticString)
        appendPathPart(absolute(product(place)), to: bytes)
        bytes.append(
            "#Intent;scheme=https;package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;S.browser_fallback_url="
                as StaticString)
        appendPathPart(address, to: bytes)
        bytes.append(";end;" as StaticString)
    }
}

/// Under which heading an attribute stands: by what kind of value it has.
private enum AttributeGroup: CaseIterable {
    case make, measures, features

    init(of value: AttributeValue) {
        switch value {
        case .text, .localized, .list: self = .make
        case .number: self = .measures
        case .boolean: self = .features
        }
    }

    var title: Word {
        switch self {
        case .make: .productMake
        case .measures: .productMeasures
        case .features: .productFeatures
        }
    }
}

/// What product pages say of their seller, the same on each of them.
struct SellerSlots {
    let card: Slot
    let delivery: Slot
    let returns: Slot
}
