// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooDatabase
import Synchronization

@testable import KarooCheckout

/// A small marketplace that sells: two sellers, four markets, a database in memory, and a bank that moves no money.
///
/// Its prices are round, so that what is expected can be reckoned by hand: with 19 % in 119.00 EUR there are 19.00 EUR of tax.
struct Shop: Sendable {
    static let start: Int64 = 1_800_000_000_000
    static let key = try! SigningKey(seed: [UInt8](repeating: 7, count: 32))
    static let secret = TokenSecret([UInt8](repeating: 9, count: 32))!

    let clock: Clock
    let database: any Database
    let bank: SandboxProvider
    let checkout: Checkout

    /// A time that only tests move.
    final class Clock: Sendable {
        private let milliseconds = Mutex(Shop.start)

        var now: Int64 { milliseconds.withLock { $0 } }
        func advance(minutes: Int64) { milliseconds.withLock { $0 += minutes * 60_000 } }
    }

    /// - parameter stock: what there is of each tracked offer.
    static func open(
        stock: [String: Int64] = ["alpha/lamp": 100, "alpha/bulb": 100, "beta/tea": 100], commission: Int64 = 100_000, book: OfferBook = Shop.book(),
        bank: SandboxProvider = SandboxProvider()
    ) async throws -> Shop {
        let clock = Clock()
        let database = try SQLiteDatabase(path: nil, clock: { clock.now })
        try await database.migrate(Migration.all)
        let shop = Shop(clock: clock, database: database, bank: bank, commission: commission)
        try await shop.checkout.takeOffers(read: Shop.files(book, sequence: 1))
        try await shop.checkout.seedStock(stock.sorted { $0.key < $1.key }.map { (offer: $0.key, quantity: $0.value) })
        return shop
    }

    /// - parameter payments: who is asked in place of the bank itself.
    init(clock: Clock, database: any Database, bank: SandboxProvider, payments: (any PaymentProvider)? = nil, commission: Int64 = 100_000) {
        self.clock = clock
        self.database = database
        self.bank = bank
        checkout = Checkout(
            database: database, offers: Offers(trusted: [Shop.key.verifyingKey]), payments: PaymentProviders(payments ?? bank), secret: Shop.secret,
            commissionPartsPerMillion: commission)
    }

    // MARK: What is sold

    static func book(lampEUR: Int64 = 119_00, without: Set<String> = []) -> OfferBook {
        let euro = Currency("EUR")!
        func offer(_ seller: String, _ sku: String, _ tax: String, _ availability: Variant.Availability, _ prices: [(String, Currency, Int64)]) -> Offer {
            Offer(
                seller: Seller.ID(seller), sku: sku, product: Product.ID("\(seller)/\(sku)"), taxCategory: tax, availability: availability,
                markets: prices.map { market, currency, amount in
                    Offer.MarketPrice(market: Market.ID(market), schedule: PriceSchedule(base: Price(amount: Money(minorUnits: amount, currency: currency))))
                })
        }
        let (dollar, yen, dinar) = (Currency("USD")!, Currency("JPY")!, Currency("KWD")!)
        let offers = [
            offer("alpha", "lamp", "standard", .tracked, [("de", euro, lampEUR), ("us", dollar, 100_00), ("jp", yen, 11_000), ("kw", dinar, 30_500)]),
            offer("alpha", "bulb", "standard", .tracked, [("de", euro, 11_90), ("us", dollar, 10_00)]),
            offer("alpha", "manual", "reduced", .untracked, [("de", euro, 10_70)]),
            offer("alpha", "special", "standard", .backorder, [("de", euro, 238_00)]),
            offer("beta", "tea", "reduced", .tracked, [("de", euro, 10_70), ("us", dollar, 9_99)]),
        ]
        return OfferBook(offers: offers.filter { !without.contains($0.id) }, terms: terms)
    }

    /// The same goods from sellers that deliver them for nothing.
    static func bookWithFreeDelivery() -> OfferBook {
        let book = book()
        let sellers = book.terms.sellers.map { seller in
            SellerTerms(
                id: seller.id, name: seller.name, country: seller.country, handlingDays: seller.handlingDays,
                shipping: seller.shipping.map { ShippingTerms(market: $0.market, price: .zero($0.price.currency), freeFrom: nil, days: $0.days) },
                returnDays: seller.returnDays, returnsAreFree: seller.returnsAreFree)
        }
        return OfferBook(offers: book.offers, terms: OfferTerms(markets: book.terms.markets, taxes: book.terms.taxes, sellers: sellers))
    }

