// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund", abstract: "Give the buyer of one seller's order something back; the running server has the provider do it.")

    @Argument(help: "The order of one seller, as ord_….")
    var order: String

    @Argument(help: "How much, as \"5.00 EUR\".")
    var amount: String

    @Option(help: ArgumentHelp("Why: goodwill, returned, damaged or missing.", valueName: "reason"))
    var reason = "goodwill"

    @OptionGroup var data: DataOptions

    func run() async throws {
        let money = try TypedTerms.money(amount)
        guard let reason = Refund.Reason(rawValue: reason), reason.isChosen else {
            throw ValidationError("--reason takes goodwill, returned, damaged or missing")
        }
        do {
            let refund = try await data.withCheckout { checkout, _ in try await checkout.refund(SellerOrder.ID(order), money, reason: reason, by: "command") }
            print("\(refund.id)  \(refund.amount)")
        } catch let error as CheckoutError {
            throw ValidationError(RefundCommand.sentence(error, order))
        }
    }

    private static func sentence(_ error: CheckoutError, _ order: String) -> String {
        switch error.code {
        case .notFound: "there is no order \(order)"
        case .notRefundable: "\(order) was cancelled, or not paid"
        case .refundTooLarge: "only \(error.meta["left"] ?? "0") in the smallest unit is left of \(order)"
        case .paymentDisputed: "the buyer's bank has taken the money of \(order) back, or may do so"
        default: "\(order) cannot be refunded: \(error.code.rawValue)"
        }
    }
}
