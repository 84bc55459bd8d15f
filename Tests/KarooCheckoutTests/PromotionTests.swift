// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooCheckout

struct PromotionTests {
    private static let euro = Currency("EUR")!
    private static let lamp = Promotion.Scope(offers: ["alpha/lamp"])

    private static func promotion(
        _ reduction: Promotion.Reduction, _ scope: Promotion.Scope = Promotion.Scope(), borne: Int64 = 0, from: Int64? = nil, until: Int64? = nil
    ) -> Promotion {
        Promotion(
            id: "", name: "", reduction: reduction, scope: scope, sellerPartsPerMillion: borne,
            from: from.map { Instant(millisecondsSinceEpoch: Shop.start + $0 * 60_000) },
            until: until.map { Instant(millisecondsSinceEpoch: Shop.start + $0 * 60_000) })
    }

    /// Half the price of the lamp: 59.50, for so many pieces.
    private static func flashSale(units: Int64, setsAside: Bool = false, from: Int64? = nil, until: Int64? = nil) -> NewPromotion {
        NewPromotion(
            name: "Flash", names: ["de": "Blitz"],
            promotion: promotion(.unitPrice(Money(minorUnits: 59_50, currency: euro)), lamp, from: from, until: until), unitLimit: units, setsAside: setsAside)
    }

    private func placed(_ shop: Shop, _ contents: CartContents) async throws -> OrderGroup {
        guard case .placed(let id, _) = try await shop.complete(contents) else { throw CheckoutError(.internal) }
        return try await shop.checkout.order(id)
    }

