// KarooExpress – Apache-2.0

import KarooCommerce

/// The words that the build itself puts together, by their place in `Locales/<lang>.yaml`.
enum Word: String, CaseIterable, Sendable {
    case priceFrom = "price.from"
    case priceTaxIncluded = "price.taxIncluded"
    case priceTaxExcluded = "price.taxExcluded"
    case priceEstimate = "price.estimate"
    case priceEstimatesNote = "price.estimatesNote"
    case priceLowest30Days = "price.lowest30Days"
    case priceUnit = "price.unit"
    case priceSaving = "price.saving"
    case availabilityInStock = "availability.inStock"
    case availabilityLow = "availability.low"
    case availabilityOut = "availability.out"
    case availabilityBackorder = "availability.backorder"
    case facetCategory = "facet.category"
    case facetBrand = "facet.brand"
    case facetSeller = "facet.seller"
    case facetLocation = "facet.location"
    case listingCount = "listing.count"
    case listingPage = "listing.page"
    case listingPageTitle = "listing.pageTitle"
    case listingColours = "listing.colours"
    case ratingOutOf = "rating.outOf"
    case ratingCount = "rating.count"
    case ratingStars = "rating.stars"
    case deliveryDays = "delivery.days"
    case deliveryCost = "delivery.cost"
    case deliveryCostFrom = "delivery.costFrom"
    case deliveryFree = "delivery.free"
    case deliveryFreeFrom = "delivery.freeFrom"
    case deliveryElsewhere = "delivery.elsewhere"
    case deliveryPickUp = "delivery.pickUp"
    case deliveryTo = "delivery.to"
    case returnsDays = "returns.days"
    case returnsSentence = "returns.sentence"
    case returnsFree = "returns.free"
    case returnsBuyerPays = "returns.buyerPays"
    case returnsNone = "returns.none"
    case sellerSince = "seller.since"
    case sellerFrom = "seller.from"
    case sellerPlace = "seller.place"
    case sellerMeta = "seller.meta"
    case attributeYes = "attribute.yes"
    case attributeNo = "attribute.no"
    case legalName = "legal.name"
    case legalAddress = "legal.address"
    case legalEmail = "legal.email"
    case legalPhone = "legal.phone"
    case legalVatID = "legal.vatID"
    case legalRegister = "legal.register"
    case homeTitle = "home.title"
    case homeNew = "home.new"
    case homeSale = "home.sale"
    case homeFeatured = "home.featured"
    case homeHeroAction = "home.heroAction"
    case productMetaTitle = "product.metaTitle"
    case productMeta = "product.meta"
    case categoryMeta = "category.meta"
    case pageTitleWithSite = "pageTitle.withSite"
    case breadcrumbHome = "breadcrumb.home"
    case sitemapTitle = "sitemap.title"
    case sitemapMeta = "sitemap.meta"
    case searchTitle = "search.title"
    case searchMeta = "search.meta"
    case cartTitle = "cart.title"
    case cartMeta = "cart.meta"
    case checkoutTitle = "checkout.title"
    case checkoutMeta = "checkout.meta"
    case orderTitle = "order.title"
    case orderMeta = "order.meta"
    case accountTitle = "account.title"
    case accountMeta = "account.meta"
    case accountLogIn = "account.logIn"
    case accountLogInMeta = "account.logInMeta"
    case accountRegister = "account.register"
    case accountRegisterMeta = "account.registerMeta"
    case accountConfirm = "account.confirm"
    case accountReset = "account.reset"
    case accountOrders = "account.orders"
    case accountAddresses = "account.addresses"
    case accountSecurity = "account.security"
    case accountPrivacy = "account.privacy"
    case wishlistTitle = "wishlist.title"
    case wishlistText = "wishlist.text"
    case compareTitle = "compare.title"
    case compareText = "compare.text"
    case offlineTitle = "offline.title"
    case offlineText = "offline.text"
    case styleguideTitle = "styleguide.title"
    case styleguideText = "styleguide.text"
    case productMake = "product.make"
    case productMeasures = "product.measures"
    case productFeatures = "product.features"
    case productReportSubject = "product.reportSubject"
    case notFoundTitle = "notFound.title"
    case notFoundText = "notFound.text"
    case rootTitle = "root.title"
    case rootText = "root.text"
    case feedNewIn = "feed.newIn"
    case imageNumbered = "image.numbered"
    case imageMissing = "image.missing"
    case footerHelp = "footer.help"
    case footerLegal = "footer.legal"
    case footerAbout = "footer.about"
    case footerShop = "footer.shop"
    case unitGram = "unit.g"
    case unitKilogram = "unit.kg"
    case unitMilliliter = "unit.ml"
    case unitLiter = "unit.l"
    case unitCentimeter = "unit.cm"
    case unitMeter = "unit.m"
    case unitPieces = "unit.pcs"

