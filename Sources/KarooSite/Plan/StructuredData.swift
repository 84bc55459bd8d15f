// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Writes JSON piece by piece into bytes that may stand inside a script element.
struct JSONPen {
    let bytes: Bytes
    private var needsComma = false

    init(_ bytes: Bytes) { self.bytes = bytes }

    mutating func object(_ body: (inout JSONPen) -> Void) { enclose("{" as StaticString, "}" as StaticString, body) }

    mutating func array(_ body: (inout JSONPen) -> Void) { enclose("[" as StaticString, "]" as StaticString, body) }

    private mutating func enclose(_ open: StaticString, _ close: StaticString, _ body: (inout JSONPen) -> Void) {
        comma()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    mutating func name(text name: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscapingJSON(name)
        bytes.append("\":" as StaticString)
        needsComma = false
    }

    mutating func name(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append("\":" as StaticString)
        needsComma = false
    }

    mutating func text(_ text: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscapingJSON(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text whose bytes are added by the body and need no escaping, as addresses.
    mutating func plainText(_ body: (Bytes) -> Void) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        body(bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ number: Int) {
        comma()
        bytes.append(decimal: number)
    }

    mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        self.text(text)
    }

    mutating func member(_ name: StaticString, _ number: Int) {
        self.name(name)
        self.number(number)
    }

    mutating func member(_ name: StaticString, plain body: (Bytes) -> Void) {
        self.name(name)
        plainText(body)
    }

    /// An interface word as a text, or its plural forms as an object.
    mutating func member(named name: String, _ message: Message) {
        self.name(text: name)
        let patterns = message.patterns
        if patterns.first?.category == nil {
            text(patterns.first?.text ?? "")
        } else {
            object { json in
                for pattern in patterns {
                    json.name(text: pattern.category ?? "")
                    json.text(pattern.text)
                }
            }
        }
    }

    mutating func type(_ type: StaticString) {
        name("@type")
        plainText { $0.append(type) }
    }
}

/// What pages say to machines in the words of https://schema.org: the same values that they show to people.
extension Composer {
    private func graph(to bytes: Bytes, _ body: (inout JSONPen) -> Void) {
        var pen = JSONPen(bytes)
        pen.object { pen in
            pen.member("@context", plain: { $0.append("https://schema.org" as StaticString) })
            pen.name("@graph")
            pen.array(body)
        }
    }

    // MARK: Products

    func productGraph(
        _ entry: Catalog.ProductEntry, place: Int, title: String, description: String, _ variants: [PricedVariant],
        trail: [(name: String, address: Address)], to bytes: Bytes
    ) {
        graph(to: bytes) { pen in
            if variants.count == 1 {
                product(entry, variants[0], place: place, title: title, description: description, to: &pen)
            } else {
                productGroup(entry, variants, place: place, title: title, description: description, to: &pen)
            }
            breadcrumbs(trail, to: &pen)
        }
    }

    private func product(
        _ entry: Catalog.ProductEntry, _ variant: PricedVariant, place: Int, title: String, description: String, to pen: inout JSONPen
    ) {
        pen.object { pen in
            pen.type("Product")
            common(entry, place: place, title: title, description: description, to: &pen)
            pen.member("sku", variant.variant.sku)
            if let gtin = variant.variant.gtin { pen.member("gtin", gtin) }
            pen.name("offers")
            offer(variant, entry, place: place, withQuery: false, to: &pen)
        }
    }

    private func productGroup(
        _ entry: Catalog.ProductEntry, _ variants: [PricedVariant], place: Int, title: String, description: String, to pen: inout JSONPen
    ) {
        pen.object { pen in
            pen.type("ProductGroup")
            common(entry, place: place, title: title, description: description, to: &pen)
            pen.member("productGroupID", entry.product.id.text)
            pen.name("variesBy")
            pen.array { pen in
                for option in entry.product.options { pen.text(variesBy(option)) }
            }
            pen.name("hasVariant")
            pen.array { pen in
                for variant in variants { self.variant(variant, entry, place: place, title: title, to: &pen) }
            }
        }
    }

    private func variant(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, place: Int, title: String, to pen: inout JSONPen) {
        pen.object { pen in
            pen.type("Product")
            pen.member("@id", plain: { bytes in
                variantAddress(variant, place: place, to: bytes)
                bytes.append("#product" as StaticString)
            })
            pen.member("name", "\(title), \(variantLabel(variant.variant, entry.product))")
            pen.member("sku", variant.variant.sku)
            if let gtin = variant.variant.gtin { pen.member("gtin", gtin) }
            for (option, value) in zip(entry.product.options, variant.variant.options) {
                switch variesBy(option) {
                case "https://schema.org/color": pen.member("color", choiceName(option, value))
                case "https://schema.org/size": pen.member("size", choiceName(option, value))
                case "https://schema.org/material": pen.member("material", choiceName(option, value))
                case "https://schema.org/pattern": pen.member("pattern", choiceName(option, value))
                default: continue
                }
            }
            pen.member("image", plain: { bytes in
                if let picture = entry.told(of: variant.variant) { appendAbsolute(picture, to: bytes) } else { appendPlaceholder(of: entry, to: bytes) }
            })
            pen.name("offers")
            offer(variant, entry, place: place, withQuery: true, to: &pen)
        }
    }

    private func variantAddress(_ variant: PricedVariant, place: Int, to bytes: Bytes) {
        absolute(self.product(place), to: bytes)
        bytes.append("?v=" as StaticString)
        appendPathPart(variant.variant.sku, to: bytes)
    }

    /// The property of schema.org for an option, else the option's own name.
    private func variesBy(_ option: Attribute.Key) -> String {
        switch option.text.lowercased() {
        case "colour", "color": "https://schema.org/color"
        case "size": "https://schema.org/size"
        case "material": "https://schema.org/material"
        case "pattern": "https://schema.org/pattern"
        default: attributeName(option)
        }
    }

    private func common(_ entry: Catalog.ProductEntry, place: Int, title: String, description: String, to pen: inout JSONPen) {
        let product = entry.product
        pen.member("@id", plain: { bytes in
            absolute(self.product(place), to: bytes)
            bytes.append("#product" as StaticString)
        })
        pen.member("name", title)
        pen.member("description", description)
        pen.member("url", plain: { absolute(self.product(place), to: $0) })
        pen.name("image")
        pen.array { pen in
            for picture in entry.told { pen.plainText { appendAbsolute(picture, to: $0) } }
            if entry.cover == nil { pen.plainText { appendPlaceholder(of: entry, to: $0) } }
        }
        if let brand = product.brand {
            pen.name("brand")
            pen.object { pen in
                pen.type("Brand")
                pen.member("name", brand)
            }
        }
        if !entry.models.isEmpty { models(entry.models, to: &pen) }
        if let mpn = product.mpn { pen.member("mpn", mpn) }
        pen.member("category", categoryName(entry.category))
        if let rating = entry.rating, rating.count > 0 { self.rating(rating, to: &pen) }
        reviews(entry, to: &pen)
    }

    private func models(_ files: Catalog.PublishedModels, to pen: inout JSONPen) {
        pen.name("subjectOf")
        pen.object { pen in
            pen.type("3DModel")
            pen.name("encoding")
            pen.array { pen in
                for file in [files.gltf, files.usdz] {
                    guard let file, let type = ModelFile.type(of: file) else { continue }
                    pen.object { pen in
                        pen.type("MediaObject")
                        pen.member("contentUrl", plain: { bytes in
                            bytes.append(marketplace.origin)
                            append(file, to: bytes)
                        })
                        pen.member("encodingFormat", plain: { $0.append(type) })
                    }
                }
            }
        }
    }

    private func rating(_ rating: Rating, to pen: inout JSONPen) {
        pen.name("aggregateRating")
        pen.object { pen in
            pen.type("AggregateRating")
            pen.member("ratingValue", rating.meanDecimal ?? "0")
            pen.member("ratingCount", Int(rating.count))
            pen.member("bestRating", 5)
        }
    }

    private func reviews(_ entry: Catalog.ProductEntry, to pen: inout JSONPen) {
        let shown = shownReviews(entry)
        guard !shown.isEmpty else { return }
        pen.name("review")
        pen.array { pen in
            for review in shown {
                pen.object { pen in
                    pen.type("Review")
                    pen.name("author")
                    pen.object { pen in
                        pen.type("Person")
                        pen.member("name", review.author)
                    }
                    pen.member("datePublished", review.date.description)
                    if let title = review.title { pen.member("name", title) }
                    pen.member("reviewBody", review.body)
                    pen.name("reviewRating")
                    pen.object { pen in
                        pen.type("Rating")
                        pen.member("ratingValue", review.rating)
                    }
                }
            }
        }
    }

    private func offer(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, place: Int, withQuery: Bool, to pen: inout JSONPen) {
        let seller = catalog.sellers[entry.seller].seller
        pen.object { pen in
            pen.type("Offer")
            pen.member("url", plain: { bytes in
                if withQuery { variantAddress(variant, place: place, to: bytes) } else { absolute(self.product(place), to: bytes) }
            })
            pen.member("price", variant.price.amount.decimal)
            pen.member("priceCurrency", variant.price.currency.code)
            if let until = reductionEnd(variant.variant) { pen.member("priceValidUntil", until) }
            pen.member("availability", plain: { $0.append(variant.band.schemaOrg) })
            pen.member("itemCondition", plain: { $0.append(condition(entry.product.condition)) })
            pen.name("seller")
            pen.object { pen in
                pen.type("Organization")
                identify(self.seller(entry.seller), "#store", to: &pen)
                pen.member("name", seller.name)
                pen.member("url", plain: { absolute(self.seller(entry.seller), to: $0) })
            }
            shipping(entry.seller, seller, variant, to: &pen)
            returnPolicy(seller, to: &pen)
        }
    }

    /// The day on which the price in force ends, when it is one of a sale.
    private func reductionEnd(_ variant: Variant) -> String? {
        guard !variant.sales.isEmpty, let schedule = variant.schedule(in: market.market) else { return nil }
        let current = schedule.windows.filter { $0.contains(plan.instant) }.compactMap(\.until).min()
        return current?.adding(milliseconds: -1).dayInUTC?.description
    }

    private func condition(_ condition: Product.Condition) -> StaticString {
        switch condition {
        case .new: "https://schema.org/NewCondition"
        case .refurbished: "https://schema.org/RefurbishedCondition"
        case .used: "https://schema.org/UsedCondition"
        }
    }

    /// What it costs to have the offer alone delivered; once for countries that are delivered to alike.
    private func shipping(_ place: Int, _ seller: Seller, _ variant: PricedVariant, to pen: inout JSONPen) {
        let grams = variant.variant.weight ?? 0
        let deliveries = deliveries(ofSeller: place)
        guard deliveries.contains(where: { $0.way(grams: grams) != nil }) else { return }
        pen.name("shippingDetails")
        guard deliveries.count > 1 else {
            shipping(deliveries[0], grams, seller, of: variant.price.amount, to: &pen)
            return
        }
        pen.array { pen in
            for delivery in deliveries { shipping(delivery, grams, seller, of: variant.price.amount, to: &pen) }
        }
    }

    private func shipping(_ delivery: Delivery, _ grams: Int, _ seller: Seller, of value: Money, to pen: inout JSONPen) {
        guard let way = delivery.way(grams: grams), let price = way.price(grams: Int64(grams), value: value) else { return }
        pen.object { pen in
            pen.type("OfferShippingDetails")
            pen.name("shippingRate")
            pen.object { pen in
                pen.type("MonetaryAmount")
                pen.member("value", price.decimal)
                pen.member("currency", price.currency.code)
            }
            pen.name("shippingDestination")
            pen.object { pen in
                pen.type("DefinedRegion")
                pen.name("addressCountry")
                pen.array { pen in for country in delivery.countries { pen.text(country) } }
            }
            pen.name("deliveryTime")
            pen.object { pen in
                pen.type("ShippingDeliveryTime")
                days("handlingTime", seller.handlingDays, to: &pen)
                days("transitTime", way.days, to: &pen)
            }
        }
    }

    private func days(_ name: StaticString, _ range: ClosedRange<Int>, to pen: inout JSONPen) {
        pen.name(name)
        pen.object { pen in
            pen.type("QuantitativeValue")
            pen.member("minValue", range.lowerBound)
            pen.member("maxValue", range.upperBound)
            pen.member("unitCode", plain: { $0.append("DAY" as StaticString) })
        }
    }

    private func returnPolicy(_ seller: Seller, to pen: inout JSONPen) {
        pen.name("hasMerchantReturnPolicy")
        pen.object { pen in
            pen.type("MerchantReturnPolicy")
            pen.name("applicableCountry")
            pen.array { pen in for country in market.market.countries { pen.text(country) } }
            guard seller.returns.days > 0 else {
                pen.member("returnPolicyCategory", plain: { $0.append("https://schema.org/MerchantReturnNotPermitted" as StaticString) })
                return
            }
            pen.member("returnPolicyCategory", plain: { $0.append("https://schema.org/MerchantReturnFiniteReturnWindow" as StaticString) })
            pen.member("merchantReturnDays", seller.returns.days)
            pen.member("returnMethod", plain: { $0.append("https://schema.org/ReturnByMail" as StaticString) })
            pen.member("returnFees", plain: {
                $0.append(seller.returns.isFree ? "https://schema.org/FreeReturn" as StaticString : "https://schema.org/ReturnFeesCustomerResponsibility")
            })
        }
    }

    private func appendAbsolute(_ file: PublishedFile, to bytes: Bytes) {
        bytes.append(marketplace.origin)
        append(file, to: bytes)
    }

    private func appendPlaceholder(of entry: Catalog.ProductEntry, to bytes: Bytes) {
        bytes.append(marketplace.origin)
        bytes.append(filePath(plan.placeholders[entry.category]))
    }

    /// The name by which other things of the same kind of page, and other pages, may speak of this one; always the same.
    private func identify(_ address: Address, _ fragment: StaticString, to pen: inout JSONPen) {
        pen.member("@id", plain: { bytes in
            absolute(address, to: bytes)
            bytes.append(fragment)
        })
    }

    // MARK: Lists and organizations

    /// A page of a category: the products on it by address, and the way to it.
    func listing(name: String, address: Address, _ products: ArraySlice<Int32>, trail: [(name: String, address: Address)], to bytes: Bytes) {
        graph(to: bytes) { pen in
            pen.object { pen in
                pen.type("CollectionPage")
                identify(address, "#page", to: &pen)
                pen.member("name", name)
                pen.member("url", plain: { absolute(address, to: $0) })
                pen.name("mainEntity")
                itemList(products, on: address, to: &pen)
            }
            breadcrumbs(trail, to: &pen)
        }
    }

    func storefront(
        _ entry: Catalog.SellerEntry, address: Address, heading: String, _ products: ArraySlice<Int32>,
        trail: [(name: String, address: Address)], to bytes: Bytes
    ) {
        let seller = entry.seller
        graph(to: bytes) { pen in
            pen.object { pen in
                pen.type("OnlineStore")
                identify(trail[0].address, "#store", to: &pen)
                pen.member("name", seller.name)
                pen.member("url", plain: { absolute(trail[0].address, to: $0) })
                if let logo = entry.logoRaster { pen.member("logo", plain: { appendAbsolute(logo, to: $0) }) }
                if let name = seller.trader.name { pen.member("legalName", name) }
                if let vatID = seller.trader.vatID { pen.member("vatID", vatID) }
                postalAddress(seller.trader.seat, country: seller.country, to: &pen)
                if let rating = entry.rating, rating.count > 0 { self.rating(rating, to: &pen) }
                returnPolicy(seller, to: &pen)
            }
            itemList(products, on: address, to: &pen)
            breadcrumbs(trail, to: &pen)
        }
    }

    /// Where only lines are known, nobody can say which of them is the town.
    private func postalAddress(_ address: BusinessAddress, country: String?, to pen: inout JSONPen) {
        guard !address.lines.isEmpty else { return }
        pen.name("address")
        pen.object { pen in
            pen.type("PostalAddress")
            if let parts = address.parts {
                if !parts.street.isEmpty { pen.member("streetAddress", parts.street.joined(separator: ", ")) }
                if let postalCode = parts.postalCode { pen.member("postalCode", postalCode) }
                pen.member("addressLocality", parts.city)
                if let region = parts.region { pen.member("addressRegion", region) }
            } else {
                pen.member("streetAddress", address.lines.joined(separator: ", "))
            }
            if let country { pen.member("addressCountry", country) }
        }
    }

    private func itemList(_ products: ArraySlice<Int32>, on address: Address, to pen: inout JSONPen) {
        pen.object { pen in
            pen.type("ItemList")
            identify(address, "#products", to: &pen)
            pen.member("numberOfItems", products.count)
            pen.name("itemListElement")
            pen.array { pen in
                for (position, place) in products.enumerated() {
                    pen.object { pen in
                        pen.type("ListItem")
                        pen.member("position", position + 1)
                        pen.member("url", plain: { absolute(product(Int(place)), to: $0) })
                    }
                }
            }
        }
    }

    /// Who runs the marketplace, and the site itself.
    func organization(to bytes: Bytes) {
        let organization = marketplace.organization
        graph(to: bytes) { pen in
            pen.object { pen in
                pen.type("Organization")
                pen.member("@id", plain: { appendOrganization(to: $0) })
                pen.member("name", marketplace.name)
                pen.member("url", plain: { bytes in
                    bytes.append(marketplace.origin)
                    bytes.append(marketplace.basePath)
                    bytes.append(UInt8(ascii: "/"))
                })
                if let emblem {
                    pen.member("logo", plain: { bytes in
                        bytes.append(marketplace.origin)
                        bytes.append(filePath(emblem))
                    })
                }
                if let legalName = organization.legalName { pen.member("legalName", legalName) }
                if let vatID = organization.vatID { pen.member("vatID", vatID) }
                postalAddress(organization.seat, country: organization.country, to: &pen)
                if let email = organization.email { pen.member("email", email) }
                if let phone = organization.phone { pen.member("telephone", phone) }
                contactPoint(organization, to: &pen)
                returnTerms(to: &pen)
                if !organization.sameAs.isEmpty {
                    pen.name("sameAs")
                    pen.array { pen in for address in organization.sameAs { pen.text(address) } }
                }
            }
            pen.object { pen in
                pen.type("WebSite")
                identify(.home, "#website", to: &pen)
                pen.member("name", marketplace.name)
                pen.member("url", plain: { absolute(.home, to: $0) })
                pen.member("inLanguage", edition.edition.tag)
                pen.name("publisher")
                pen.object { $0.member("@id", plain: { appendOrganization(to: $0) }) }
            }
        }
    }

    private func appendOrganization(to bytes: Bytes) {
        bytes.append(marketplace.origin)
        bytes.append(marketplace.basePath)
        bytes.append("/#organization" as StaticString)
    }

    private func contactPoint(_ organization: Marketplace.Organization, to pen: inout JSONPen) {
        guard organization.email != nil || organization.phone != nil else { return }
        pen.name("contactPoint")
        pen.object { pen in
            pen.type("ContactPoint")
            pen.member("contactType", plain: { $0.append("customer service" as StaticString) })
            if let email = organization.email { pen.member("email", email) }
            if let phone = organization.phone { pen.member("telephone", phone) }
            pen.name("availableLanguage")
            pen.array { pen in for language in marketplace.languages.all { pen.text(language.tag) } }
        }
    }

    /// Every seller has terms of its own; what they have in common stands on a page of the operator's.
    private func returnTerms(to pen: inout JSONPen) {
        guard plan.contentPage(slug: ContentPage.returns, in: edition) != nil else { return }
        pen.name("hasMerchantReturnPolicy")
        pen.object { pen in
            pen.type("MerchantReturnPolicy")
            pen.name("applicableCountry")
            pen.array { pen in for country in market.market.countries { pen.text(country) } }
            pen.member("merchantReturnLink", plain: { absolute(.plain(ContentPage.returns), to: $0) })
        }
    }

    /// A text with what is asked and answered in it; without questions only the way to it.
    func questionsGraph(_ questions: [Markdown.Question], trail: [(name: String, address: Address)], to bytes: Bytes) {
        graph(to: bytes) { pen in
            if !questions.isEmpty {
                pen.object { pen in
                    pen.type("FAQPage")
                    if let last = trail.last { identify(last.address, "#questions", to: &pen) }
                    pen.name("mainEntity")
                    pen.array { pen in
                        for question in questions {
                            pen.object { pen in
                                pen.type("Question")
                                pen.member("name", question.text)
                                pen.name("acceptedAnswer")
                                pen.object { pen in
                                    pen.type("Answer")
                                    pen.member("text", question.answer)
                                }
                            }
                        }
                    }
                }
            }
            breadcrumbs(trail, to: &pen)
        }
    }

    func breadcrumbsGraph(_ trail: [(name: String, address: Address)], to bytes: Bytes) {
        graph(to: bytes) { breadcrumbs(trail, to: &$0) }
    }

    private func breadcrumbs(_ trail: [(name: String, address: Address)], to pen: inout JSONPen) {
        pen.object { pen in
            pen.type("BreadcrumbList")
            if let last = trail.last { identify(last.address, "#breadcrumbs", to: &pen) }
            pen.name("itemListElement")
            pen.array { pen in
                crumb(1, words.text(.breadcrumbHome), .home, to: &pen)
                for (position, crumb) in trail.enumerated() { self.crumb(position + 2, crumb.name, crumb.address, to: &pen) }
            }
        }
    }

    private func crumb(_ position: Int, _ name: String, _ address: Address, to pen: inout JSONPen) {
        pen.object { pen in
            pen.type("ListItem")
            pen.member("position", position)
            pen.member("name", name)
            pen.member("item", plain: { absolute(address, to: $0) })
        }
    }
}
