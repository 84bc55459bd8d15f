// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct CouponCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupon", abstract: "Make codes that make something cheaper.", subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a coupon: by --percent, --amount or --free-shipping.")

        @Argument(help: "The code; case does not matter.")
        var code: String

        @Option(help: ArgumentHelp("How much comes off the goods, in percent, as 12.5.", valueName: "percent"))
        var percent: String?

        @Option(help: ArgumentHelp("How much comes off the goods, as \"5.00 EUR\"; it holds in that currency only.", valueName: "money"))
        var amount: String?

        @Flag(help: "Delivery costs nothing.")
        var freeShipping = false

        @Option(help: ArgumentHelp("Whose goods it is for; without it everybody's.", valueName: "id"))
        var seller: String?

        @Option(help: ArgumentHelp("The least value of the goods, as \"20.00 EUR\".", valueName: "money"))
        var minimum: String?

        @Option(help: ArgumentHelp("The first moment at which it holds, as 2026-11-27T00:00:00Z.", valueName: "instant"))
        var from: String?

        @Option(help: ArgumentHelp("The first moment at which it no longer holds.", valueName: "instant"))
        var until: String?

        @Option(help: ArgumentHelp("How many orders it is good for; without it as many as come.", valueName: "number"))
        var limit: Int64?

        @Option(help: ArgumentHelp("How many orders of one buyer, known by the e-mail address; without it as many as come.", valueName: "number"))
        var perBuyer: Int64?

        @Option(help: ArgumentHelp("What buyers read; without it the code.", valueName: "text"))
        var name: String?

        @Option(help: ArgumentHelp("How much of it the sellers bear, in percent; without it all of a seller's own, and nothing of others.", valueName: "percent"))
        var borneBySeller: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let code = CouponCode(code) else { throw ValidationError("a code has 1 to 40 letters, digits, - and _") }
            guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit takes a number from 1 on") }
            guard perBuyer.map({ $0 > 0 }) ?? true else { throw ValidationError("--per-buyer takes a number from 1 on") }
            let coupon = Coupon(
                code: code, name: name, reduction: try reduction(), seller: seller.map { Seller.ID($0) },
                sellerPartsPerMillion: try borneBySeller.map { try TypedTerms.share($0, "--borne-by-seller", from: 0) }, minimum: try minimum.map(TypedTerms.money),
                from: try from.map(TypedTerms.instant), until: try until.map(TypedTerms.instant))
            do {
                try await data.withCheckout { checkout, _ in _ = try await checkout.addCoupon(coupon, limit: limit, buyerLimit: perBuyer) }
            } catch let error as CheckoutError where error.code == .invalid {
                throw ValidationError(error.meta["reason"].map { "this is no coupon: \($0)" } ?? "there is a coupon \(code) already")
            }
            print("\(code) holds")
        }

        private func reduction() throws -> Coupon.Reduction {
            switch (percent, amount, freeShipping) {
            case (let percent?, nil, false): .share(partsPerMillion: try TypedTerms.share(percent, "--percent"))
            case (nil, let amount?, false): .amount(try TypedTerms.money(amount))
            case (nil, nil, true): .freeShipping
            default: throw ValidationError("say one of --percent, --amount and --free-shipping")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all coupons and how often each was used.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for state in try await data.withCheckout({ checkout, _ in try await checkout.coupons() }) {
                print("\(state.coupon.code)  used \(state.used)\(state.limit.map { " of \($0)" } ?? "")\(state.endedAt.map { "  ended \($0)" } ?? "")")
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a coupon, whatever its time; orders that have it keep it.")

        @Argument(help: "The code; case does not matter.")
        var code: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let code = CouponCode(code) else { throw ValidationError("a code has 1 to 40 letters, digits, - and _") }
            do {
                try await data.withCheckout { checkout, _ in try await checkout.endCoupon(code) }
            } catch let error as CheckoutError where error.code == .couponUnknown {
                throw ValidationError("there is no coupon \(code)")
            }
        }
    }
}

/// A rate as somebody types it.
enum Percent {
    /// Parts in a million of percent with at most four decimals, 0 to 100; nil for anything else.
    static func partsPerMillion(_ text: String) -> Int64? {
        guard let decimal = ExactDecimal(text), (0...4).contains(decimal.scale), (0...1_000_000).contains(decimal.mantissa) else { return nil }
        let parts = (decimal.scale..<4).reduce(decimal.mantissa) { parts, _ in parts * 10 }
        return (0...1_000_000).contains(parts) ? parts : nil
    }
}
