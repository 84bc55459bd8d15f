// KarooExpress – Apache-2.0

import KarooCommerce
import Support
import Testing

struct PromotionTests {
    // MARK: By hand

    /// Each kind, with two lines of 10.00 × 3 and 2.50 × 2, both of seller a: 35.00 together.
    @Test(arguments: [
        // 10 % of each line: 3.00 and 0.50.
        ("a share, line by line", Promotion.Reduction.share(partsPerMillion: 100_000), Promotion.Lane.line, [300, 50]),
        // 10 % of 35.00 is 3.50; 30/35 and 5/35 of it.
        ("a share of all", .share(partsPerMillion: 100_000), .order, [300, 50]),
        // 33.3333 % of 35.00 is 11.6667, so 11.67; exact shares are 10.0029 and 1.6671.
        ("a share that does not divide", .share(partsPerMillion: 333_333), .order, [1_000, 167]),
        // 7.00 of 35.00: 6.00 and 1.00.
        ("an amount", .amount(Money(minorUnits: 700, currency: Till.euro)), .order, [600, 100]),
        ("an amount above all", .amount(Money(minorUnits: 9_999, currency: Till.euro)), .order, [3_000, 500]),
        // 8.00 instead of 10.00, three times; 2.50 is cheaper already.
        ("a price", .unitPrice(Money(minorUnits: 800, currency: Till.euro)), .line, [600, 0]),
        // Five pieces: from 5 on 20 %.
        ("tiers of pieces", .quantityTiers([.init(from: 2, partsPerMillion: 50_000), .init(from: 5, partsPerMillion: 200_000)]), .line, [600, 100]),
        // 35.00: from 30.00 on 10 %.
        (
            "tiers of value", .valueTiers([.init(from: 30_00, partsPerMillion: 100_000), .init(from: 40_00, partsPerMillion: 300_000)], Till.euro), .order,
            [300, 50]
        ),
        // Five pieces are one set of three and two more: the cheapest one of 2.50 is free.
        ("three for two", .buyAndGet(buy: 2, get: 1, partsPerMillion: 1_000_000, gifts: nil), .line, [0, 250]),
        // Two sets and one: the two of 2.50, half off each.
        ("half off the second", .buyAndGet(buy: 1, get: 1, partsPerMillion: 500_000, gifts: nil), .line, [0, 250]),
        ("another currency", .amount(Money(minorUnits: 700, currency: Till.dollar)), .order, [0, 0]),
    ]) func aKindTakesOffWhatItSays(what: String, reduction: Promotion.Reduction, lane: Promotion.Lane, expected: [Int64]) throws {
        let quote = try Till.quote([Till.line("a/x", 1_000, 3), Till.line("a/y", 250, 2)], [Till.promotion("p", reduction, lane: lane)])
        #expect(quote.lines.map(\.discount.minorUnits) == expected, "\(what)")
        #expect(quote.faults == [])
    }

    @Test func aGiftOfOtherGoodsIsOfThoseAlone() throws {
        // Four lamps make two sets of two: two of the three bulbs are free.
        let rule = Promotion.Reduction.buyAndGet(buy: 2, get: 1, partsPerMillion: 1_000_000, gifts: Promotion.Scope(products: ["a/bulb"]))
        let promotion = Till.promotion("p", rule, Promotion.Scope(products: ["a/lamp"]))
        let quote = try Till.quote([Till.line("a/lamp", 3_000, 4), Till.line("a/bulb", 300, 3)], [promotion])
        #expect(quote.lines.map(\.discount.minorUnits) == [0, 600])
    }

