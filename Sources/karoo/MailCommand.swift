// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooCommerce

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Look after the letters that the server sends.", subcommands: [List.self, Retry.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the letters that have not left: those that wait, and those that somebody has to look at.")

        @Flag(help: "Show only those that are not tried any more.")
        var dead = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let (letters, counts) = try await data.withCheckout { checkout, _ in
                (try await checkout.letters(.dead) + (dead ? [] : try await checkout.letters(.waiting)), try await checkout.letterCounts())
            }
            for letter in letters {
                let problem = letter.problem.map { "  \($0)" } ?? ""
                print("\(letter.id)  \(letter.status.rawValue)  \(letter.createdAt)  tried \(letter.attempts)×\(problem)")
            }
            let words = OutboxLetter.Status.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }
            print(words.joined(separator: ", "))
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try a letter again, or all that are not tried any more.")

        @Argument(help: "The letter, as karoo mail list shows it.")
        var letter: String?

        @Flag(help: "All that are not tried any more.")
        var all = false

        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (letter == nil) == all else { throw ValidationError("say which letter, or --all") }
        }

        func run() async throws {
            let count = try await data.withCheckout { checkout, _ in try await checkout.retryLetter(letter) }
            guard count > 0 || all else { throw ValidationError("there is no letter \(letter ?? "") that has not left") }
            print("\(count) will be tried again")
        }
    }
}
