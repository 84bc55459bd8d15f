// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooSite

struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock", abstract: "Say how much there is of what is sold.", subcommands: [Seed.self, Import.self, Adjust.self, Show.self])

    struct Seed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the quantities of Content to offers that have none yet; the others keep theirs.")

        @OptionGroup var source: SourceOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            let seeds = StockSeeds(source.sources, jobs: ProcessInfo.processInfo.activeProcessorCount)
            guard !seeds.issues.hasErrors else {
                Reporter.issues(seeds.issues, notes: false)
                throw ExitCode(1)
            }
            let count = try await data.withCheckout { checkout, _ in try await checkout.seedStock(seeds.quantities) }
            print("\(count) offers have a first quantity, \(seeds.quantities.count - count) keep theirs")
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the quantities that somebody has counted, from a file with the columns offer, onHand and, if wanted, backorderLimit.",
            discussion: "All of the file is taken, or nothing. Offers that it does not name stay as they are.")

        @Argument(help: "A file of comma-separated values.")
        var file: String

        @Option(help: ArgumentHelp("Why, in a few words, for the books.", valueName: "text"))
        var reason = "counted"

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let bytes = FileManager.default.contents(atPath: file) else { throw ValidationError("\(file) cannot be read") }
            let sheet = StockSheet(parsing: Array(bytes), file: file)
            guard !sheet.issues.hasErrors else {
                Reporter.issues(sheet.issues, notes: false)
                throw ExitCode(1)
            }
            let counts = sheet.rows.map { StockCount(offer: $0.offer, onHand: $0.onHand, backorderLimit: $0.backorderLimit) }
            do {
                let changed = try await data.withCheckout { checkout, _ in try await checkout.countStock(counts, reason: reason) }
                print("\(changed) offers have another quantity now, \(counts.count - changed) had it already")
            } catch let error as CheckoutError where [.badQuantity, .outOfStock].contains(error.code) {
                let line = error.field.flatMap { Int($0) }.map { sheet.rows[$0].line } ?? 1
                throw ValidationError(
                    error.code == .outOfStock
                        ? "\(file):\(line): payments under way hold more than that" : "\(file):\(line): quantities are 0 to \(Checkout.maximumStock)")
            }
        }
    }

    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add to, or take from, what there is of an offer.")

        @Argument(help: "The offer, as seller/SKU.")
        var offer: String

        @Option(parsing: .unconditional, help: ArgumentHelp("How many more there are; below zero, how many fewer.", valueName: "number"))
        var by: Int64 = 0

        @Option(help: ArgumentHelp("How far below nothing it may be sold; left out, that stays as it is.", valueName: "number"))
        var backorder: Int64?

        @Option(help: ArgumentHelp("From how few on the seller is told; left out, that stays as it is.", valueName: "number"))
        var threshold: Int64?

        @Option(help: ArgumentHelp("Why, in a few words, for the books.", valueName: "text"))
        var reason = "adjusted"

        @OptionGroup var data: DataOptions

        func run() async throws {
            do {
                let level = try await data.withCheckout { checkout, _ in
                    try await checkout.adjustStock(offer, by: by, backorderLimit: backorder, lowThreshold: threshold, reason: reason)
                }
                StockCommand.show(offer, level)
            } catch let error as CheckoutError where error.code == .outOfStock {
                throw ValidationError("\(offer) has fewer that are not sold or reserved")
            } catch let error as CheckoutError where error.code == .badQuantity {
                throw ValidationError("--by and --backorder take at most \(Checkout.maximumStock)")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show how much there is of an offer.")

        @Argument(help: "The offer, as seller/SKU.")
        var offer: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let level = try await data.withCheckout({ checkout, _ in try await checkout.stockLevel(of: offer) }) else {
                throw ValidationError("nobody said how much there is of \(offer)")
            }
            StockCommand.show(offer, level)
        }
    }

    private static func show(_ offer: String, _ level: StockLevel) {
        print("\(offer): \(level.onHand) on hand, \(level.reserved) reserved, \(level.available) to be sold")
    }
}
