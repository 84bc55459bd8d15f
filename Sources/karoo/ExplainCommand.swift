// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say where every cent of an order comes from, and where it went.")

    @Argument(help: "The order, as og_…")
    var order: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        do {
            let lines = try await data.withCheckout { checkout, _ in try await checkout.explanation(of: OrderGroup.ID(order)) }
            for line in lines { print(line) }
        } catch let error as CheckoutError where error.code == .notFound {
            throw ValidationError("there is no order \(order)")
        }
    }
}
