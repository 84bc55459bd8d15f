// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooDatabase
import Support
import Testing

@testable import KarooCheckout

struct PaymentTests {
    static let transfer = BankTransfer(accounts: ["de": PaymentDue.Account(holder: "Shop", typedIBAN: "DE89370400440532013000", bic: "COBADEFFXXX")!], days: 7)

    private func shop(_ provider: any PaymentProvider, stock: [String: Int64] = ["alpha/lamp": 10, "beta/tea": 10]) async throws -> Shop {
        let shop = try await Shop.open(stock: stock)
        let paid = Shop(clock: shop.clock, database: shop.database, bank: shop.bank, payments: provider)
        paid.checkout.offers.use(try shop.checkout.offers.current())
        return paid
    }

    private func buy(_ shop: Shop, _ method: String, _ goods: [(offer: String, quantity: Int64)] = [("alpha/lamp", 1), ("beta/tea", 1)]) async throws -> Completion {
        let contents = try await shop.filledCart(goods)
        let total = contents.quote!.total
        return try await shop.checkout.complete(
            contents.cart.id, CompletionRequest(key: "key", body: Array(method.utf8), total: total, method: method)
        ).completion
    }

    // MARK: Promises

    @Test func aTransferThatDoesNotComeFreesTheGoods() async throws {
        let shop = try await shop(PaymentTests.transfer)
        guard case .promised(let id, _, let due) = try await buy(shop, "bankTransfer") else {
            Issue.record("nothing was promised")
            return
        }
        #expect(due.until?.millisecondsSinceEpoch == Shop.start + 7 * 86_400_000)
        try await #expect(shop.available("alpha/lamp") == 9)
        shop.clock.advance(minutes: 7 * 24 * 60 - 1)
        try await shop.checkout.recover(isStart: false)
        try await #expect(shop.checkout.order(id).paymentState == .awaiting)
        shop.clock.advance(minutes: 1)
        try await shop.checkout.recover(isStart: false)
        let group = try await shop.checkout.order(id)
        #expect(group.paymentState == .voided && group.orders.allSatisfy { $0.status == .cancelled })
        try await #expect(shop.available("alpha/lamp") == 10)
        try await #expect(shop.checkout.balances().allSatisfy { $0.minorUnits == 0 })
        try await #expect(shop.checkout.faults() == [])

        // It comes after all.
        guard case .late(let refund, let money) = try await shop.checkout.noteReceived(due.reference!, amount: group.total, by: "test") else {
            Issue.record("late money pays a cancelled order")
            return
        }
        #expect(money == group.total)
        try await shop.checkout.noteRefunded(refund, by: "test")
        await #expect(throws: CheckoutError(.notRefundable)) { try await shop.checkout.noteRefunded(refund, by: "test") }
        try await #expect(shop.checkout.faults() == [])
    }

    @Test func cashIsPaidOrderByOrderAndNeverLapses() async throws {
        let shop = try await shop(CashOnDelivery(markets: ["de"]))
        guard case .promised(let id, _, _) = try await buy(shop, "cashOnDelivery") else {
            Issue.record("nothing was promised")
            return
        }
        shop.clock.advance(minutes: 365 * 24 * 60)
        try await shop.checkout.recover(isStart: true)
        let orders = try await shop.checkout.order(id).orders
        await #expect(throws: CheckoutError(.notRefundable)) { try await shop.checkout.refund(orders[0].id, orders[0].total, reason: .damaged, by: "test") }
        for order in orders {
            try await #expect(shop.checkout.noteReceived(order.id.text, amount: order.total, by: "test") == .paid(order.total))
            try await #expect(shop.checkout.noteReceived(order.id.text, amount: nil, by: "test") == .known)
            try await #expect(shop.checkout.faults() == [])
        }
        try await #expect(shop.checkout.order(id).paymentState == .paid)
    }

    @Test(arguments: [
        "DELETE FROM entries WHERE journal IN (SELECT id FROM journals WHERE kind = 'payment')",
        "UPDATE entries SET amount = amount + 1 WHERE account = 'receivable:bankTransfer' AND amount > 0",
        "UPDATE payment_events SET amount = amount - 1 WHERE kind = 'captured'",
        "DELETE FROM payment_events WHERE kind = 'captured'",
        "UPDATE payment_attempts SET promise_ended_at = 1 WHERE promise_ended_at IS NULL",
        "UPDATE refunds SET amount = amount + 1",
        "UPDATE orders SET status = 'cancelled' WHERE status = 'placed'",
    ]) func oneChangedRowOfAPromiseIsFound(change: String) async throws {
        let shop = try await shop(PaymentTests.transfer)
        guard case .promised(let id, _, let due) = try await buy(shop, "bankTransfer"), case .promised = try await buy(shop, "bankTransfer") else { return }
        _ = try await shop.checkout.noteReceived(due.reference!, amount: nil, by: "test")
        let order = try await shop.checkout.order(id).orders[0]
        try await shop.checkout.refund(order.id, Money(minorUnits: 333, currency: order.total.currency), reason: .damaged, by: "test")
        try await #expect(shop.checkout.faults() == [])
        try await shop.database.write { tx in try tx.connection.script(change) }
        try await #expect(shop.checkout.faults() != [])
    }

