// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooCheckout

struct CurrencyQuoteTests {
    private static let dollar = Currency("USD")!

    /// 2027-01-15 is the day on which the tests' time begins.
    private static func file(_ day: String = "2027-01-14", dollar: String = "1.10", yen: String = "160") -> [UInt8] {
        Array("<a><Cube time='\(day)'><Cube currency='USD' rate='\(dollar)'/><Cube currency='JPY' rate='\(yen)'/></Cube></a>".utf8)
    }

    private func complete(_ shop: Shop, _ contents: CartContents, token: String?, key: String = "key") async throws -> OrderGroup {
        let total = contents.quote!.total
        let request = CompletionRequest(
            key: key, body: Array("\(key) \(token ?? "")".utf8), total: total, method: SandboxProvider.Method.succeeds.rawValue, currencyQuote: token)
        guard case .placed(let id, _) = try await shop.checkout.complete(contents.cart.id, request).completion else { throw CheckoutError(.internal) }
        return try await shop.checkout.order(id)
    }

    @Test func whatABuyerWasToldIsKeptWithTheOrderAndTheMarketsCurrencyIsCharged() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.takeRates(CurrencyQuoteTests.file(), source: "ECB")
        let contents = try await shop.filledCart()
        let (quote, token) = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id)
        // 124.95 × 1.10 = 137.445.
        #expect(quote.amount.minorUnits == 137_45 && quote.rate == "1.100000" && quote.source == "ECB" && quote.day == Day("2027-01-14"))
        let group = try await complete(shop, contents, token: token)
        #expect(group.total.minorUnits == 124_95 && group.currencyQuote == quote)
        #expect(shop.bank.statement.values.map(\.captured.minorUnits) == [124_95])
        try await #expect(shop.faults() == [])
        let text = try await shop.checkout.explanation(of: group.id).joined(separator: "\n")
        #expect(text.contains("told  137.45 USD at 1.100000, ECB of 2027-01-14"))
        try await shop.database.write { tx in _ = try tx.execute("UPDATE currency_quotes SET amount = amount + 1") }
        try await #expect(shop.checkout.faults().count == 1)
    }

    @Test func aTokenHoldsForItsCartItsTotalAndItsTime() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.takeRates(CurrencyQuoteTests.file(), source: "ECB")
        let contents = try await shop.filledCart()
        let token = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id).token
        let other = try await shop.filledCart()
        for (number, wrong) in ["", "x", "x.y", token + "x", "x" + token, String(token.dropLast()), String(repeating: "x", count: 5_000)].enumerated() {
            await #expect(throws: CheckoutError(.currencyQuoteInvalid, field: "currencyQuote")) {
                _ = try await complete(shop, contents, token: wrong, key: "\(number)")
            }
        }
        await #expect(throws: CheckoutError(.currencyQuoteInvalid, field: "currencyQuote")) { _ = try await complete(shop, other, token: token) }
        let more = try await shop.checkout.addLine("beta/tea", quantity: 1, to: contents.cart.id, version: nil)
        await #expect(throws: CheckoutError(.currencyQuoteInvalid, field: "currencyQuote")) { _ = try await complete(shop, more, token: token, key: "more") }
        let fresh = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id).token
        shop.clock.advance(minutes: 15)
        await #expect(throws: CheckoutError(.currencyQuoteInvalid, field: "currencyQuote")) { _ = try await complete(shop, more, token: fresh, key: "late") }
        #expect(shop.bank.statement.isEmpty)
        _ = try await complete(shop, more, token: nil, key: "without")
        try await #expect(shop.faults() == [])
    }

    @Test func theLastGoodRatesStayAndAge() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        await #expect(throws: CheckoutError(.conversionUnavailable, field: "currency")) {
            _ = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id)
        }
        try await shop.checkout.takeRates(CurrencyQuoteTests.file(), source: "ECB")
        for bad in [
            CurrencyQuoteTests.file("2027-01-15", dollar: "11.00"), CurrencyQuoteTests.file("2027-01-15", dollar: "0"),
            CurrencyQuoteTests.file("2027-01-13"), CurrencyQuoteTests.file("2027-01-17"), Array("<!DOCTYPE x><a/>".utf8),
        ] {
            await #expect(throws: RateFault.self) { _ = try await shop.checkout.takeRates(bad, source: "ECB") }
        }
        let known = try await shop.checkout.knownRates()
        #expect(known?.rates.date == Day("2027-01-14") && known?.rates.rate(of: CurrencyQuoteTests.dollar)?.description == "1.10")
        await #expect(throws: CheckoutError(.conversionUnavailable, field: "currency")) {
            _ = try await shop.checkout.quoteCurrency(Currency("GBP")!, for: contents.cart.id)
        }
        // The day after next the rates are three days old, and after a week they are too old.
        shop.clock.advance(minutes: 2 * 24 * 60)
        _ = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id)
        shop.clock.advance(minutes: 5 * 24 * 60)
        await #expect(throws: CheckoutError(.conversionUnavailable, field: "currency")) {
            _ = try await shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id)
        }
        try await shop.checkout.takeRates(CurrencyQuoteTests.file("2027-01-21", dollar: "1.20"), source: "ECB")
        try await #expect(shop.checkout.quoteCurrency(CurrencyQuoteTests.dollar, for: contents.cart.id).quote.amount.minorUnits == 149_94)
    }
}
