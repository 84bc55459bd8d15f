// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooCheckout

struct CartTests {
    @Test func aCartOfTwoSellersCostsWhatIsReckonedByHand() async throws {
        let shop = try await Shop.open()
        // 119.00 + 2 × 10.70, delivery 5.95 and 5.35; 19 % in 119.00 and 5.95, 7 % in 21.40 and 5.35.
        let contents = try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 2)])
        let quote = try #require(contents.quote)
        #expect(contents.problems.isEmpty)
        #expect(quote.goods.minorUnits == 140_40)
        #expect(quote.shipping.minorUnits == 11_30)
        #expect(quote.tax.minorUnits == 19_00 + 95 + 1_40 + 35)
        #expect(quote.total.minorUnits == 151_70)
    }

    @Test func theSameOfferIsOneLine() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart([("alpha/bulb", 2), ("alpha/bulb", 3)])
        #expect(contents.lines.map(\.quantity) == [5])
    }

    @Test func aChangeOfAnOldVersionIsRefusedAndChangesNothing() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        await #expect(throws: CheckoutError(.versionConflict, meta: ["version": "3"])) {
            _ = try await shop.checkout.addLine("beta/tea", quantity: 1, to: contents.cart.id, version: 2)
        }
        let after = try await shop.checkout.cart(contents.cart.id)
        #expect(after.lines.count == 1 && after.cart.version == 3)
    }

    @Test(arguments: [0, -1, 1_000, Int64.max, Int64.min]) func aQuantityOutOfRangeIsRefused(quantity: Int64) async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart([("alpha/lamp", 998)]).cart.id
        await #expect(throws: CheckoutError(.badQuantity, field: "quantity")) {
            _ = try await shop.checkout.addLine("alpha/lamp", quantity: quantity, to: cart, version: nil)
        }
    }

    @Test func whatCannotBeSoldIsRefusedByName() async throws {
        let shop = try await Shop.open()
        let cart = try await shop.checkout.openCart(market: "jp", language: "ja").cart.id
        await #expect(throws: CheckoutError(.offerUnknown, field: "offer")) {
            _ = try await shop.checkout.addLine("alpha/none", quantity: 1, to: cart, version: nil)
        }
        await #expect(throws: CheckoutError(.notSoldHere, field: "offer")) {
            _ = try await shop.checkout.addLine("beta/tea", quantity: 1, to: cart, version: nil)
        }
        await #expect(throws: CheckoutError(.notFound)) { _ = try await shop.checkout.cart("cart_none") }
    }

    @Test func whatIsShortIsAProblemOfTheCartAndNoFailure() async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 2])
        let contents = try await shop.filledCart([("alpha/lamp", 3), ("alpha/manual", 900), ("alpha/special", 5), ("beta/tea", 1)])
        #expect(
            contents.problems == [
                CartProblem(code: .outOfStock, line: contents.lines[0].id, meta: ["available": "2"]),
                CartProblem(code: .outOfStock, line: contents.lines[3].id, meta: ["available": "0"]),
            ])
    }

    @Test func aNewPriceIsToldAndAWithdrawnOfferToo() async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 1)]).cart.id
        try await shop.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 129_00, without: ["beta/tea"]), sequence: 2))
        let contents = try await shop.checkout.cart(cart)
        #expect(
            contents.problems == [
                CartProblem(code: .priceChanged, line: contents.lines[0].id, meta: ["from": "11900", "to": "12900"]),
                CartProblem(code: .offerUnknown, line: contents.lines[1].id, meta: [:]),
            ])
        #expect(contents.quote?.total.minorUnits == 134_95)
    }

    @Test func theCountryOfTheAddressDecidesAboutTheTax() async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart([("alpha/lamp", 1)]).cart.id
        let vienna = try PostalAddress(name: "A", lines: ["Ring 1"], city: "Wien", postalCode: "1010", region: nil, country: "AT")
        let contents = try await shop.checkout.setDelivery(email: "a@example.com", address: vienna, of: cart, version: nil)
        // 119.00 × 20/120 = 19.83, 5.95 × 20/120 = 0.99.
        #expect(contents.quote?.tax.minorUnits == 20_82)
        let elsewhere = try PostalAddress(name: "A", lines: ["Rue 1"], city: "Paris", postalCode: "75001", region: nil, country: "FR")
        await #expect(throws: CheckoutError(.notShipped, field: "address/country")) {
            _ = try await shop.checkout.setDelivery(email: "a@example.com", address: elsewhere, of: cart, version: nil)
        }
    }

    @Test(arguments: ["", "a", "a@b", "a@@b.de", "a b@c.de", "a@b.de\r\nBcc: x@y.de", "4111111111111111@b.de", "<a@b.de>"])
    func whatIsNoAddressOfMailIsRefused(email: String) async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart().cart.id
        await #expect(throws: CheckoutError(.invalid, field: "email")) {
            _ = try await shop.checkout.setDelivery(email: email, address: Shop.address, of: cart, version: nil)
        }
    }

    @Test func aCartThatNobodyTouchesIsClosed() async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart().cart.id
        shop.clock.advance(minutes: 31 * 24 * 60)
        await #expect(throws: CheckoutError(.cartClosed)) { _ = try await shop.checkout.addLine("beta/tea", quantity: 1, to: cart, version: nil) }
        let report = try await shop.checkout.recover(isStart: false)
        #expect(report.expiredCarts == 1)
    }

    // MARK: Coupons

    @Test func aCouponComesOffInProportionAndItsRefusalNamesItsReason() async throws {
        let shop = try await Shop.open()
        let euro = Currency("EUR")!
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("ten")!, reduction: .share(partsPerMillion: 100_000)))
        try await shop.checkout.addCoupon(
            Coupon(
                code: CouponCode("tea5")!, reduction: .amount(Money(minorUnits: 5_00, currency: euro)), seller: "beta",
                minimum: Money(minorUnits: 20_00, currency: euro)))
        let contents = try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 1)], coupon: " Ten ")
        // 10 % of 129.70 is 12.97, of which the lamp's exact share is 11.90 and the tea's 1.07.
        #expect(contents.quote?.lines.map(\.discount.minorUnits) == [11_90, 1_07])
        let id = contents.cart.id
        await #expect(throws: CheckoutError(.couponBelowMinimum, field: "code")) {
            _ = try await shop.checkout.setCoupon(CouponCode("TEA5"), of: id, version: nil)
        }
        await #expect(throws: CheckoutError(.couponUnknown, field: "code")) { _ = try await shop.checkout.setCoupon(CouponCode("NONE"), of: id, version: nil) }
        let kept = try await shop.checkout.cart(id)
        #expect(kept.cart.coupon == CouponCode("TEN"))
        let more = try await shop.checkout.addLine("beta/tea", quantity: 1, to: id, version: nil)
        #expect(more.cart.version == kept.cart.version + 1)
        let reduced = try await shop.checkout.setCoupon(CouponCode("TEA5"), of: id, version: nil)
        #expect(reduced.quote?.lines.map(\.discount.minorUnits) == [0, 5_00])
        #expect(reduced.quote?.discounts.map(\.sellerAmount.minorUnits) == [5_00])
    }

    @Test func tokensOpenTheirOwnCartOnly() {
        let token = Shop.secret.token(.cart, "cart_a")
        #expect(Shop.secret.isValid(token, .cart, "cart_a"))
        #expect(!Shop.secret.isValid(token, .cart, "cart_b"))
        #expect(!Shop.secret.isValid(token, .order, "cart_a"))
        #expect(!Shop.secret.isValid("", .cart, "cart_a"))
        #expect(!TokenSecret([UInt8](repeating: 8, count: 32))!.isValid(token, .cart, "cart_a"))
    }
}
