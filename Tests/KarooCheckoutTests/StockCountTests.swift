// KarooExpress – Apache-2.0

import KarooCommerce
import Testing

@testable import KarooCheckout

struct StockCountTests {
    @Test func whatIsCountedIsWhatThereIsAndTheBooksAgree() async throws {
        let shop = try await Shop.open()
        let changed = try await shop.checkout.countStock(
            [
                StockCount(offer: "alpha/lamp", onHand: 7, backorderLimit: nil), StockCount(offer: "alpha/bulb", onHand: 100, backorderLimit: 5),
                StockCount(offer: "beta/tea", onHand: 100, backorderLimit: nil), StockCount(offer: "beta/new", onHand: 3, backorderLimit: nil),
            ], reason: "counted")
        #expect(changed == 3)
        for (offer, available) in [("alpha/lamp", 7), ("alpha/bulb", 105), ("beta/new", 3)] { try await #expect(shop.available(offer) == available) }
        try await #expect(shop.faults() == [])
    }

    @Test func lessThanPaymentsHoldIsRefusedWithAllTheRest() async throws {
        let shop = try await Shop.open()
        let cart = try await shop.filledCart([("alpha/lamp", 5)])
        guard case .actionRequired = try await shop.complete(cart, method: .asks) else {
            Issue.record("the payment is not under way")
            return
        }
        await #expect(throws: CheckoutError(.outOfStock, field: "1")) {
            try await shop.checkout.countStock(
                [StockCount(offer: "alpha/bulb", onHand: 1, backorderLimit: nil), StockCount(offer: "alpha/lamp", onHand: 4, backorderLimit: nil)],
                reason: "counted")
        }
        try await #expect(shop.available("alpha/bulb") == 100)
        await #expect(throws: CheckoutError(.badQuantity, field: "0")) {
            try await shop.checkout.countStock([StockCount(offer: "alpha/bulb", onHand: -1, backorderLimit: nil)], reason: "counted")
        }
    }
}
