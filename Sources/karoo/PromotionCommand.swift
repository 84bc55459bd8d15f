// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct PromotionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promotion", abstract: "Make goods cheaper without a code.", subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a promotion.",
            discussion: "It is one of --percent, --amount, --price, --buy with --get, --tier, --spend-tier and --free-shipping.")

        @Argument(help: "What buyers read.")
        var name: String

        @Option(name: .customLong("name"), help: ArgumentHelp("What buyers of a language read, as de=Sommer; may be given more than once.", valueName: "tag=text"))
        var names: [String] = []

        @Option(help: ArgumentHelp("How much comes off, in percent, as 12.5; with --buy and --get off what is got, else all of it.", valueName: "percent"))
        var percent: String?

        @Option(help: ArgumentHelp("How much comes off all its goods together, as \"5.00 EUR\".", valueName: "money"))
        var amount: String?

        @Option(help: ArgumentHelp("What a piece costs instead, as \"9.90 EUR\".", valueName: "money"))
        var price: String?

        @Option(help: ArgumentHelp("How many pieces are bought …", valueName: "number"))
        var buy: Int64?

        @Option(help: ArgumentHelp("… for so many more to be cheaper or free.", valueName: "number"))
        var get: Int64?

        @Option(help: ArgumentHelp("What is got, when it is not the same goods; may be given more than once.", valueName: "product"))
        var gift: [String] = []

        @Option(help: ArgumentHelp("From so many pieces on, so many percent, as 3=10; may be given more than once.", valueName: "pieces=percent"))
        var tier: [String] = []

        @Option(help: ArgumentHelp("From this value on, so many percent, as \"100.00 EUR=10\"; may be given more than once.", valueName: "money=percent"))
        var spendTier: [String] = []

        @Flag(help: "Delivery costs nothing.")
        var freeShipping = false

        @Option(help: ArgumentHelp("Only goods of this seller.", valueName: "id"))
        var seller: String?

        @Option(help: ArgumentHelp("Only goods in this category or below it; may be given more than once.", valueName: "id"))
        var category: [String] = []

        @Option(help: ArgumentHelp("Only this product, as seller/product; may be given more than once.", valueName: "id"))
        var product: [String] = []

        @Option(help: ArgumentHelp("Only this offer, as seller/SKU; may be given more than once.", valueName: "id"))
        var offer: [String] = []

        @Option(help: ArgumentHelp("The least value of its goods, as \"20.00 EUR\".", valueName: "money"))
        var minimum: String?

        @Option(help: ArgumentHelp("How much of it the sellers bear, in percent; without it all of a seller's own, and nothing of others.", valueName: "percent"))
        var borneBySeller: String?

        @Option(help: ArgumentHelp("line or order: which discounts it stands beside. Without it what fits.", valueName: "lane"))
        var lane: String?

        @Option(help: ArgumentHelp("The first moment at which it holds, as 2026-11-27T00:00:00Z.", valueName: "instant"))
        var from: String?

        @Option(help: ArgumentHelp("The first moment at which it no longer holds.", valueName: "instant"))
        var until: String?

        @Option(help: ArgumentHelp("For how many pieces it is good; without it as many as come.", valueName: "number"))
        var units: Int64?

        @Flag(help: "Keep these pieces of the one --offer for it, from now on.")
        var setAside = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let bearing = try borneBySeller.map { try TypedTerms.share($0, "--borne-by-seller", from: 0) } ?? (seller == nil ? 0 : 1_000_000)
            guard lane == nil || lane == "line" || lane == "order" else { throw ValidationError("--lane takes line or order") }
            let promotion = Promotion(
                id: "", name: name, lane: lane.flatMap { Promotion.Lane(rawValue: $0) }, reduction: try reduction(),
                scope: Promotion.Scope(
                    seller: seller.map { Seller.ID($0) }, categories: category.map { Category.ID($0) }, products: product.map { Product.ID($0) }, offers: offer),
                minimum: try minimum.map(TypedTerms.money), sellerPartsPerMillion: bearing, from: try from.map(TypedTerms.instant),
                until: try until.map(TypedTerms.instant))
            let new = NewPromotion(
                name: name, names: try translations(), promotion: promotion, unitLimit: units, setsAside: setAside)
            do {
                print(try await data.withCheckout { checkout, _ in try await checkout.addPromotion(new).promotion.id })
            } catch let error as CheckoutError where error.code == .invalid {
                throw ValidationError("this is no promotion: \(error.meta["reason"] ?? error.field ?? "")")
            } catch let error as CheckoutError where error.code == .outOfStock {
                throw ValidationError("there are not so many pieces to set aside")
            }
        }

        private func reduction() throws -> Promotion.Reduction {
            switch (buy, get) {
            case (let buy?, let get?):
                let gifts = gift.isEmpty ? nil : Promotion.Scope(products: gift.map { Product.ID($0) })
                return .buyAndGet(buy: buy, get: get, partsPerMillion: try percent.map { try TypedTerms.share($0, "--percent") } ?? 1_000_000, gifts: gifts)
            case (nil, nil): break
            default: throw ValidationError("--buy and --get stand together")
            }
            switch (percent, amount, price, tier.isEmpty, spendTier.isEmpty, freeShipping) {
            case (let percent?, nil, nil, true, true, false): return .share(partsPerMillion: try TypedTerms.share(percent, "--percent"))
            case (nil, let amount?, nil, true, true, false): return .amount(try TypedTerms.money(amount))
            case (nil, nil, let price?, true, true, false): return .unitPrice(try TypedTerms.money(price))
            case (nil, nil, nil, false, true, false): return .quantityTiers(try tier.map { try Add.tier($0) { Int64($0) } })
            case (nil, nil, nil, true, false, false): return try valueTiers()
            case (nil, nil, nil, true, true, true): return .freeShipping
            default: throw ValidationError("say one of --percent, --amount, --price, --buy with --get, --tier, --spend-tier and --free-shipping")
            }
        }

        private func valueTiers() throws -> Promotion.Reduction {
            var currency: Currency?
            let tiers = try spendTier.map { text in
                try Add.tier(text) { amount in
                    let money = try TypedTerms.money(amount)
                    guard currency == nil || currency == money.currency else { throw ValidationError("all of --spend-tier are in one currency") }
                    currency = money.currency
                    return money.minorUnits
                }
            }
            return .valueTiers(tiers, currency!)
        }

        private static func tier(_ text: String, _ from: (String) throws -> Int64?) throws -> Promotion.Tier {
            let parts = text.split(separator: "=").map(String.init)
            guard parts.count == 2, let from = try from(parts[0]) else { throw ValidationError("\"\(text)\" is no tier such as 3=10") }
            return Promotion.Tier(from: from, partsPerMillion: try TypedTerms.share(parts[1], "a tier"))
        }

        private func translations() throws -> [String: String] {
            try names.reduce(into: [:]) { names, text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, Language(parts[0]) != nil else { throw ValidationError("\"\(text)\" is no name such as de=Sommer") }
                names[parts[0]] = parts[1]
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all promotions, the newest first, and how often each was used.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for state in try await data.withCheckout({ checkout, _ in try await checkout.promotions() }) {
                let used = "used \(state.usedUnits)\(state.unitLimit.map { " of \($0)" } ?? "")"
                let ended = state.endedAt.map { "  ended \($0)" } ?? ""
                print("\(state.promotion.id)  \(state.promotion.name)  \(used)\(ended)  \(String(decoding: state.promotion.json, as: UTF8.self))")
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a promotion, whatever its time; orders that have it keep it.")

        @Argument(help: "The promotion, as prm_….")
        var id: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            do {
                try await data.withCheckout { checkout, _ in try await checkout.endPromotion(Promotion.ID(id)) }
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("there is no promotion \(id)")
            }
        }
    }
}

/// Amounts, moments and shares as somebody types them.
enum TypedTerms {
    static func money(_ text: String) throws -> Money {
        let words = text.split(separator: " ")
        guard words.count == 2, let currency = Currency(words[1]), let money = try? Money(parsing: words[0], currency: currency), money.minorUnits > 0,
            money.isChargeable
        else { throw ValidationError("\"\(text)\" is no amount such as \"5.00 EUR\"") }
        return money
    }

    static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(text) else { throw ValidationError("\"\(text)\" is no instant such as 2026-11-27T00:00:00Z") }
        return instant
    }

    /// In parts in a million.
    static func share(_ text: String, _ what: String, from least: Int64 = 1) throws -> Int64 {
        guard let parts = Percent.partsPerMillion(text), parts >= least else { throw ValidationError("\(what) takes more than 0 and at most 100") }
        return parts
    }
}
