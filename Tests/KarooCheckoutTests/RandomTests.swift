// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Support
import Testing

@testable import KarooCheckout

/// Random buyers, several at once, with cards that do everything, while time passes and prices change; then the books, the
/// bank and the stock must agree. A failing run is repeated with the seed that it prints.
struct RandomTests {
    @Test func whateverBuyersDoTheBooksTheBankAndTheStockAgree() async throws {
        var random = Seeded("buyers")
        for round in 0..<6 {
            let shop = try await Shop.open(stock: ["alpha/lamp": 12, "alpha/bulb": 9, "beta/tea": 15])
            try await shop.checkout.addCoupon(Coupon(code: CouponCode("TENTH")!, reduction: .share(partsPerMillion: 100_000)), limit: 4)
            try await shop.checkout.addCoupon(
                Coupon(code: CouponCode("TEA2")!, reduction: .amount(Money(minorUnits: 2_00, currency: Currency("EUR")!)), seller: "beta"), limit: 3)
            try await RandomTests.addPromotions(to: shop)
            let seeds = (0..<40).map { _ in random.next() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for seed in seeds { group.addTask { try await RandomTests.buy(in: shop, seed: seed) } }
                group.addTask {
                    for step in 0..<6 {
                        shop.clock.advance(minutes: 4)
                        try await shop.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 119_00 + Int64(step)), sequence: Int64(2 + step)))
                        try await shop.checkout.recover(isStart: false)
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
            }
            try await #expect(shop.faults() == [], "round \(round), while payments are open")
            shop.clock.advance(minutes: 60)
            try await shop.checkout.recover(isStart: false)
            try await #expect(shop.faults() == [], "round \(round)")
            let held = try await shop.database.read { try $0.rows("SELECT id FROM reservations WHERE status = 'active'").count }
            #expect(held == 0, "round \(round): nothing is held after all timers have run")
            let promised = try await shop.database.read { try $0.rows("SELECT attempt FROM promotion_uses WHERE status = 'reserved'").count }
            #expect(promised == 0, "round \(round): no promotion is held after all timers have run")
            for state in try await shop.checkout.promotions() { #expect(state.usedUnits <= state.unitLimit ?? .max, "round \(round)") }
            for (offer, stock) in ["alpha/lamp": Int64(12), "alpha/bulb": 9, "beta/tea": 15] {
                let sold = try await RandomTests.sold(offer, shop)
                try await #expect(shop.available(offer) == stock - sold && sold <= stock, "round \(round)")
            }
        }
    }

    /// A sale of four lamps that are set aside for it, a gift, a discount of all, and free parcels.
    private static func addPromotions(to shop: Shop) async throws {
        let euro = Currency("EUR")!
        let later = Instant(millisecondsSinceEpoch: Shop.start + 12 * 60_000)
        func add(_ name: String, _ reduction: Promotion.Reduction, _ scope: Promotion.Scope, until: Instant? = nil, units: Int64? = nil, setsAside: Bool = false)
            async throws
        {
            let promotion = Promotion(id: "", name: name, reduction: reduction, scope: scope, sellerPartsPerMillion: 300_000, until: until)
            _ = try await shop.checkout.addPromotion(NewPromotion(name: name, promotion: promotion, unitLimit: units, setsAside: setsAside))
        }
        try await add(
            "lamps", .unitPrice(Money(minorUnits: 59_50, currency: euro)), Promotion.Scope(offers: ["alpha/lamp"]), until: later, units: 4, setsAside: true)
        try await add("bulbs", .buyAndGet(buy: 2, get: 1, partsPerMillion: 1_000_000, gifts: nil), Promotion.Scope(products: ["alpha/bulb"]), units: 3)
        try await add("all", .valueTiers([Promotion.Tier(from: 100_00, partsPerMillion: 33_333)], euro), Promotion.Scope())
        try await add("tea", .freeShipping, Promotion.Scope(seller: "beta"))
    }

    /// One buyer's afternoon. Refusals are answers; anything else fails the test.
    private static func buy(in shop: Shop, seed: UInt64) async throws {
        var random = Steps(state: seed)
        let offers = ["alpha/lamp", "alpha/bulb", "alpha/manual", "alpha/special", "beta/tea"]
        do {
            var contents = try await shop.filledCart([(offers[random.below(5)], Int64(1 + random.below(3)))], coupon: nil)
            for _ in 0..<random.below(4) {
                contents = try await shop.checkout.addLine(offers[random.below(5)], quantity: Int64(1 + random.below(4)), to: contents.cart.id, version: nil)
            }
            if random.below(2) == 0 {
                contents = (try? await shop.checkout.setCoupon(CouponCode(["TENTH", "TEA2"][random.below(2)]), of: contents.cart.id, version: nil)) ?? contents
            }
            for attempt in 0..<3 {
                let method = SandboxProvider.Method.allCases[random.below(SandboxProvider.Method.allCases.count)]
                do {
                    let completion = try await shop.complete(contents, key: "key \(attempt)", method: method)
                    try await pursue(completion, contents, &random, shop)
                    return
                } catch let error as CheckoutError where [.paymentDeclined, .priceChanged, .promotionUsedUp].contains(error.code) {
                    contents = try await shop.checkout.cart(contents.cart.id)
                }
            }
        } catch is CheckoutError {
            return
        }
    }

    private static func pursue(_ completion: Completion, _ contents: CartContents, _ random: inout Steps, _ shop: Shop) async throws {
        switch completion {
        case .placed(let id, _), .promised(let id, _, _):
            if random.below(3) == 0 { _ = try await shop.checkout.cancel(id) }
        case .actionRequired(let attempt, _):
            guard random.below(3) > 0 else { return }
            _ = shop.bank.answerChallenge(of: attempt.text, confirms: random.below(2) == 0)
            _ = try await shop.checkout.returned(to: attempt, of: contents.cart.id)
        case .pending(let attempt):
            if random.below(2) == 0 { _ = try await shop.checkout.returned(to: attempt, of: contents.cart.id) }
        }
    }

    private static func sold(_ offer: String, _ shop: Shop) async throws -> Int64 {
        try await shop.database.read { snapshot in
            try snapshot.row(
                """
                SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) AS quantity FROM order_lines l JOIN orders o ON o.id = l.order_id
                WHERE l.offer = \(offer) AND o.status <> 'cancelled'
                """)?.integer("quantity") ?? 0
        }
    }

    /// Small random numbers for one buyer.
    private struct Steps {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
    }
}
