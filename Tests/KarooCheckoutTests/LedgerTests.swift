// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooCheckout

struct LedgerTests {
    /// One order, one cancelled order, and one payment that waits: books in every state.
    private func busyShop() async throws -> (shop: Shop, order: OrderGroup.ID) {
        let shop = try await Shop.open()
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("TEN")!, reduction: .share(partsPerMillion: 100_000)))
        let sale = Promotion(
            id: "", name: "Bulbs", reduction: .share(partsPerMillion: 500_000), scope: Promotion.Scope(seller: "alpha", offers: ["alpha/bulb"]))
        _ = try await shop.checkout.addPromotion(NewPromotion(name: "Bulbs", promotion: sale, unitLimit: 10, setsAside: true))
        let free = Promotion(id: "", name: "Tea comes free", reduction: .freeShipping, scope: Promotion.Scope(seller: "beta"))
        _ = try await shop.checkout.addPromotion(NewPromotion(name: "Tea comes free", promotion: free))
        guard case .placed(let order, _) = try await shop.complete(try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 1)], coupon: "TEN")),
            case .placed(let cancelled, _) = try await shop.complete(try await shop.filledCart())
        else { throw CheckoutError(.internal) }
        _ = try await shop.checkout.cancel(cancelled)
        _ = try await shop.complete(try await shop.filledCart([("alpha/bulb", 2)]), method: .asks)
        return (shop, order)
    }

    @Test func whoBearsADiscountPaysForIt() async throws {
        let shop = try await Shop.open()
        let half = Coupon.Reduction.share(partsPerMillion: 500_000)
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("OURS")!, reduction: half))
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("THEIRS")!, reduction: half, seller: "alpha"))
        for code in ["OURS", "THEIRS"] { _ = try await shop.complete(try await shop.filledCart(coupon: code)) }
        // 119.00 for 59.50, delivery 5.95. Ours: alpha gets 124.95 less 10 % of 119.00; theirs: 65.45 less 10 % of 59.50.
        let balances = try await shop.checkout.balances()
        #expect(
            balances.map { "\($0.account) \($0.minorUnits)" } == [
                "platform:commission -1785", "platform:discounts 5950", "provider:sandbox 13090", "seller:alpha -17255",
            ])
    }

    @Test(arguments: [
        "UPDATE entries SET amount = amount + 1 WHERE account = 'seller:alpha'",
        "DELETE FROM entries WHERE account = 'platform:commission'",
        "UPDATE payment_events SET amount = amount - 1 WHERE kind = 'captured'",
        "DELETE FROM payment_events WHERE kind = 'captured'",
        "DELETE FROM payment_events WHERE kind = 'refunded'",
        "UPDATE orders SET total = total + 1",
        "UPDATE orders SET status = 'cancelled' WHERE status = 'placed'",
        "UPDATE orders SET status = 'placed' WHERE status = 'cancelled'",
        "UPDATE order_groups SET total = total - 1",
        "UPDATE order_lines SET unit_price = unit_price + 1",
        "UPDATE order_lines SET tax = tax + 1",
        "UPDATE stock SET on_hand = on_hand + 1 WHERE offer = 'alpha/lamp'",
        "UPDATE stock SET reserved = reserved - 1 WHERE offer = 'alpha/bulb'",
        "DELETE FROM stock_movements WHERE kind = 'sale'",
        "UPDATE reservations SET status = 'released' WHERE status = 'active'",
        "UPDATE reservations SET status = 'active' WHERE status = 'consumed'",
        "UPDATE carts SET status = 'open' WHERE status = 'completed'",
        "UPDATE carts SET status = 'open' WHERE status = 'completing'",
        "UPDATE payment_attempts SET status = 'declined' WHERE status = 'succeeded'",
        "UPDATE payment_attempts SET amount = amount + 1 WHERE status = 'succeeded'",
        "UPDATE coupons SET used = used + 1",
        "UPDATE promotions SET used_units = used_units + 1",
        "UPDATE promotion_uses SET status = 'released' WHERE status = 'redeemed'",
        "UPDATE promotion_uses SET status = 'redeemed' WHERE status = 'reserved'",
        "UPDATE stock SET set_aside = set_aside + 1",
        "UPDATE discount_allocations SET amount = amount + 1",
        "UPDATE discount_allocations SET seller_amount = 1 WHERE seller_amount = 0",
        "DELETE FROM discount_allocations WHERE offer IS NULL",
        "UPDATE order_lines SET discount = discount + 1",
        "UPDATE orders SET shipping_discount = shipping_discount + 1",
        "UPDATE tax_lines SET tax = tax + 1",
        "UPDATE payment_attempts SET quote = REPLACE(quote, '190000', '200000')",
        "UPDATE refunds SET amount = amount - 1",
        "UPDATE refunds SET status = 'failed'",
    ]) func oneChangedRowIsFound(change: String) async throws {
        let (shop, _) = try await busyShop()
        try await #expect(shop.checkout.faults() == [])
        try await shop.database.write { tx in try tx.connection.script(change) }
        try await #expect(shop.checkout.faults() != [])
    }

    @Test func everyCentOfAnOrderIsExplained() async throws {
        let (shop, order) = try await busyShop()
        let text = try await shop.checkout.explanation(of: order).joined(separator: "\n")
        // The lamp: 119.00 less 11.90; of the 107.10, 17.10 are tax.
        #expect(text.contains("lamp  1 × 119.00 EUR − 11.90 EUR = 107.10 EUR; in it 17.10 EUR tax, 19 %"))
        #expect(text.contains("total  119.00 EUR − 11.90 EUR + 5.95 EUR = 113.05 EUR"))
        #expect(text.contains("lamp  commission 11.90 EUR, 10 % by the rule standard"))
        #expect(text.contains("sale  platform:discounts  11.90 EUR"))
        await #expect(throws: CheckoutError(.notFound)) { _ = try await shop.checkout.explanation(of: "og_none") }
    }
}
