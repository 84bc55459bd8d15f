// KarooExpress – Apache-2.0

import ArgumentParser
import KarooSite

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take the products of another shop into Content.",
        discussion: """
            The products become lines of Content/sellers/<seller>/products.jsonl. Lines of products that the file names are \
            replaced; words in other languages, prices in other currencies and all other lines stay. Products that cannot be \
            used are left out and said.
            """,
        subcommands: [ImportShopifyCommand.self, ImportMerchantCommand.self])
}

struct ImportShopifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "shopify", abstract: "Import the product CSV that Shopify exports.")

    @Argument(help: "The file that Shopify exported.")
    var file: String

    @Option(help: ArgumentHelp("The currency of the prices, which the file does not name: an ISO 4217 code.", valueName: "code"))
    var currency: String

    @OptionGroup var options: ImportOptions

    func run() async throws { try await options.run(.shopify, file: file, currency: currency) }
}

struct ImportMerchantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merchant", abstract: "Import a product feed for Google Merchant Center, RSS 2.0 or Atom.")

    @Argument(help: "The file of the feed.")
    var file: String

    @Option(help: ArgumentHelp("The currency of prices that name none: an ISO 4217 code.", valueName: "code"))
    var currency: String?

    @OptionGroup var options: ImportOptions

    func run() async throws { try await options.run(.merchant, file: file, currency: currency) }
}

/// What both kinds of import ask for.
struct ImportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The seller whose products they become: the name of the folder below Content/sellers.", valueName: "id"))
    var seller: String

    @Option(help: ArgumentHelp("The language of the words in the file.", valueName: "tag"))
    var language: String

    @Option(help: ArgumentHelp("The category of products whose type is none here; without it they are left out.", valueName: "id"))
    var category: String?

    @Option(help: ArgumentHelp("The country from which a new seller sends, as two capitals.", valueName: "code"))
    var country = "US"

    @Option(help: ArgumentHelp("The folder of Content.", valueName: "folder"))
    var content = "Content"

    @Flag(help: "Fetch pictures that lie elsewhere; without it, their addresses are recorded and a placeholder is shown.")
    var fetchImages = false

    func run(_ source: ProductImport.Source, file: String, currency: String?) async throws {
        let plan = ProductImport(
            source: source, file: file, content: content, seller: seller, language: language, currency: currency, category: category,
            country: country)
        let outcome = await plan.run(fetch: fetchImages ? ImportOptions.fetch(with: ImportImages()) : nil)
        Reporter.issues(outcome.issues)
        print(ImportOptions.summary(outcome))
        if outcome.issues.hasErrors { throw ExitCode(1) }
    }

    private static func fetch(with images: ImportImages) -> ProductImport.Fetch {
        { address throws(ProductImport.FetchFailure) in try await images.bytes(at: address) }
    }

    private static func summary(_ outcome: ProductImport.Outcome) -> String {
        let report = outcome.report
        var lines = ["\(report.products) products, \(report.variants) variants, \(report.pictures) pictures"]
        if report.skippedProducts + report.skippedVariants > 0 {
            lines.append("left out: \(report.skippedProducts) products, and \(report.skippedVariants) variants of others")
        }
        if report.unpublished > 0 { lines.append("\(report.unpublished) of the products are drafts or archived, and will not be shown") }
        if report.fetched + report.unfetched > 0 { lines.append("pictures fetched: \(report.fetched), not fetched: \(report.unfetched)") }
        lines.append(
            outcome.written.isEmpty
                ? "nothing was written" : "\(report.added) lines added, \(report.replaced) replaced; written: \(outcome.written.joined(separator: ", "))")
        if outcome.written.contains("seller.yaml") { lines.append("seller.yaml is new: fill in who sells and what delivery costs") }
        return lines.joined(separator: "\n")
    }
}
