// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooCheckout

struct CompletionTests {
    @Test func aPaidCartBecomesOneOrderForEachSeller() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 2)])
        guard case .placed(let id, let total) = try await shop.complete(contents) else {
            Issue.record("nothing was placed")
            return
        }
        let group = try await shop.checkout.order(id)
        #expect(total.minorUnits == 151_70 && group.total == total)
        #expect(group.orders.map(\.total.minorUnits) == [124_95, 26_75])
        #expect(group.orders.map(\.seller.text) == ["alpha", "beta"])
        #expect(group.balance.kept == 151_70)
        let levels = [try await shop.available("alpha/lamp"), try await shop.available("beta/tea")]
        #expect(levels == [99, 98])
        // Of each order the marketplace keeps 10 % of the goods.
        let balances = try await shop.checkout.balances()
        #expect(
            balances.map { "\($0.account) \($0.minorUnits)" } == [
                "platform:commission -1404", "provider:sandbox 15170", "seller:alpha -11305", "seller:beta -2461",
            ])
        try await #expect(shop.faults() == [])
    }

    @Test func theSameKeyBuysOnceAndIsAnsweredAlike() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        let first = try await shop.completeAndTell(contents)
        let second = try await shop.completeAndTell(contents)
        #expect(!first.isReplay && second.isReplay)
        #expect(first.completion == second.completion)
        try await #expect(shop.orderCount() == 1)
        await #expect(throws: CheckoutError(.idempotencyKeyReused)) { _ = try await shop.complete(contents, total: 1) }
        await #expect(throws: CheckoutError(.cartClosed)) { _ = try await shop.complete(contents, key: "another") }
    }

    @Test func twentyAtOnceWithOneKeyOrWithManyBuyOnce() async throws {
        for sharesKey in [true, false] {
            let shop = try await Shop.open()
            let contents = try await shop.filledCart()
            let placed = try await withThrowingTaskGroup(of: Completion?.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            return try await shop.complete(contents, key: sharesKey ? "key" : "key \(number)")
                        } catch let error as CheckoutError {
                            #expect([.completionInProgress, .cartBusy, .cartClosed].contains(error.code))
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: Set<Completion>()) { if let completion = $1 { $0.insert(completion) } }
            }
            #expect(placed.count == 1)
            try await #expect(shop.orderCount() == 1)
            #expect(shop.bank.statement.count == 1)
            try await #expect(shop.faults() == [])
        }
    }

    @Test func oneUnitAndAHundredBuyersMakeOneOrderAndOneCharge() async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 1])
        var carts: [CartContents] = []
        for _ in 0..<100 { carts.append(try await shop.filledCart()) }
        let placed = try await withThrowingTaskGroup(of: Int.self) { group in
            for cart in carts {
                group.addTask {
                    do {
                        _ = try await shop.complete(cart)
                        return 1
                    } catch let error as CheckoutError where error.code == .outOfStock {
                        return 0
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(placed == 1)
        #expect(shop.bank.statement.count == 1)
        try await #expect(shop.available("alpha/lamp") == 0)
        try await #expect(shop.faults() == [])
    }

    @Test func aDeclineKeepsTheCartAndGivesGoodsAndCouponBack() async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 1])
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("ONCE")!, reduction: .share(partsPerMillion: 500_000)), limit: 1)
        let contents = try await shop.filledCart(coupon: "ONCE")
        await #expect(throws: CheckoutError(.paymentDeclined, meta: ["reason": "insufficientFunds"])) {
            _ = try await shop.complete(contents, key: "first", method: .lacksFunds)
        }
        try await #expect(shop.available("alpha/lamp") == 1)
        let after = try await shop.checkout.cart(contents.cart.id)
        #expect(after.cart.status == .open && after.problems.isEmpty)
        // The same key says the same again, and charges nobody.
        await #expect(throws: CheckoutError(.paymentDeclined, meta: ["reason": "insufficientFunds"])) {
            _ = try await shop.complete(contents, key: "first", method: .lacksFunds)
        }
        guard case .placed = try await shop.complete(after, key: "second") else {
            Issue.record("the second card was not taken")
            return
        }
        try await #expect(shop.faults() == [])
    }

    @Test func aCouponOfOneUseIsUsedOnceByTwoBuyers() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("ONCE")!, reduction: .share(partsPerMillion: 500_000)), limit: 1)
        let carts = [try await shop.filledCart(coupon: "ONCE"), try await shop.filledCart(coupon: "ONCE")]
        _ = try await shop.complete(carts[0])
        await #expect(throws: CheckoutError(.couponUsedUp)) { _ = try await shop.complete(carts[1]) }
        try await #expect(shop.faults() == [])
    }

    @Test func aCouponOfEverythingAsksNoBank() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("ALL")!, reduction: .share(partsPerMillion: 1_000_000)))
        // 238.00 is above 200.00 only before the discount, so delivery would not be free of itself.
        let contents = try await shop.filledCart([("alpha/manual", 1)], coupon: "ALL")
        #expect(contents.quote?.total.minorUnits == 5_95)
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("GIFT")!, reduction: .amount(Money(minorUnits: 1_000_00, currency: Currency("EUR")!))))
        let free = try await Shop.open(book: Shop.bookWithFreeDelivery())
        try await free.checkout.addCoupon(Coupon(code: CouponCode("ALL")!, reduction: .share(partsPerMillion: 1_000_000)))
        let nothing = try await free.filledCart([("alpha/lamp", 2)], coupon: "ALL")
        #expect(nothing.quote?.total.minorUnits == 0)
        guard case .placed(let id, let total) = try await free.complete(nothing) else {
            Issue.record("nothing was placed")
            return
        }
        #expect(total.isZero && free.bank.statement.isEmpty)
        _ = try await free.checkout.cancel(id)
        try await #expect(free.faults() == [])
        try await #expect(free.available("alpha/lamp") == 100)
    }

    @Test func anotherTotalThanWasToldIsNeverCharged() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        try await shop.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 129_00), sequence: 2))
        await #expect(throws: CheckoutError(.priceChanged, field: "total", meta: ["total": "13495", "currency": "EUR"])) {
            _ = try await shop.complete(contents)
        }
        #expect(shop.bank.statement.isEmpty)
        _ = try await shop.complete(contents, key: "agreed", total: 134_95)
        try await #expect(shop.faults() == [])
    }

    @Test func aCartThatLacksSomethingIsNotBought() async throws {
        let shop = try await Shop.open()
        let empty = try await shop.checkout.openCart(market: "de", language: "de")
        await #expect(throws: CheckoutError(.cartEmpty)) { _ = try await shop.complete(empty) }
        let homeless = try await shop.checkout.addLine("alpha/lamp", quantity: 1, to: empty.cart.id, version: nil)
        await #expect(throws: CheckoutError(.deliveryMissing)) { _ = try await shop.complete(homeless) }
        await #expect(throws: CheckoutError(.idempotencyKeyInvalid)) { _ = try await shop.complete(homeless, key: String(repeating: "k", count: 256)) }
        try await #expect(shop.orderCount() == 0)
    }

    // MARK: Confirmation by the bank

    @Test func aConfirmedChargeIsAnOrderAndARefusedOneIsNot() async throws {
        for confirms in [true, false] {
            let shop = try await Shop.open(stock: ["alpha/lamp": 1])
            let contents = try await shop.filledCart()
            guard case .actionRequired(let attempt, let action) = try await shop.complete(contents, method: .asks) else {
                Issue.record("the bank asked nothing")
                return
            }
            #expect(action.url?.hasSuffix(attempt.text) == true)
            try await #expect(shop.available("alpha/lamp") == 0, "the goods are held meanwhile")
            await #expect(throws: CheckoutError(.cartBusy)) { _ = try await shop.checkout.addLine("beta/tea", quantity: 1, to: contents.cart.id, version: nil) }
            try await #expect(shop.checkout.returned(to: attempt, of: contents.cart.id) == .actionRequired(attempt, action))
            #expect(shop.bank.answerChallenge(of: attempt.text, confirms: confirms))
            if confirms {
                guard case .placed = try await shop.checkout.returned(to: attempt, of: contents.cart.id) else {
                    Issue.record("the confirmed charge is no order")
                    return
                }
            } else {
                await #expect(throws: CheckoutError(.paymentDeclined, meta: ["reason": "authenticationFailed"])) {
                    _ = try await shop.checkout.returned(to: attempt, of: contents.cart.id)
                }
                try await #expect(shop.available("alpha/lamp") == 1)
            }
            try await #expect(shop.faults() == [])
        }
    }

    @Test func anAbandonedConfirmationFreesTheGoodsAndALateOneFindsNothingToCharge() async throws {
        let shop = try await Shop.open(stock: ["alpha/lamp": 1])
        let contents = try await shop.filledCart()
        guard case .actionRequired(let attempt, _) = try await shop.complete(contents, method: .asks) else {
            Issue.record("the bank asked nothing")
            return
        }
        shop.clock.advance(minutes: 14)
        try await #expect(shop.checkout.recover(isStart: false).open == 1)
        try await #expect(shop.available("alpha/lamp") == 0)
        shop.clock.advance(minutes: 2)
        try await #expect(shop.checkout.recover(isStart: false).settled == 1)
        try await #expect(shop.available("alpha/lamp") == 1)
        #expect(!shop.bank.answerChallenge(of: attempt.text, confirms: true))
        await #expect(throws: CheckoutError(.paymentExpired)) { _ = try await shop.checkout.returned(to: attempt, of: contents.cart.id) }
        try await #expect(shop.faults() == [])
    }

    @Test func nobodyElsesAttemptIsAskedAfter() async throws {
        let shop = try await Shop.open()
        let (mine, yours) = (try await shop.filledCart(), try await shop.filledCart())
        guard case .actionRequired(let attempt, _) = try await shop.complete(mine, method: .asks) else { return }
        await #expect(throws: CheckoutError(.notFound)) { _ = try await shop.checkout.returned(to: attempt, of: yours.cart.id) }
    }

    // MARK: Answers that are lost or late

    @Test func anAnswerThatWasLostIsLookedUpAndChargesOnce() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        guard case .pending = try await shop.complete(contents, method: .timesOut) else {
            Issue.record("the answer was not lost")
            return
        }
        await #expect(throws: CheckoutError(.completionInProgress)) { _ = try await shop.complete(contents, method: .timesOut) }
        shop.clock.advance(minutes: 2)
        try await #expect(shop.checkout.recover(isStart: false).settled == 1)
        guard case .placed = try await shop.complete(contents, method: .timesOut) else {
            Issue.record("the charge is no order")
            return
        }
        #expect(shop.bank.statement.count == 1)
        try await #expect(shop.faults() == [])
    }

    @Test func moneyThatComesAfterTheEndGoesBackOnce() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        guard case .actionRequired(let attempt, _) = try await shop.complete(contents, method: .asks) else { return }
        // The bank tells of a refusal, and later, wrongly, of a charge.
        try await shop.checkout.settle(attempt, .declined(.authenticationFailed, reference: "r"))
        #expect(shop.bank.answerChallenge(of: attempt.text, confirms: true))
        for _ in 0..<3 { try await shop.checkout.settle(attempt, .captured(contents.quote!.total, reference: attempt.text)) }
        #expect(shop.bank.statement[attempt.text]?.refunded == 124_95)
        try await #expect(shop.orderCount() == 0)
        try await #expect(shop.faults() == [])
    }

    @Test func anotherAmountThanWasAskedIsNoOrderAndGoesBack() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        guard case .actionRequired(let attempt, _) = try await shop.complete(contents, method: .asks) else { return }
        let wrong = Money(minorUnits: 1, currency: Currency("EUR")!)
        try await shop.checkout.settle(attempt, .captured(wrong, reference: "wrong"))
        await #expect(throws: CheckoutError(.paymentDeclined, meta: ["reason": "wrongAmount"])) {
            _ = try await shop.checkout.returned(to: attempt, of: contents.cart.id)
        }
        try await #expect(shop.orderCount() == 0)
        // This bank never took that money and will not give it back: somebody is told.
        let faults = try await shop.checkout.faults()
        #expect(faults.contains { $0.hasPrefix("ref_") } && faults.count == 2)
    }

    // MARK: Cancelling

    @Test func whatIsCancelledTenTimesGoesBackOnce() async throws {
        let shop = try await Shop.open()
        guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart([("alpha/lamp", 2), ("beta/tea", 1)])) else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { _ = try await shop.checkout.cancel(id) } }
            try await group.waitForAll()
        }
        try await shop.checkout.payRefunds()
        let group = try await shop.checkout.order(id)
        #expect(group.orders.allSatisfy { $0.status == .cancelled })
        #expect(group.balance.kept == 0)
        try await #expect(shop.available("alpha/lamp") == 100)
        try await #expect(shop.checkout.balances().allSatisfy { $0.minorUnits == 0 })
        try await #expect(shop.faults() == [])
    }
}
