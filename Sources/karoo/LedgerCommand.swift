// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look at the books.", subcommands: [Check.self, Balances.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reckon everything anew: money, orders, stock, coupons. Exit status 1 when anything differs.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            let faults = try await data.withCheckout { checkout, _ in try await checkout.faults() }
            for fault in faults { print(fault) }
            guard faults.isEmpty else { throw ExitCode(1) }
            print("the books agree")
        }
    }

    struct Balances: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what every account comes to; what is owed is negative.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            for balance in try await data.withCheckout({ checkout, _ in try await checkout.balances() }) {
                guard let currency = Currency(balance.currency) else { continue }
                print("\(balance.account)  \(Money(minorUnits: balance.minorUnits, currency: currency))")
            }
        }
    }
}