    @Test func aFlashSaleIsForAsManyPiecesAsAreLeft() throws {
        // Two left: the dearer ones are taken first, 20.00 and then 10.00, half off.
        let sale = Till.promotion("p", .share(partsPerMillion: 500_000), lane: .line, left: 2)
        let quote = try Till.quote([Till.line("a/x", 1_000, 3), Till.line("a/y", 2_000, 1)], [sale])
        #expect(quote.lines.map(\.discount.minorUnits) == [500, 1_000])
        #expect(quote.discounts[0].units == 2)
        let none = try Till.quote([Till.line("a/x", 1_000, 3)], [Till.promotion("p", .share(partsPerMillion: 500_000), lane: .line, left: 0)])
        #expect(none.discounts.isEmpty)
    }

    @Test func scopesAreKept() throws {
        let lines = [Till.line("a/x", 1_000), Till.line("a/y", 1_000, category: "home/rugs"), Till.line("b/z", 1_000)]
        func touched(_ scope: Promotion.Scope) throws -> [Int64] {
            try Till.quote(lines, [Till.promotion("p", .share(partsPerMillion: 100_000), scope)]).lines.map(\.discount.minorUnits)
        }
        #expect(try touched(Promotion.Scope()) == [100, 100, 100])
        #expect(try touched(Promotion.Scope(seller: "a")) == [100, 100, 0])
        #expect(try touched(Promotion.Scope(categories: ["lamps"])) == [100, 0, 100])
        #expect(try touched(Promotion.Scope(categories: ["home"])) == [100, 100, 100])
        #expect(try touched(Promotion.Scope(categories: ["lamp"])) == [0, 0, 0])
        #expect(try touched(Promotion.Scope(seller: "b", categories: ["lamps", "rugs"])) == [0, 0, 100])
        #expect(try touched(Promotion.Scope(products: ["a/y"])) == [0, 100, 0])
        #expect(try touched(Promotion.Scope(offers: ["b/z"])) == [0, 0, 100])
    }