    /// The values that the build gives with the word; the words file may use these and no others.
    var arguments: [String] {
        switch self {
        case .priceFrom, .priceEstimate, .priceLowest30Days, .deliveryFreeFrom: ["price"]
        case .priceEstimatesNote: ["date"]
        case .priceUnit: ["price", "unit"]
        case .priceSaving: ["percent"]
        case .listingCount, .listingColours, .ratingCount, .ratingStars, .returnsDays: ["count"]
        case .listingPage: ["page", "pages"]
        case .listingPageTitle: ["name", "page"]
        case .ratingOutOf: ["value"]
        case .deliveryDays: ["from", "to"]
        case .deliveryCost: ["price", "days"]
        case .deliveryFree: ["days"]
        case .returnsSentence: ["days", "payer"]
        case .sellerSince: ["year"]
        case .sellerFrom: ["country"]
        case .sellerPlace: ["region", "country"]
        case .sellerMeta: ["name", "country"]
        case .productReportSubject: ["title"]
        case .homeTitle, .sitemapMeta, .searchMeta, .cartMeta, .checkoutMeta, .orderMeta, .accountMeta, .accountLogInMeta, .accountRegisterMeta: ["site"]
        case .productMetaTitle, .pageTitleWithSite: ["title", "site"]
        case .productMeta: ["title", "seller", "price"]
        case .categoryMeta: ["name", "count"]
        case .feedNewIn: ["name"]
        case .imageNumbered: ["title", "number"]
        case .imageMissing: ["title"]
        case .unitGram, .unitKilogram, .unitMilliliter, .unitLiter, .unitCentimeter, .unitMeter, .unitPieces: ["amount", "count"]
        default: []
        }
    }
}

/// The interface words of one language: `Locales/<lang>.yaml`, two levels of names, then a text or its plural forms.
package struct Words: Sendable {
    struct Group: Sendable {
        let name: String
        var messages: [(name: String, message: Message)]
    }

    let language: Language
    let groups: [Group]
    let fingerprint: Fingerprint
    private let own: [Word: Message]

    private init(language: Language, groups: [Group], fingerprint: Fingerprint) {
        self.language = language
        self.groups = groups
        self.fingerprint = fingerprint
        var own: [Word: Message] = [:]
        for group in groups {
            for (name, message) in group.messages {
                if let word = Word(rawValue: "\(group.name).\(name)") { own[word] = message }
            }
        }
        self.own = own
    }

    /// The word with its values filled in. Reading made sure that it exists and asks for no others.
    func text(_ word: Word, _ arguments: KeyValuePairs<String, String> = [:]) -> String {
        (try? own[word]?.format(arguments: arguments)) ?? ""
    }

    func text(_ word: Word, count: Int, in formats: LocaleFormats, _ arguments: KeyValuePairs<String, String> = [:]) -> String {
        (try? own[word]?.format(count: count, in: formats, arguments: arguments)) ?? ""
    }

    /// The messages of a group; none when there is no such group.
    func messages(of group: String) -> [(name: String, message: Message)] { groups.first { $0.name == group }?.messages ?? [] }

    /// The messages of some groups by `group.name`.
    func messages(ofGroups names: Set<String>) -> [String: Message] {
        groups.filter { names.contains($0.name) }.reduce(into: [:]) { all, group in
            for (name, message) in group.messages { all["\(group.name).\(name)"] = message }
        }
    }

    func message(_ word: Word) -> Message? { own[word] }

    /// Every key, as `group.name`.
    var keys: Set<String> { Set(groups.flatMap { group in group.messages.map { "\(group.name).\($0.name)" } }) }
}