    private static var terms: OfferTerms {
        func market(_ id: String, _ currency: String, _ countries: [String], _ language: String, _ inclusive: Bool) -> MarketTerms {
            MarketTerms(
                id: Market.ID(id), currency: Currency(currency)!, countries: countries, languages: [Language(language)!], taxInclusive: inclusive,
                lowestPriceLaw: false)
        }
        func shipping(_ market: String, _ currency: String, _ price: Int64, _ freeFrom: Int64?) -> ShippingTerms {
            ShippingTerms(
                market: Market.ID(market), price: Money(minorUnits: price, currency: Currency(currency)!),
                freeFrom: freeFrom.map { Money(minorUnits: $0, currency: Currency(currency)!) }, days: 2...3)
        }
        return OfferTerms(
            markets: [
                market("de", "EUR", ["DE", "AT"], "de", true), market("us", "USD", ["US"], "en", false), market("jp", "JPY", ["JP"], "ja", true),
                market("kw", "KWD", ["KW"], "ar", true),
            ],
            taxes: [
                TaxRule(market: "de", category: "standard", ratePartsPerMillion: 190_000),
                TaxRule(market: "de", category: "reduced", ratePartsPerMillion: 70_000),
                TaxRule(market: "de", country: "AT", category: "standard", ratePartsPerMillion: 200_000),
                TaxRule(market: "us", category: "standard", ratePartsPerMillion: 88_750), TaxRule(market: "us", category: "reduced", ratePartsPerMillion: 0),
                TaxRule(market: "jp", category: "standard", ratePartsPerMillion: 100_000),
            ],
            sellers: [
                SellerTerms(
                    id: "alpha", name: "Alpha", country: "DE", handlingDays: 1...2,
                    shipping: [
                        shipping("de", "EUR", 5_95, 200_00), shipping("us", "USD", 20_00, nil), shipping("jp", "JPY", 1_000, nil),
                        shipping("kw", "KWD", 2_500, nil),
                    ],
                    returnDays: 30, returnsAreFree: true),
                SellerTerms(
                    id: "beta", name: "Beta", country: "DE", handlingDays: 1...1,
                    shipping: [shipping("de", "EUR", 5_35, nil), shipping("us", "USD", 15_00, nil)],
                    returnDays: 30, returnsAreFree: true),
            ])
    }

    /// A published folder with a signed book.
    static func files(_ book: OfferBook, sequence: Int64, key: SigningKey = Shop.key) throws -> (String) -> [UInt8]? {
        let files = try book.files(
            sequence: sequence, builtAt: Instant(millisecondsSinceEpoch: start), keyID: key.verifyingKey.id, digest: { SHA256.digest(of: $0).hex },
            sign: { Base64URL.encode(try key.sign($0)) })
        let bytes = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        return { bytes[$0] }
    }

    // MARK: What buyers do

    static let address = try! PostalAddress(
        name: "Ada Byron", lines: ["Hauptstraße 1"], city: "Berlin", postalCode: "10115", region: nil, country: "DE")

    /// A cart with these goods and an address, ready to be bought.
    func filledCart(_ goods: [(offer: String, quantity: Int64)] = [("alpha/lamp", 1)], coupon: String? = nil) async throws -> CartContents {
        var contents = try await checkout.openCart(market: "de", language: "de")
        for line in goods { contents = try await checkout.addLine(line.offer, quantity: line.quantity, to: contents.cart.id, version: nil) }
        contents = try await checkout.setDelivery(email: "ada@example.com", address: Shop.address, of: contents.cart.id, version: nil)
        guard let coupon else { return contents }
        return try await checkout.setCoupon(CouponCode(coupon), of: contents.cart.id, version: nil)
    }

    func complete(
        _ contents: CartContents, key: String = "key", method: SandboxProvider.Method = .succeeds, total: Int64? = nil
    ) async throws -> Completion {
        try await completeAndTell(contents, key: key, method: method, total: total).completion
    }

    func completeAndTell(
        _ contents: CartContents, key: String = "key", method: SandboxProvider.Method = .succeeds, total: Int64? = nil
    ) async throws -> (completion: Completion, isReplay: Bool) {
        let money = Money(minorUnits: total ?? contents.quote?.total.minorUnits ?? 0, currency: contents.cart.currency)
        return try await checkout.complete(
            contents.cart.id, CompletionRequest(key: key, body: Array("\(money) \(method.rawValue)".utf8), total: money, method: method.rawValue))
    }

    // MARK: What is found afterwards

    /// What the books and the bank disagree about; empty when all is well.
    func faults() async throws -> [String] {
        var faults = try await checkout.faults()
        let kept = try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT attempt, CAST(SUM(CASE kind WHEN 'captured' THEN amount ELSE 0 END) AS BIGINT) AS captured,
                    CAST(SUM(CASE kind WHEN 'refunded' THEN amount ELSE 0 END) AS BIGINT) AS refunded
                FROM payment_events WHERE kind IN ('captured', 'refunded') GROUP BY attempt
                """
            ).reduce(into: [String: [Int64]]()) { $0[try $1.text("attempt")] = [try $1.integer("captured"), try $1.integer("refunded")] }
        }
        let bank = bank.statement.mapValues { [$0.captured.minorUnits, $0.refunded] }
        for key in Set(kept.keys).union(bank.keys) where kept[key] != bank[key] {
            faults.append("\(key): the books say \(kept[key] ?? []), the bank says \(bank[key] ?? [])")
        }
        return faults
    }

    func orderCount() async throws -> Int { try await database.read { try $0.rows("SELECT id FROM order_groups").count } }
    func available(_ offer: String) async throws -> Int64 { try await checkout.stockLevel(of: offer)?.available ?? 0 }
}