    @Test func lanesFollowEachOtherAndInEachTheBestWins() throws {
        let lines = [Till.line("a/x", 100_00), Till.line("a/y", 50_00)]
        let promotions = [
            Till.promotion("tenth of x", .share(partsPerMillion: 100_000), Promotion.Scope(products: ["a/x"])),
            Till.promotion("fifth of x", .share(partsPerMillion: 200_000), Promotion.Scope(products: ["a/x"])),
            Till.promotion("half of y", .share(partsPerMillion: 500_000), Promotion.Scope(products: ["a/y"])),
            Till.promotion("ten off", .amount(Money(minorUnits: 10_00, currency: Till.euro))),
            Till.promotion("five off", .amount(Money(minorUnits: 5_00, currency: Till.euro))),
            Till.promotion("free delivery", .freeShipping, minimum: Money(minorUnits: 80_00, currency: Till.euro)),
        ]
        let coupon = Coupon(code: CouponCode("TENTH")!, reduction: .share(partsPerMillion: 100_000))
        let quote = try Till.quote(lines, promotions, coupon: coupon)
        // 100 − 20 = 80 and 50 − 25 = 25; of 105, 10 off; of 95, a tenth; 85.50 are above 80, so delivery is free.
        #expect(quote.discounts.map(\.name) == ["fifth of x", "half of y", "ten off", "TENTH", "free delivery"])
        #expect(quote.discounts.map(\.amount.minorUnits) == [20_00, 25_00, 10_00, 9_50, 5_00])
        #expect(quote.total.minorUnits == 85_50 && quote.shipping.isZero && quote.shippingDiscount.minorUnits == 5_00)
        #expect(quote.faults == [])
        for _ in 0..<5 { #expect(try Till.quote(lines, promotions.shuffled(), coupon: coupon).discounts == quote.discounts) }
    }

    @Test func twoSellersEachHaveTheirOwnDiscountOfAll() throws {
        let promotions = ["a", "b"].map { seller in
            Till.promotion(seller, .amount(Money(minorUnits: 3_00, currency: Till.euro)), Promotion.Scope(seller: Seller.ID(seller)), borne: 1_000_000)
        }
        let quote = try Till.quote([Till.line("a/x", 10_00), Till.line("b/y", 20_00)], promotions)
        #expect(quote.lines.map(\.discount.minorUnits) == [3_00, 3_00] && quote.lines.map(\.sellerDiscount.minorUnits) == [3_00, 3_00])
    }

    @Test func whoBearsADiscountAddsUp() throws {
        // A third of 1.01 is borne by the seller: 0.34 and 0.67.
        let promotion = Till.promotion("p", .amount(Money(minorUnits: 1_01, currency: Till.euro)), borne: 333_333)
        let share = try Till.quote([Till.line("a/x", 10_00)], [promotion]).discounts[0].shares[0]
        #expect(share.amount.minorUnits == 1_01 && share.sellerAmount.minorUnits == 34 && share.platformAmount.minorUnits == 67)
    }

    @Test func aCodeIsNotUsedUpForWhatIsFreeWithoutIt() throws {
        let coupon = Coupon(code: CouponCode("FREE")!, reduction: .freeShipping)
        let quote = try Till.quote([Till.line("a/x", 10_00)], [Till.promotion("p", .freeShipping)], coupon: coupon)
        #expect(quote.coupon == nil && quote.discounts.map(\.name) == ["p"])
    }

    @Test func yenHaveNoDecimalsAndFilsEndInNothing() throws {
        // A third of 1,000 yen is 333; of 10.000 dinars, 3.330.
        let third = Till.promotion("p", .share(partsPerMillion: 333_333))
        let yen = try Till.quote([Till.line("a/x", 1_000, in: Till.japan)], [third], in: Till.japan)
        #expect(yen.discount.minorUnits == 333 && yen.total.minorUnits == 667 + 5)
        let dinars = try Till.quote([Till.line("a/x", 10_000, in: Till.kuwait)], [third], in: Till.kuwait)
        #expect(dinars.discount.minorUnits == 3_330 && dinars.total.minorUnits == 6_670 + 5_000)
    }

    @Test func whatIsNoPromotionIsRefused() {
        func fault(_ reduction: Promotion.Reduction, lane: Promotion.Lane? = nil, minimum: Money? = nil, borne: Int64 = 0, name: String = "p") -> String? {
            Promotion(id: "p", name: name, lane: lane, reduction: reduction, minimum: minimum, sellerPartsPerMillion: borne).fault
        }
        #expect(fault(.share(partsPerMillion: 1_000_000)) == nil)
        #expect(fault(.share(partsPerMillion: 0)) != nil && fault(.share(partsPerMillion: 1_000_001)) != nil)
        #expect(fault(.amount(Money(minorUnits: -1, currency: Till.euro))) != nil && fault(.amount(Money(minorUnits: 1_001, currency: Till.dinar))) != nil)
        #expect(fault(.quantityTiers([])) != nil && fault(.quantityTiers([.init(from: 5, partsPerMillion: 1), .init(from: 5, partsPerMillion: 2)])) != nil)
        #expect(fault(.buyAndGet(buy: 0, get: 1, partsPerMillion: 1, gifts: nil)) != nil)
        #expect(fault(.freeShipping, lane: .line) != nil && fault(.share(partsPerMillion: 1), lane: .coupon) != nil)
        #expect(fault(.freeShipping, borne: 1_000_001) != nil && fault(.freeShipping, name: "") != nil)
        #expect(fault(.freeShipping, minimum: Money(minorUnits: -1, currency: Till.euro)) != nil)
    }

    // MARK: For every basket

    @Test func whateverHoldsTheSumsAreExact() throws {
        var random = Seeded("promotions")
        for _ in 0..<3_000 {
            let market = Till.markets.randomElement(using: &random)!
            let lines = (0..<Int.random(in: 1...6, using: &random)).map { number in
                Till.line(
                    "\(Bool.random(using: &random) ? "a" : "b")/s\(number)", Int64.random(in: 0...3_000, using: &random) * market.currency.chargeStep,
                    Int64.random(in: 1...9, using: &random), in: market, category: Bool.random(using: &random) ? "home/lamps" : "home/rugs",
                    tax: Bool.random(using: &random) ? "high" : "low")
            }
            let promotions = (0..<Int.random(in: 0...6, using: &random)).map { PromotionTests.random("p\($0)", market, &random) }
            let quote = try Till.quote(lines, promotions, in: market)
            #expect(quote.faults == [])
            let zero = Money.zero(market.currency)
            // I4, I6: what came off is what the discounts say, and no line and no delivery costs less than nothing.
            let allocated = quote.discounts.reduce(zero) { $0 + $1.amount }
            #expect(allocated == quote.discount + quote.shippingDiscount)
            #expect(quote.lines.allSatisfy { !$0.price.isNegative } && quote.parcels.allSatisfy { !$0.shipping.isNegative })
            let added = market.taxInclusive ? zero : quote.tax
            #expect(quote.total == quote.goods - quote.discount + quote.shipping + added)
            #expect(quote.parcels.reduce(zero) { $0 + quote.total(of: $1.seller) } == quote.total && quote.total.isChargeable)
            // No line is in one lane twice.
            for lane in Promotion.Lane.allCases {
                let targets = quote.discounts.filter { $0.lane == lane }.flatMap(\.shares).map(\.target)
                #expect(Set(targets).count == targets.count)
            }
            for open in promotions {
                guard let left = open.unitsLeft else { continue }
                #expect(quote.discounts.filter { $0.source == .promotion(open.promotion.id) }.reduce(0) { $0 + $1.units } <= left)
            }
            // Neither the order of promotions nor, but for ties, that of lines matters.
            #expect(try Till.quote(lines, promotions.shuffled(using: &random), in: market).discounts == quote.discounts)
            #expect(try Quote(parsing: quote.json) == quote)
            for open in promotions {
                let promotion = open.promotion
                #expect(try Promotion(id: promotion.id, name: promotion.name, parsing: JSON(parsing: promotion.json)) == promotion)
            }
        }
    }

    private static func random(_ id: String, _ market: MarketTerms, _ random: inout Seeded) -> OpenPromotion {
        let parts = Int64.random(in: 1...1_000_000, using: &random)
        let money = Money(minorUnits: Int64.random(in: 1...4_000, using: &random) * market.currency.chargeStep, currency: market.currency)
        let tiers = [Promotion.Tier(from: 2, partsPerMillion: parts / 2 + 1), Promotion.Tier(from: 8, partsPerMillion: parts)]
        let scope = [
            Promotion.Scope(), Promotion.Scope(seller: "a"), Promotion.Scope(categories: ["rugs"]), Promotion.Scope(products: ["a/s0", "b/s1"]),
        ].randomElement(using: &random)!
        let reduction: Promotion.Reduction =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .amount(money)
            case 1: .unitPrice(money)
            case 2: .quantityTiers(tiers)
            case 3: .valueTiers(tiers, market.currency)
            case 4: .buyAndGet(buy: Int64.random(in: 1...3, using: &random), get: 1, partsPerMillion: parts, gifts: nil)
            case 5: .buyAndGet(buy: 2, get: 2, partsPerMillion: parts, gifts: Promotion.Scope(categories: ["lamps"]))
            case 6: .freeShipping
            default: .share(partsPerMillion: parts)
            }
        let lane: Promotion.Lane? = reduction == .freeShipping ? nil : [nil, .line, .order].randomElement(using: &random)!
        return Till.promotion(
            id, reduction, scope, lane: lane, minimum: Bool.random(using: &random) ? money : nil, borne: Int64.random(in: 0...1_000_000, using: &random),
            left: reduction != .freeShipping && Bool.random(using: &random) ? Int64.random(in: 0...6, using: &random) : nil)
    }
}
