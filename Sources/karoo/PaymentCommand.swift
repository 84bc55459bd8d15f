// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct PaymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment", abstract: "Note what people see of money: transfers that came, cash, refunds by hand.",
        subcommands: [Received.self, Refunds.self, Refunded.self, Alarms.self])

    struct Received: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note that promised money has come.",
            discussion: "Exit status 1 when it is another sum than is due, or comes for an order that was cancelled meanwhile.")

        @Argument(help: "The reference of a transfer, as \"RF18 7M2Q 9D4F XY\", or the order that was paid at the door, as ord_….")
        var reference: String

        @Option(help: ArgumentHelp("How much came, as \"124.95 EUR\"; it is compared with what is due.", valueName: "money"))
        var amount: String?

        @OptionGroup var data: DataOptions

        func run() async throws {
            let amount = try amount.map(TypedTerms.money)
            do {
                switch try await data.withCheckout({ checkout, _ in try await checkout.noteReceived(reference, amount: amount, by: "command") }) {
                case .paid(let money): print("\(money) received")
                case .known: print("that was known already")
                case .late(let refund, let money):
                    print("the order was cancelled meanwhile: give \(money) back, then say karoo payment refunded \(refund)")
                    throw ExitCode(1)
                }
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("nobody has promised \(reference)")
            } catch let error as CheckoutError where error.code == .paymentDiffers {
                print("\(error.meta["due"] ?? "?") in the smallest unit of \(error.meta["currency"] ?? "?") is due; nothing was noted")
                throw ExitCode(1)
            }
        }
    }

    struct Refunds: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what somebody has to give back by hand, and what a provider refused.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for refund in try await data.withCheckout({ checkout, _ in try await checkout.refundsToDo() }) {
                print("\(refund.id)  \(refund.amount)  \(refund.reason)  \(refund.status)  \(refund.order?.text ?? refund.attempt.text)")
            }
        }
    }

    struct Refunded: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Note that you gave money back by hand.")

        @Argument(help: "The refund, as ref_….")
        var refund: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            do {
                try await data.withCheckout { checkout, _ in try await checkout.noteRefunded(Refund.ID(refund), by: "command") }
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("there is no refund \(refund)")
            } catch let error as CheckoutError where error.code == .notRefundable {
                throw ValidationError("\(refund) has gone back already")
            }
            print("\(refund) is noted")
        }
    }

    struct Alarms: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what providers told that does not fit, newest first.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for alarm in try await data.withCheckout({ checkout, _ in try await checkout.paymentAlarms() }) { print(alarm) }
        }
    }
}
