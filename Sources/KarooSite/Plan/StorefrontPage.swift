// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// One page of a seller's products, with who the seller is.
enum StorefrontPage: Int, Fields {
    case heading, seller, categories, countText, scope, lead, products, pagination

    var shape: Shape {
        switch self {
        case .heading, .countText, .scope: .text
        case .seller: .record(SellerModel.schema)
        case .categories: .list(of: CountedLink.self)
        case .lead, .products: .list(of: Card.self)
        case .pagination: .record(Pagination.schema)
        }
    }

    static let schema = Head.schema(and: Self.self)
}

enum SellerModel: Int, Fields {
    case name, tagline, foreignTagline, about, foreignAbout, country, region, place, since, logo, accentClass, rating, legal, shipping, returns

    enum Legal: Int, Fields {
        case term, value, lines

        enum Line: Int, Fields {
            case line

            var shape: Shape { .text }
            static let schema = Schema(of: Self.self)
        }

        var shape: Shape { self == .lines ? .list(of: Line.self) : .text }
        static let schema = Schema(of: Self.self)
    }

    var shape: Shape {
        switch self {
        case .about: .html
        case .foreignTagline, .foreignAbout: .record(Foreign.schema)
        case .rating: .record(RatingModel.schema)
        case .legal: .list(of: Legal.self)
        case .shipping: .list(of: TextLine.self)
        default: .text
        }
    }

    static let schema = Schema(of: Self.self)
}

enum TextLine: Int, Fields {
    case text

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

extension Composer {
    func storefrontPage(_ page: PlannedPage) -> Slot {
        let place = Int(page.subject)
        let number = Int(page.number)
        let entry = catalog.sellers[place]
        let seller = entry.seller
        let products = market.bySeller[place]
        let shown = SitePlan.slice(products, page: number)
        let heading = number == 1
            ? seller.name : words.text(.listingPageTitle, ["name": seller.name, "page": formats.number(Int64(number))])

        let record = PageRecord<StorefrontPage>(frame)
        record[.heading] = frame.text(heading)
        record[.seller] = sellerModel(place)
        record[.categories] = frame.list(categoryCounts(of: products)) { countedLink(categoryName($0.category), category($0.category), count: $0.count) }
        record[.countText] = frame.text(words.text(.listingCount, count: products.count, in: formats))
        if searchRoot != nil { record[.scope] = frame.text("seller:\(seller.id)") }
        record[.lead] = cards(shown.prefix(Composer.leadCount))
        record[.products] = cards(shown.dropFirst(Composer.leadCount))
        record[.pagination] = pagination(current: number, of: SitePlan.pageCount(products.count)) { self.seller(place, page: $0) }

        var trail = [(name: seller.name, address: self.seller(place))]
        if number > 1 { trail.append((heading, self.seller(place, page: number))) }
        let country = formats.regionName(seller.country)
        let content = HeadContent(
            title: titled(heading),
            description: text(seller.tagline) ?? words.text(.sellerMeta, ["name": seller.name, "country": country]),
            address: self.seller(place, page: number),
            openGraphTitle: heading,
            picture: shown.lazy.compactMap { self.catalog.products[Int($0)].cover }.first,
            trail: trail)
        fillHead(record, content, page: page)
        record[head: .jsonLD] = frame.text { json in
            storefront(entry, address: self.seller(place, page: number), heading: heading, shown, trail: trail, to: json)
        }
        return record.slot
    }

    /// The categories in which the seller's products stand, with how many of its products each has, in tree order.
    private func categoryCounts(of products: [Int32]) -> [(category: Int, count: Int)] {
        var counts: [Int: Int] = [:]
        for product in products { counts[catalog.products[Int(product)].category, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { (category: $0.key, count: $0.value) }
    }

    func sellerModel(_ number: Int) -> Slot {
        let entry = catalog.sellers[number]
        let seller = entry.seller
        let model = frame.record(SellerModel.self)
        model[.name] = frame.text(seller.name)
        if let tagline = text(seller.tagline) { model[.tagline] = frame.text(tagline) }
        model[.about] = frame.text { Markdown.render(text(seller.about) ?? "", by: .seller, into: $0) }
        model[.foreignTagline] = foreign(seller.tagline.language(in: chain), in: frame)
        model[.foreignAbout] = foreign(seller.about.language(in: chain), in: frame)
        model[.country] = frame.text(formats.regionName(seller.country))
        if let region = seller.region { model[.region] = frame.text(region) }
        model[.place] = frame.text(place(of: seller))
        if let since = seller.since { model[.since] = frame.text(words.text(.sellerSince, ["year": formats.digits(since)])) }
        if let logo = entry.logo { model[.logo] = url(of: logo) }
        if seller.accent != nil { model[.accentClass] = frame.text("accent-\(seller.id)") }
        if let rating = entry.rating, rating.count > 0 { model[.rating] = ratingModel(rating, in: frame) }
        model[.legal] = legal(seller)
        model[.shipping] = frame.list(deliveryLines(number)) { line($0) }
        model[.returns] = frame.text(returnsText(seller))
        return model.slot
    }

    /// The region, where it is told, and the country.
    private func place(of seller: Seller) -> String {
        let country = formats.regionName(seller.country)
        return seller.region.map { words.text(.sellerPlace, ["region": $0, "country": country]) } ?? country
    }

    func line(_ text: String) -> Slot {
        let record = frame.record(TextLine.self)
        record[.text] = frame.text(text)
        return record.slot
    }

    private func legal(_ seller: Seller) -> Slot {
        let trader = seller.trader
        var entries: [(Word, String?, [String])] = []
        entries.append((.legalName, trader.name, []))
        entries.append((.legalAddress, nil, trader.seat.lines + (trader.seat.lines.isEmpty ? [] : [formats.regionName(seller.country)])))
        entries.append((.legalEmail, trader.email, []))
        entries.append((.legalPhone, trader.phone, []))
        entries.append((.legalVatID, trader.vatID, []))
        entries.append((.legalRegister, trader.register, []))
        return frame.list(entries.filter { $0.1 != nil || !$0.2.isEmpty }) { word, value, lines in
            let record = frame.record(SellerModel.Legal.self)
            record[.term] = frame.text(words.text(word))
            if let value { record[.value] = frame.text(value) }
            record[.lines] = frame.list(lines) { line in
                let record = frame.record(SellerModel.Legal.Line.self)
                record[.line] = frame.text(line)
                return record.slot
            }
            return record.slot
        }
    }

    func returnsText(_ seller: Seller) -> String {
        guard seller.returns.days > 0 else { return words.text(.returnsNone) }
        return words.text(.returnsSentence, [
            "days": words.text(.returnsDays, count: seller.returns.days, in: formats),
            "payer": words.text(seller.returns.isFree ? .returnsFree : .returnsBuyerPays),
        ])
    }
}