    // MARK: Giving back

    @Test func howeverASumIsDividedIntoRefundsItComesToTheSame() async throws {
        var random = Seeded("refunds")
        for round in 0..<12 {
            let shop = try await Shop.open(commission: 123_457)
            try await shop.checkout.addCoupon(Coupon(code: CouponCode("SHARE")!, reduction: .share(partsPerMillion: 333_333)))
            guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart([("alpha/lamp", 3)], coupon: "SHARE")) else { return }
            let order = try await shop.checkout.order(id).orders[0]
            var left = order.total.minorUnits
            while left > 0 {
                let part = min(left, Int64(1 + random.next() % UInt64(order.total.minorUnits / 3)))
                try await shop.checkout.refund(order.id, Money(minorUnits: part, currency: order.total.currency), reason: .goodwill, by: "test")
                left -= part
                try await #expect(shop.faults() == [], "round \(round), \(left) left")
            }
            await #expect(throws: CheckoutError(.refundTooLarge, field: "amount", meta: ["left": "0"])) {
                try await shop.checkout.refund(order.id, Money(minorUnits: 1, currency: order.total.currency), reason: .goodwill, by: "test")
            }
            try await #expect(shop.checkout.balances().allSatisfy { $0.minorUnits == 0 }, "round \(round)")
        }
    }

    @Test func theSameKeyGivesBackOnce() async throws {
        let shop = try await Shop.open()
        guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart()) else { return }
        let order = try await shop.checkout.order(id).orders[0]
        let (one, two) = (Money(minorUnits: 100, currency: order.total.currency), Money(minorUnits: 200, currency: order.total.currency))
        let first = try await shop.checkout.refund(order.id, one, reason: .damaged, key: "k", by: "test")
        try await #expect(shop.checkout.refund(order.id, one, reason: .damaged, key: "k", by: "test").id == first.id)
        await #expect(throws: CheckoutError(.idempotencyKeyReused)) { try await shop.checkout.refund(order.id, two, reason: .damaged, key: "k", by: "test") }
        #expect(shop.bank.statement.values.map(\.refunded) == [100])
        try await #expect(shop.faults() == [])
    }

    // MARK: The parts

    @Test func referencesOfTransfersHaveTheCheckDigitsOfTheStandard() {
        // The example of ISO 11649 is RF18 5390 0754 7034; ours have ten characters.
        let reference = CreditorReference(of: "pay_1")
        #expect(reference.text.utf8.count == 14 && CreditorReference(typed: CreditorReference.grouped(reference.text).lowercased()) == reference)
        let wrong = reference.text.dropLast() + (reference.text.last == "7" ? "8" : "7")
        #expect(CreditorReference(typed: String(wrong)) == nil)
        #expect(PaymentDue.Account(holder: "", typedIBAN: "GB82 WEST 1234 5698 7654 32", bic: "") != nil)
        #expect(PaymentDue.Account(holder: "", typedIBAN: "GB83 WEST 1234 5698 7654 32", bic: "") == nil)
    }

    @Test func providersCountInTheirOwnParts() {
        func money(_ minorUnits: Int64, _ code: String) -> Money { Money(minorUnits: minorUnits, currency: Currency(code)!) }
        #expect(PayPalAmount.text(money(1_999, "EUR")) == "19.99" && PayPalAmount.text(money(1_200, "JPY")) == "1200")
        #expect(PayPalAmount.text(money(1_200_00, "HUF")) == "1200" && PayPalAmount.text(money(1_200_50, "HUF")) == nil)
        #expect(PayPalAmount.text(money(1_200, "KWD")) == nil)
        #expect(Money(providerAmount: 500, currency: Currency("ISK")!) == money(5, "ISK") && Money(providerAmount: 501, currency: Currency("ISK")!) == nil)
        #expect(Money(providerAmount: 5_120, currency: Currency("KWD")!) == money(5_120, "KWD"))
    }

    @Test func aChecksumIsThatOfZlib() {
        #expect(CRC32.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926 && CRC32.checksum(of: []) == 0)
    }

    @Test func stripesSignaturesAreReadAsTheyAreWritten() {
        let body = Array(#"{"id":"evt_1"}"#.utf8)
        let code = HMAC.sha256(Array("1800000000.".utf8) + body, key: Array("whsec_x".utf8)).hex
        #expect(StripeSignature("t=1800000000,v1=\(code)")?.isValid(for: body, secret: "whsec_x") == true)
        #expect(StripeSignature("t=1800000000,v1=\(String(repeating: "0", count: 64)),v1=\(code),v0=x")?.isValid(for: body, secret: "whsec_x") == true)
        #expect(StripeSignature("t=1800000001,v1=\(code)")?.isValid(for: body, secret: "whsec_x") == false)
        #expect(StripeSignature("t=1800000000,v1=\(code)")?.isValid(for: body + [0x0A], secret: "whsec_x") == false)
        for header in ["", "t=1800000000,v0=\(code)", "v1=\(code)", "t=x,v1=\(code)", "t=1800000000,v1=\(code.dropLast())", "t=9223372036854775807,v1=\(code)"] {
            #expect(StripeSignature(header) == nil, "\(header)")
        }
    }
}
