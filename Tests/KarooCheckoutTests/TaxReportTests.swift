// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooCheckout

struct TaxReportTests {
    private static let origins: [Seller.ID: String] = ["alpha": "DE", "beta": "AT"]
    private static let vienna = try! PostalAddress(name: "A", lines: ["Ring 1"], city: "Wien", postalCode: "1010", region: nil, country: "AT")

    private func order(_ shop: Shop, to address: PostalAddress, _ goods: [(offer: String, quantity: Int64)]) async throws -> OrderGroup.ID {
        let cart = try await shop.filledCart(goods).cart.id
        let contents = try await shop.checkout.setDelivery(email: "a@example.com", address: address, of: cart, version: nil)
        guard case .placed(let id, _) = try await shop.complete(contents) else { throw CheckoutError(.internal) }
        return id
    }

    @Test func whatWentAbroadIsReportedAndWhatCameBackIsSubtracted() async throws {
        // 2027-01-15 at the beginning.
        let shop = try await Shop.open()
        _ = try await order(shop, to: TaxReportTests.vienna, [("alpha/lamp", 2), ("beta/tea", 1)])
        _ = try await order(shop, to: Shop.address, [("alpha/lamp", 1)])
        let later = try await order(shop, to: TaxReportTests.vienna, [("alpha/lamp", 1)])
        let first = try await shop.checkout.taxReport(of: Quarter("2027-Q1")!, origins: TaxReportTests.origins)
        // Alpha's lamps from Germany to Austria at 20 %: 238.00 (delivery is free from 200.00 on), and 124.95; beta sells at home.
        #expect(first.rows.count == 1)
        #expect(first.rows[0].net == 238_00 - 39_67 + (119_00 - 19_83) + (5_95 - 99) && first.rows[0].tax == 39_67 + 19_83 + 99)
        #expect(first.csv == "quarter,seller,origin,destination,rate,currency,net,tax\r\n2027-Q1,alpha,DE,AT,20,EUR,302.46,60.49\r\n")
        shop.clock.advance(minutes: 100 * 24 * 60)
        _ = try await shop.checkout.cancel(later)
        let second = try await shop.checkout.taxReport(of: Quarter("2027-Q2")!, origins: TaxReportTests.origins)
        #expect(second.rows.map(\.net) == [-(119_00 - 19_83 + 5_95 - 99)] && second.rows.map(\.tax) == [-(19_83 + 99)])
        #expect(second.csv.hasSuffix("2027-Q2,alpha,DE,AT,20,EUR,'-104.13,'-20.82\r\n"))
        try await #expect(shop.checkout.taxReport(of: Quarter("2027-Q1")!, origins: TaxReportTests.origins).rows == first.rows)
        #expect(try JSON(parsing: second.json).fields().take("rows") != nil)
    }

    @Test(arguments: ["2026-Q4", "1970-Q1", "9998-Q4"]) func aQuarterIsAQuarter(text: String) {
        #expect(Quarter(text)?.description == text)
    }

    @Test(arguments: ["", "2026", "2026-Q0", "2026-Q5", "2026Q4", "26-Q4", "2026-q4", "2026-Q44", "+026-Q1", "2026-Q+"]) func whatIsNoneIsNone(text: String) {
        #expect(Quarter(text) == nil)
    }

    @Test func quartersFollowEachOther() {
        let quarters = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"].map { Quarter($0)!.moments }
        for (one, next) in zip(quarters, quarters.dropFirst()) { #expect(one.upperBound == next.lowerBound) }
        #expect(quarters[3] == Instant("2026-10-01T00:00:00Z")!.millisecondsSinceEpoch..<Instant("2027-01-01T00:00:00Z")!.millisecondsSinceEpoch)
    }

    @Test(arguments: [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("a,b", "\"a,b\""), ("=\"a\"", "\"'=\"\"a\"\"\""), ("plain", "plain")])
    func noCellIsAFormula(text: String, cell: String) {
        #expect(TaxReport.cell(text) == cell)
    }
}
