// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

struct TaxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tax", abstract: "What sellers owe the tax office.", subcommands: [Report.self])

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The tax on sales to other member states of the European Union in a quarter, for the one-stop shop.",
            discussion: "What was cancelled and given back is subtracted in the quarter in which it was.")

        @Option(help: ArgumentHelp("The quarter, as 2026-Q4.", valueName: "quarter"))
        var quarter: String

        @Option(help: ArgumentHelp("csv or json.", valueName: "format"))
        var format = "csv"

        @Option(help: ArgumentHelp("The folder of the built site, whose offer book says where sellers are.", valueName: "folder"))
        var `public` = "Public"

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let quarter = Quarter(quarter) else { throw ValidationError("--quarter takes one such as 2026-Q4") }
            guard format == "csv" || format == "json" else { throw ValidationError("--format takes csv or json") }
            let origins = try Report.origins(in: self.public)
            let report = try await data.withCheckout { checkout, _ in try await checkout.taxReport(of: quarter, origins: origins) }
            print(format == "csv" ? report.csv : String(decoding: report.json, as: UTF8.self) + "\n", terminator: "")
        }

        /// The seller's countries by the terms of the book. No signature is looked at: nothing is sold by it here.
        private static func origins(in folder: String) throws -> [Seller.ID: String] {
            func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(folder)/\(path)").map { Array($0) } }
            guard let head = contents(OfferBook.headPath).flatMap({ try? OfferHead(parsing: $0) }),
                let index = contents(OfferIndex.path(digest: head.digest)).flatMap({ try? OfferIndex(parsing: $0) }),
                let terms = contents(index.termsPath).flatMap({ try? OfferTerms(parsing: $0) })
            else { throw ValidationError("\(folder) holds no offer book") }
            return Dictionary(terms.sellers.map { ($0.id, $0.country) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