    @Test func whatThePageTheCartAndTheOrderSayIsTheSame() async throws {
        let shop = try await Shop.open()
        _ = try await shop.checkout.addPromotion(
            NewPromotion(name: "A tenth of tea", promotion: PromotionTests.promotion(.share(partsPerMillion: 100_000), Promotion.Scope(products: ["beta/tea"]), borne: 500_000)))
        _ = try await shop.checkout.addPromotion(
            NewPromotion(name: "Free tea parcels", promotion: PromotionTests.promotion(.freeShipping, Promotion.Scope(seller: "beta"))))
        let contents = try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 2)])
        // The tea: 21.40 less 2.14, delivery for nothing; the lamp 119.00 and 5.95.
        #expect(contents.quote?.total.minorUnits == 144_21)
        let group = try await placed(shop, contents)
        let (quote, order) = (try #require(contents.quote), group.orders[1])
        #expect(group.total == quote.total && order.total.minorUnits == 19_26)
        #expect(order.discounts.map(\.name) == ["A tenth of tea", "Free tea parcels"])
        #expect(order.discounts.map(\.amount.minorUnits) == [2_14, 5_35] && order.discounts.map(\.sellerAmount.minorUnits) == [1_07, 0])
        // I16: what was frozen, reckoned anew, is what stands in the books.
        let frozen = try await shop.database.read { try $0.attempt(group.attempt).quote }
        #expect(frozen == quote && frozen.faults == [])
        // Beta gets what was paid, what the marketplace gave, less 10 % of 21.40 − 1.07: 19.26 + 1.07 + 5.35 − 2.03.
        let balance = try await shop.checkout.balances().first { $0.account == "seller:beta" }
        #expect(balance?.minorUnits == -(19_26 + 1_07 + 5_35 - 2_03))
        try await #expect(shop.faults() == [])
        let text = try await shop.checkout.explanation(of: group.id).joined(separator: "\n")
        #expect(text.contains("− 2.14 EUR, borne by the seller 1.07 EUR and the marketplace 1.07 EUR"))
        #expect(text.contains("shipping  Free tea parcels") && text.contains("− 5.35 EUR, borne by the marketplace"))
    }

    @Test func fivePiecesAndAHundredBuyersMakeFiveAtThePriceOfTheSale() async throws {
        for setsAside in [true, false] {
            let shop = try await Shop.open(stock: ["alpha/lamp": 50])
            _ = try await shop.checkout.addPromotion(PromotionTests.flashSale(units: 5, setsAside: setsAside))
            var carts: [CartContents] = []
            for _ in 0..<100 { carts.append(try await shop.filledCart()) }
            #expect(carts[0].quote?.total.minorUnits == 65_45 && carts[0].quote?.discounts.first?.name == "Blitz")
            let placed = try await withThrowingTaskGroup(of: Int.self) { group in
                for cart in carts {
                    group.addTask {
                        do {
                            _ = try await shop.complete(cart)
                            return 1
                        } catch let error as CheckoutError where [.priceChanged, .promotionUsedUp].contains(error.code) {
                            return 0
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(placed == 5)
            #expect(shop.bank.statement.values.allSatisfy { $0.captured.minorUnits == 65_45 })
            try await #expect(shop.available("alpha/lamp") == 45)
            try await #expect(shop.checkout.cart(carts[99].cart.id).quote?.total.minorUnits == 124_95)
            try await #expect(shop.faults() == [])
        }
    }

    @Test func whatIsSetAsideIsKeptUntilTheSaleBeginsAndFreeAfterIt() async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 6])
        _ = try await shop.checkout.addPromotion(PromotionTests.flashSale(units: 5, setsAside: true, from: 60, until: 120))
        try await #expect(shop.available("alpha/lamp") == 1)
        let early = try await shop.filledCart([("alpha/lamp", 2)])
        #expect(early.problems.map(\.code) == [.outOfStock] && early.problems[0].meta == ["available": "1"])
        shop.clock.advance(minutes: 60)
        // Now the six can be had: five at the price of the sale, and one at its own.
        let contents = try await shop.filledCart([("alpha/lamp", 6)])
        #expect(contents.problems.isEmpty && contents.quote?.goods.minorUnits == 714_00 && contents.quote?.discount.minorUnits == 5 * 59_50)
        _ = try await placed(shop, try await shop.filledCart([("alpha/lamp", 2)]))
        try await #expect(shop.faults() == [])
        shop.clock.advance(minutes: 60)
        try await shop.checkout.recover(isStart: false)
        try await #expect(shop.available("alpha/lamp") == 4)
        try await #expect(shop.filledCart([("alpha/lamp", 4)]).quote?.discounts.isEmpty == true)
        try await #expect(shop.faults() == [])
        await #expect(throws: CheckoutError(.outOfStock, field: "unitLimit")) {
            _ = try await shop.checkout.addPromotion(PromotionTests.flashSale(units: 5, setsAside: true))
        }
    }

    @Test(arguments: [SandboxProvider.Method.isDeclined, .asks]) func whatDidNotBecomeAnOrderComesBack(method: SandboxProvider.Method) async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 2])
        let id = try await shop.checkout.addPromotion(PromotionTests.flashSale(units: 2, setsAside: true)).promotion.id
        let contents = try await shop.filledCart([("alpha/lamp", 2)])
        _ = try? await shop.complete(contents, method: method)
        if method == .asks {
            try await #expect(shop.filledCart([("alpha/lamp", 1)]).quote?.discounts.isEmpty == true)
            shop.clock.advance(minutes: 20)
            try await shop.checkout.recover(isStart: false)
        }
        let state = try await shop.checkout.promotions().first { $0.promotion.id == id }
        #expect(state?.usedUnits == 0)
        try await #expect(shop.checkout.stockLevel(of: "alpha/lamp")?.setAside == 2)
        try await #expect(shop.faults() == [])
        let group = try await placed(shop, try await shop.filledCart([("alpha/lamp", 2)]))
        _ = try await shop.checkout.cancel(group.id)
        try await #expect(shop.checkout.stockLevel(of: "alpha/lamp")?.setAside == 2)
        try await shop.checkout.endPromotion(id)
        try await shop.checkout.endPromotion(id)
        try await #expect(shop.available("alpha/lamp") == 2)
        try await #expect(shop.faults() == [])
    }

    @Test func aCouponIsUsedAsOftenAsOneBuyerMay() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("WELCOME")!, reduction: .share(partsPerMillion: 100_000)), buyerLimit: 1)
        let carts = [try await shop.filledCart(coupon: "WELCOME"), try await shop.filledCart(coupon: "WELCOME")]
        let group = try await placed(shop, carts[0])
        await #expect(throws: CheckoutError(.couponUsedByBuyer)) { _ = try await shop.complete(carts[1]) }
        // The same person by another spelling, and another person.
        let same = try await shop.checkout.setDelivery(email: "Ada+shop@Example.com", address: Shop.address, of: carts[1].cart.id, version: nil)
        #expect(same.problems.map(\.code) == [.couponUsedByBuyer])
        let other = try await shop.checkout.setDelivery(email: "eve@example.com", address: Shop.address, of: carts[1].cart.id, version: nil)
        #expect(other.problems.isEmpty && other.quote?.discount.minorUnits == 11_90)
        // A cancelled order gives the use back.
        _ = try await shop.checkout.cancel(group.id)
        try await #expect(shop.filledCart(coupon: "WELCOME").problems.isEmpty)
        let kept = try await shop.database.read { try $0.rows("SELECT buyer FROM coupon_uses").map { try $0.text("buyer") } }
        #expect(kept.allSatisfy { !$0.contains("ada") })
        try await #expect(shop.faults() == [])
    }

    @Test func aCouponThatWasEndedHoldsNoLonger() async throws {
        let shop = try await Shop.open()
        let code = CouponCode("TEN")!
        try await shop.checkout.addCoupon(Coupon(code: code, reduction: .share(partsPerMillion: 100_000), seller: "alpha"))
        let contents = try await shop.filledCart(coupon: "TEN")
        await #expect(throws: CheckoutError(.couponUnknown, field: "code")) { try await shop.checkout.endCoupon(code, of: "beta") }
        try await shop.checkout.endCoupon(code, of: "alpha")
        try await #expect(shop.checkout.cart(contents.cart.id).problems.map(\.code) == [.couponExpired])
    }

    @Test func whatCannotBeAPromotionIsRefused() async throws {
        let shop = try await Shop.open()
        let sound = PromotionTests.promotion(.share(partsPerMillion: 1))
        for new in [
            NewPromotion(name: "", promotion: sound), NewPromotion(name: String(repeating: "x", count: 121), promotion: sound),
            NewPromotion(name: "x", promotion: sound, unitLimit: 0), NewPromotion(name: "x", promotion: sound, unitLimit: 1, setsAside: true),
            NewPromotion(name: "x", promotion: PromotionTests.promotion(.share(partsPerMillion: 0))),
            NewPromotion(name: "x", promotion: PromotionTests.promotion(.freeShipping), unitLimit: 1),
            NewPromotion(name: "x", promotion: PromotionTests.promotion(.share(partsPerMillion: 1), from: 2, until: 1)),
        ] {
            await #expect { _ = try await shop.checkout.addPromotion(new) } throws: { ($0 as? CheckoutError)?.code == .invalid }
        }
        try await #expect(shop.checkout.promotions().isEmpty)
        let id = try await shop.checkout.addPromotion(NewPromotion(name: "x", promotion: PromotionTests.promotion(.share(partsPerMillion: 1), Promotion.Scope(seller: "alpha")))).promotion.id
        await #expect(throws: CheckoutError(.notFound)) { try await shop.checkout.endPromotion(id, of: "beta") }
    }
}
