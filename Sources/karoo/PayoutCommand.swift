// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

struct PayoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payout", abstract: "Pay sellers what they earned.",
        subcommands: [
            Run.self, List.self, Show.self, MarkPaid.self, MarkFailed.self, Balances.self, Statement.self, Terms.self, Hold.self, Release.self, Adjust.self,
        ])

    /// Who does what the command line does, in the log of privileged acts.
    static let actor = "command"

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the payouts that are due, and write them as comma-separated values for whoever pays them.")

        @Option(help: ArgumentHelp("The file that is written; without it standard output.", valueName: "file"))
        var output: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            let payouts = try await data.withCheckout { checkout, _ in try await checkout.runPayouts() }
            let text = Payout.csv(payouts)
            if let output {
                try text.write(toFile: output, atomically: true, encoding: .utf8)
                print("\(payouts.count) payouts")
            } else {
                print(text, terminator: "")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show payouts, the newest first.")

        @Option(help: ArgumentHelp("Whose.", valueName: "id"))
        var seller: String?

        @Option(help: "processing, paid, failed or returned.")
        var status: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            let status = try status.map { text in
                guard let status = PayoutStatus(rawValue: text) else { throw ValidationError("--status takes processing, paid, failed or returned") }
                return status
            }
            for payout in try await data.withCheckout({ checkout, _ in try await checkout.payouts(of: seller.map { Seller.ID($0) }, status) }) {
                print(PayoutCommand.line(payout))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a payout and what it is made of.")

        @Argument(help: "The payout, as po_….")
        var payout: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let found = try await PayoutCommand.found(payout) { try await data.withCheckout { checkout, _ in try await checkout.payout(Payout.ID(payout)) } }
            print(PayoutCommand.line(found.payout))
            for earning in found.earnings { print("  \(earning.kind.rawValue)  \(earning.amount)  \(earning.order ?? "")") }
        }
    }

    struct MarkPaid: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "mark-paid", abstract: "The bank has paid.")

        @Argument(help: "The payout, as po_….")
        var payout: String

        @Option(help: ArgumentHelp("What the bank calls it.", valueName: "text"))
        var reference: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let paid = try await PayoutCommand.found(payout) {
                try await data.withCheckout { checkout, _ in try await checkout.markPaid(Payout.ID(payout), reference: reference, actor: PayoutCommand.actor) }
            }
            print(PayoutCommand.line(paid))
        }
    }

    struct MarkFailed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mark-failed", abstract: "The payout did not leave, or came back: its amount is the seller's again.")

        @Argument(help: "The payout, as po_….")
        var payout: String

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let failed = try await PayoutCommand.found(payout) {
                try await data.withCheckout { checkout, _ in try await checkout.markFailed(Payout.ID(payout), reason: reason, actor: PayoutCommand.actor) }
            }
            print(PayoutCommand.line(failed))
        }
    }

    struct Balances: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what sellers have coming.")

        @Option(help: ArgumentHelp("Whose.", valueName: "id"))
        var seller: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            for balance in try await data.withCheckout({ checkout, _ in try await checkout.sellerBalances(of: seller.map { Seller.ID($0) }) }) {
                print(
                    "\(balance.seller)  available \(balance.available), waiting \(balance.waiting), promised \(balance.promised), processing \(balance.processing), paid \(balance.paid)"
                )
            }
        }
    }

    struct Statement: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write everything that made up a seller's balance.")

        @Argument(help: "Whose.")
        var seller: String

        @Option(help: ArgumentHelp("The first moment, as 2026-11-01T00:00:00Z.", valueName: "instant"))
        var from: String?

        @Option(help: ArgumentHelp("The moment at which it ends.", valueName: "instant"))
        var until: String?

        @Flag(help: "As JSON in place of comma-separated values.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            func instant(_ text: String) throws -> Instant {
                guard let instant = Instant(text) else { throw ValidationError("\"\(text)\" is no instant such as 2026-11-01T00:00:00Z") }
                return instant
            }
            let (from, until) = (try from.map(instant), try until.map(instant))
            let earnings = try await data.withCheckout { checkout, _ in try await checkout.statement(of: Seller.ID(seller), from: from, until: until) }
            if json { print(String(decoding: Earning.json(earnings), as: UTF8.self)) } else { print(Earning.csv(earnings), terminator: "") }
        }
    }

    struct Terms: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say how often sellers are paid, how long the money of a sale waits, and from which amount on.")

        @Option(help: ArgumentHelp("Whose terms; without it those of everybody who has none.", valueName: "id"))
        var seller: String?

        @Option(help: ArgumentHelp("Days between two payouts.", valueName: "days"))
        var interval: Int64

        @Option(help: ArgumentHelp("Days from a sale until its money can be paid out.", valueName: "days"))
        var hold: Int64

        @Option(help: ArgumentHelp("The least that is paid out, as \"20.00 EUR\".", valueName: "money"))
        var minimum: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            let terms = PayoutTerms(intervalDays: interval, holdDays: hold)
            let least = try minimum.map(TypedTerms.money)
            do {
                try await data.withCheckout { checkout, _ in
                    try await checkout.setPayoutTerms(terms, minimum: least, of: seller.map { Seller.ID($0) }, actor: PayoutCommand.actor)
                }
            } catch let error as CheckoutError where error.code == .invalid {
                throw ValidationError("--interval and --hold take 0 to 366 days")
            }
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pay nothing out of a seller, or of an order (ord_…), until it is released.")

        @Argument(help: "The seller, or the order as ord_….")
        var entity: String

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            _ = try await PayoutCommand.found(entity) {
                try await data.withCheckout { checkout, _ in
                    if entity.hasPrefix("ord_") {
                        try await checkout.holdPayouts(of: SellerOrder.ID(entity), reason: reason, actor: PayoutCommand.actor)
                    } else {
                        try await checkout.holdPayouts(of: Seller.ID(entity), reason: reason, actor: PayoutCommand.actor)
                    }
                }
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End what holds the payouts of a seller, or of an order.")

        @Argument(help: "The seller, or the order as ord_….")
        var entity: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let count = try await data.withCheckout { checkout, _ in try await checkout.releasePayouts(of: entity, actor: PayoutCommand.actor) }
            guard count > 0 else { throw ValidationError("nothing holds the payouts of \(entity)") }
        }
    }

    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a seller something, or take it with --take.")

        @Argument(help: "Whose balance.")
        var seller: String

        @Argument(help: "How much, as \"5.00 EUR\".")
        var amount: String

        @Flag(help: "Take it in place of giving it.")
        var take = false

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let money = try TypedTerms.money(amount)
            let signed = take ? Money(minorUnits: -money.minorUnits, currency: money.currency) : money
            do {
                try await data.withCheckout { checkout, _ in
                    try await checkout.adjustBalance(of: Seller.ID(seller), by: signed, reason: reason, actor: PayoutCommand.actor)
                }
            } catch let error as CheckoutError where error.code == .invalid {
                throw ValidationError("the amount or the reason is empty, or the amount is too large")
            }
        }
    }

    fileprivate static func line(_ payout: Payout) -> String {
        let note = [payout.reference, payout.problem].compactMap { $0 }.joined(separator: "; ")
        return "\(payout.id)  \(payout.seller)  \(payout.amount)  \(payout.status.rawValue)  \(payout.createdAt)\(note.isEmpty ? "" : "  \(note)")"
    }

    /// Puts the errors of payouts into words.
    fileprivate static func found<Value>(_ id: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CheckoutError where error.code == .notFound {
            throw ValidationError("there is no \(id)")
        } catch let error as CheckoutError where error.code == .payoutClosed {
            throw ValidationError("\(id) is \(error.meta["status"] ?? "closed") already")
        }
    }
}
