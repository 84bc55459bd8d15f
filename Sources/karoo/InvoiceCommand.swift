// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct InvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice", abstract: "Look at the invoices and credit notes that were issued.", subcommands: [List.self, Show.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what was issued, the newest first.")

        @Option(help: ArgumentHelp("Whose series: a seller's id, or marketplace/fees; without it all.", valueName: "series"))
        var series: String?

        @Option(help: ArgumentHelp("Of which order, as og_….", valueName: "order"))
        var order: String?

        @Option(help: ArgumentHelp("How many at most.", valueName: "number"))
        var limit: Int64 = 100

        @OptionGroup var data: DataOptions

        func run() async throws {
            let invoices = try await data.withCheckout { checkout, _ in
                if let order { return try await checkout.invoices(of: OrderGroup.ID(order)) }
                return try await checkout.invoices(series: series, limit: max(1, limit))
            }
            for invoice in invoices {
                let about = invoice.order ?? invoice.payout?.text ?? ""
                print("\(invoice.id)  \(invoice.number)  \(invoice.kind.rawValue)  \(invoice.issuedAt)  \(invoice.total)  \(about)")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one as JSON.")

        @Argument(help: "The invoice, as inv_….")
        var invoice: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            do {
                let found = try await data.withCheckout { checkout, _ in try await checkout.invoice(Invoice.ID(invoice)) }
                var writer = JSONWriter()
                found.write(to: &writer)
                print(String(decoding: writer.bytes, as: UTF8.self))
            } catch let error as CheckoutError where error.code == .notFound {
                throw ValidationError("there is no invoice \(invoice)")
            }
        }
    }
}