extension Words {
    /// The words of every language of the marketplace. A file or key that is missing is an error.
    static func read(_ locales: SourceFolder, _ languages: Languages, _ issues: inout Issues) -> [Language: Words] {
        var all: [Language: Words] = [:]
        for language in languages.all {
            if let words = read(locales, language, &issues) { all[language] = words }
        }
        checkKeys(all, locales, &issues)
        checkShapes(all, languages.standard, locales, &issues)
        return all
    }

    private static func read(_ locales: SourceFolder, _ language: Language, _ issues: inout Issues) -> Words? {
        let name = "\(language).yaml"
        do throws(BuildIssue) {
            let file = try locales.file(name)
            let document = try YAMLParser.parse(file.text(shown: locales.shown(name)), file: locales.shown(name))
            guard let formats = LocaleFormats(language.tag) else {
                throw BuildIssue(.error, file: locales.shown(name), "language \"\(language)\" is not known to ICU")
            }
            let groups = document.root.members.map { key, value in
                group(key.scalar ?? "", value, formats.pluralCategories, &issues)
            }
            return Words(language: language, groups: groups, fingerprint: file.withBytes { Fingerprint(of: $0) })
        } catch {
            issues.add(error)
            return nil
        }
    }

    private static func group(_ name: String, _ node: Node, _ categories: [PluralCategory], _ issues: inout Issues) -> Group {
        var group = Group(name: name, messages: [])
        for (key, value) in node.members {
            guard let word = key.scalar else { continue }
            do throws(MessageError) {
                let message = try message(value)
                for fault in message.categoryFaults(in: categories) { issues.add(value.issue(.error, "\(name).\(word): \(fault)")) }
                checkArguments(message, "\(name).\(word)", value, &issues)
                group.messages.append((word, message))
            } catch {
                issues.add(value.issue(.error, "\(name).\(word): \(error)"))
            }
        }
        return group
    }

    private static func message(_ node: Node) throws(MessageError) -> Message {
        if let text = node.scalar { return try Message(parsing: text) }
        var forms: [String: String] = [:]
        for (key, value) in node.members { forms[key.scalar ?? ""] = value.scalar ?? "" }
        return try Message(parsing: forms)
    }

    private static func checkArguments(_ message: Message, _ key: String, _ node: Node, _ issues: inout Issues) {
        guard let word = Word(rawValue: key) else { return }
        for argument in message.arguments where !word.arguments.contains(argument) {
            issues.add(node.issue(
                .error, "\(key): nothing is known of {\(argument)}",
                remedy: word.arguments.isEmpty ? "this word has no arguments" : "use \(word.arguments.map { "{\($0)}" }.joined(separator: ", "))"))
        }
    }

    private static func checkKeys(_ all: [Language: Words], _ locales: SourceFolder, _ issues: inout Issues) {
        let every = all.values.reduce(into: Set(Word.allCases.map(\.rawValue))) { $0.formUnion($1.keys) }
        for (language, words) in all.sorted(by: { $0.key < $1.key }) {
            for key in every.subtracting(words.keys).sorted() {
                issues.add(BuildIssue(.error, file: locales.shown("\(language).yaml"), "the word \"\(key)\" is missing", remedy: "add it, or take it out of every language"))
            }
        }
    }

    /// Words that the theme alone knows must ask for the same values, and have plural forms or not, in every language.
    private static func checkShapes(_ all: [Language: Words], _ standard: Language, _ locales: SourceFolder, _ issues: inout Issues) {
        guard let model = all[standard] else { return }
        let shapes = Dictionary(model.themeMessages) { first, _ in first }
        for (language, words) in all.sorted(by: { $0.key < $1.key }) where language != standard {
            for (key, message) in words.themeMessages {
                guard let shape = shapes[key], shape.isPlural != message.isPlural || Set(shape.arguments) != Set(message.arguments) else { continue }
                let wanted = shape.arguments.isEmpty ? "no values" : shape.arguments.map { "{\($0)}" }.joined(separator: ", ")
                issues.add(BuildIssue(
                    .error, file: locales.shown("\(language).yaml"), "the word \"\(key)\" is not of the shape that it has in \(standard).yaml",
                    remedy: "give it \(shape.isPlural ? "plural forms" : "one text") with \(wanted)"))
            }
        }
    }

    /// The messages of which only templates know, by `group.name`.
    private var themeMessages: [(String, Message)] {
        groups.flatMap { group in group.messages.map { ("\(group.name).\($0.name)", $0.message) } }.filter { Word(rawValue: $0.0) == nil }
    }
}
