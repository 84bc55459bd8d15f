// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct CommissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commission", abstract: "Say what the marketplace keeps of sales: of the rules in their order, the first that fits a line holds.",
        subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a rule. It holds for payments that begin from now on.")

        @Option(help: ArgumentHelp("The share of what the goods cost, in percent, as 12.5.", valueName: "percent"))
        var percent = "0"

        @Option(help: ArgumentHelp("A fixed amount for each line, as \"0.30 EUR\"; may be given once for each currency.", valueName: "money"))
        var fixed: [String] = []

        @Option(help: ArgumentHelp("The least for a line, as \"0.50 EUR\"; may be given once for each currency.", valueName: "money"))
        var minimum: [String] = []

        @Option(help: ArgumentHelp("The most for a line; may be given once for each currency.", valueName: "money"))
        var maximum: [String] = []

        @Option(help: ArgumentHelp("The tax on the fee, in percent.", valueName: "percent"))
        var tax = "0"

        @Option(help: ArgumentHelp("Whose sales.", valueName: "id"))
        var seller: String?

        @Option(help: ArgumentHelp("Goods of this category and all below it.", valueName: "id"))
        var category: String?

        @Option(help: ArgumentHelp("Sellers of this plan.", valueName: "name"))
        var plan: String?

        @Option(help: ArgumentHelp("Sales in this market.", valueName: "id"))
        var market: String?

        @Option(help: ArgumentHelp("The rule before which it comes; without it, after all others.", valueName: "rule"))
        var before: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let share = Percent.partsPerMillion(percent), let taxShare = Percent.partsPerMillion(tax) else {
                throw ValidationError("--percent and --tax take 0 to 100 percent, as 12.5")
            }
            let rule = NewCommissionRule(
                before: before.map { CommissionRule.ID($0) }, seller: seller.map { Seller.ID($0) }, category: category.map { Category.ID($0) }, plan: plan,
                market: market.map { Market.ID($0) }, partsPerMillion: share, taxPartsPerMillion: taxShare, amounts: try amounts())
            do {
                let added = try await data.withCheckout { checkout, _ in try await checkout.addCommissionRule(rule, actor: PayoutCommand.actor) }
                print(added.id)
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("there is no rule \(before ?? "")")
            }
        }

        private func amounts() throws -> [CommissionRule.Amounts] {
            let (fixed, minimum, maximum) = (try money(fixed), try money(minimum), try money(maximum))
            let currencies = Set(fixed.keys).union(minimum.keys).union(maximum.keys).sorted { $0.code < $1.code }
            return try currencies.map { currency in
                let amounts = CommissionRule.Amounts(fixed: fixed[currency] ?? .zero(currency), minimum: minimum[currency], maximum: maximum[currency])
                guard let amounts else { throw ValidationError("--minimum is above --maximum in \(currency.code)") }
                return amounts
            }
        }

        private func money(_ texts: [String]) throws -> [Currency: Money] {
            try texts.reduce(into: [:]) { all, text in
                let money = try TypedTerms.money(text)
                guard all.updateValue(money, forKey: money.currency) == nil else { throw ValidationError("\(money.currency.code) stands twice") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the rules that hold, in their order.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for rule in try await data.withCheckout({ checkout, _ in try await checkout.commissionRules() }) { print(List.line(rule)) }
        }

        private static func line(_ rule: CommissionRule) -> String {
            let subjects = [
                rule.seller.map { "seller \($0)" }, rule.category.map { "category \($0)" }, rule.plan.map { "plan \($0)" }, rule.market.map { "market \($0)" },
            ].compactMap { $0 }
            var text = "\(rule.id)  \(subjects.isEmpty ? "everybody" : subjects.joined(separator: ", "))  \(Percent.text(rule.partsPerMillion))"
            for amounts in rule.amounts {
                text += " + \(amounts.fixed)"
                if let minimum = amounts.minimum { text += ", at least \(minimum)" }
                if let maximum = amounts.maximum { text += ", at most \(maximum)" }
            }
            return rule.taxPartsPerMillion == 0 ? text : text + "; tax \(Percent.text(rule.taxPartsPerMillion))"
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a rule. What was agreed under it stays.")

        @Argument(help: "The rule, as com_….")
        var rule: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            do {
                try await data.withCheckout { checkout, _ in try await checkout.endCommissionRule(CommissionRule.ID(rule), actor: PayoutCommand.actor) }
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("no rule \(rule) holds")
            }
        }
    }
}

extension Percent {
    /// `12.5 %`.
    static func text(_ partsPerMillion: Int64) -> String {
        let decimals = String(10_000 + partsPerMillion % 10_000).dropFirst()
        let short = decimals.last { $0 != "0" } == nil ? "" : "." + decimals.prefix(through: decimals.lastIndex { $0 != "0" } ?? decimals.startIndex)
        return "\(partsPerMillion / 10_000)\(short) %"
    }
}
