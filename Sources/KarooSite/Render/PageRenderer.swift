// KarooExpress – Apache-2.0

import KarooTemplate

/// Renders pages, one after the other; each worker has one of its own, so that workers share nothing that counts references.
final class PageRenderer {
    private let plan: SitePlan
    private let theme: Theme
    private let assets: Assets
    private let frame = Frame()
    private let scratch = Bytes()
    private let bodies = BodyShelf()
    private let cards: CardShelf
    private let cardFrame: Frame
    private var composers: [Composer?]
    private var programs: [Program?]

    /// The bytes of the page that was rendered last.
    let bytes = Bytes(capacity: 256 << 10)

    init(_ plan: SitePlan, _ theme: Theme, _ assets: Assets, cards: CardShelf) {
        self.plan = plan
        self.theme = theme
        self.assets = assets
        self.cards = cards
        cardFrame = cards.makeFrame()
        composers = Array(repeating: nil, count: plan.editions.count)
        programs = Array(repeating: nil, count: plan.editions.count * PageKind.allCases.count)
    }

    func render(_ page: PlannedPage) {
        frame.reset()
        let composer = composer(Int(page.edition))
        let program = program(page, composer)
        bytes.removeAll()
        program.render(composer.model(page), into: bytes)
    }

    /// What compiling the templates of an edition finds.
    func issues(edition: Int) -> [TemplateIssue] {
        PageKind.allCases.flatMap { program(PlannedPage($0, edition: edition), composer(edition)).issues }
    }

    func composer(_ edition: Int) -> Composer {
        if let composer = composers[edition] { return composer }
        let composer = Composer(plan, edition: edition, frame: frame, scratch: scratch, bodies: bodies, cards: cards, cardFrame: cardFrame)
        composer.emblem = assets.published[Assets.emblem]?.name
        composers[edition] = composer
        return composer
    }

    private func program(_ page: PlannedPage, _ composer: Composer) -> Program {
        let place = Int(page.edition) * PageKind.allCases.count + Int(page.kind.rawValue)
        if let program = programs[place] { return program }
        let program = theme.compile("pages/\(page.kind.template)", schema: page.kind.schema, constants: composer.constants(assets))
        programs[place] = program
        return program
    }
}

extension PageKind {
    var schema: Schema {
        switch self {
        case .home: HomePage.schema
        case .category: CategoryPage.schema
        case .storefront: StorefrontPage.schema
        case .product: ProductPage.schema
        case .content: ContentPageModel.schema
        case .sitemap: SitemapPage.schema
        case .search: SearchPage.schema
        case .cart, .checkout, .order, .wishlist, .compare, .offline: ShellPage.schema
        case .account, .logIn, .register, .confirm, .reset, .accountOrders, .accountAddresses, .accountSecurity, .accountPrivacy:
            ShellPage.schema
        case .styleguide, .rootStyleguide: StyleguidePage.schema
        case .notFound, .rootNotFound: NotFoundPage.schema
        case .root: RootPage.schema
        }
    }
}

extension Composer {
    /// The model of any page.
    func model(_ page: PlannedPage) -> Slot {
        switch page.kind {
        case .home: homePage(page)
        case .category: categoryPage(page)
        case .storefront: storefrontPage(page)
        case .product: productPage(page)
        case .content: contentPage(page)
        case .sitemap: sitemapPage(page)
        case .search: searchPage(page)
        case .cart: shellPage(page, title: .cartTitle, description: words.text(.cartMeta, ["site": marketplace.name]), says: ["buy", "errors"])
        case .checkout:
            shellPage(page, title: .checkoutTitle, description: words.text(.checkoutMeta, ["site": marketplace.name]), says: ["buy", "pay", "errors"])
        case .order: shellPage(page, title: .orderTitle, description: words.text(.orderMeta, ["site": marketplace.name]), says: ["orders", "errors"])
        case .account: accountPage(page, title: .accountTitle)
        case .logIn: accountPage(page, title: .accountLogIn, description: .accountLogInMeta)
        case .register: accountPage(page, title: .accountRegister, description: .accountRegisterMeta)
        case .confirm: accountPage(page, title: .accountConfirm)
        case .reset: accountPage(page, title: .accountReset)
        case .accountOrders: accountPage(page, title: .accountOrders, says: ["orders"])
        case .accountAddresses: accountPage(page, title: .accountAddresses)
        case .accountSecurity: accountPage(page, title: .accountSecurity)
        case .accountPrivacy: accountPage(page, title: .accountPrivacy)
        case .wishlist: shellPage(page, title: .wishlistTitle, description: words.text(.wishlistText))
        case .compare: shellPage(page, title: .compareTitle, description: words.text(.compareText))
        case .offline: shellPage(page, title: .offlineTitle, description: words.text(.offlineText))
        case .styleguide, .rootStyleguide: styleguidePage(page)
        case .notFound, .rootNotFound: notFoundPage(page)
        case .root: rootPage(page)
        }
    }
}
