// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look at what was done with rights that few have.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reckon the hash of every entry anew. Exit status 1 when one was altered or is missing.",
            discussion: "The last hash is worth keeping elsewhere: by it a log is known whose end was cut off.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            let (fault, count, head) = try await data.withCheckout { _, database in try await Checkout.verifyAudit(in: database) }
            if let fault {
                print(fault)
                throw ExitCode(1)
            }
            print("\(count) entries follow one another; the last hash is \(head)")
        }
    }
}
