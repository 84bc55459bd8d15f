// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Make accounts and say what they may do.", subcommands: [Create.self, Role.self, Disable.self, List.self])

    /// Who did it, for the audit log.
    private static let actor = "command"

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account that may log in at once.",
            discussion: "The password is read from the variable KAROO_ACCOUNT_PASSWORD, else from the first line of standard input.")

        @Argument(help: "The e-mail address.")
        var email: String

        @Option(help: ArgumentHelp("How the account is called.", valueName: "text"))
        var name: String?

        @Option(help: ArgumentHelp("The language of its letters, as de.", valueName: "tag"))
        var language = "en"

        @OptionGroup var role: RoleOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let password = try data.settings().secret(.accountPassword) ?? readLine(), !password.isEmpty else {
                throw ValidationError("give the password by \(Setting.accountPassword.variable) or on standard input")
            }
            let roles = try role.role.map { [$0] } ?? []
            let account = try await AccountCommand.explaining {
                try await data.withCheckout { checkout, _ in
                    try await checkout.createAccount(
                        email: email, password: password, name: name, language: language, roles: Set(roles), actor: AccountCommand.actor)
                }
            }
            AccountCommand.show(account)
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Grant a role to an account, or take it away.")

        @Argument(help: "The e-mail address.")
        var email: String

        @OptionGroup var role: RoleOptions

        @Flag(help: "Take the role away.")
        var revoke = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let role = try role.role else { throw ValidationError("say which: --role seller --seller ID, --role support or --role admin") }
            let account = try await AccountCommand.explaining {
                try await data.withCheckout { checkout, _ in
                    let id = try await AccountCommand.id(of: email, checkout)
                    return revoke
                        ? try await checkout.revoke(role, from: id, by: AccountCommand.actor) : try await checkout.grant(role, to: id, by: AccountCommand.actor)
                }
            }
            AccountCommand.show(account)
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shut an account, so that nobody logs in; or open it again.")

        @Argument(help: "The e-mail address.")
        var email: String

        @Flag(help: "Open it again.")
        var undo = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let account = try await AccountCommand.explaining {
                try await data.withCheckout { checkout, _ in
                    try await checkout.setDisabled(!undo, AccountCommand.id(of: email, checkout), by: AccountCommand.actor)
                }
            }
            AccountCommand.show(account)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all accounts and what they may do.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.withCheckout { checkout, _ in
                var last: String?
                while true {
                    let page = try await checkout.accounts(before: last, limit: 500)
                    for account in page { AccountCommand.show(account) }
                    guard let end = page.last else { return }
                    last = end.id.text
                }
            }
        }
    }

    // MARK: What they share

    private static func id(of email: String, _ checkout: Checkout) async throws -> User.ID {
        guard let account = try await checkout.account(email: email) else { throw ValidationError("there is no account \(email)") }
        return account.id
    }

    private static func show(_ account: UserAccount) {
        let roles = account.roles.map { role in role.seller.map { "\(role.name) \($0)" } ?? role.name }.sorted()
        print("\(account.id)  \(account.email ?? "–")  \(account.status.rawValue)  \(roles.isEmpty ? "buyer" : roles.joined(separator: ", "))")
    }

    /// Says in words what the use case refuses.
    static func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CheckoutError {
            switch error.code {
            case .emailTaken: throw ValidationError("there is an account with this e-mail address already")
            case .lastAdmin: throw ValidationError("nobody would be left to look after the marketplace")
            case .passwordTooShort: throw ValidationError("the password needs \(Password.minimumLength) characters")
            case .passwordTooLong: throw ValidationError("the password has more than \(Password.maximumLength) characters")
            case .passwordTooCommon: throw ValidationError("the password is too easy to guess")
            case .invalid: throw ValidationError("the \(error.field ?? "request") cannot be")
            default: throw error
            }
        }
    }
}

/// The role that a command is about.
struct RoleOptions: ParsableArguments {
    @Option(name: .customLong("role"), help: ArgumentHelp("seller, support or admin.", valueName: "role"))
    var name: String?

    @Option(help: ArgumentHelp("Whose seller, by the id of the offer book.", valueName: "id"))
    var seller: String?

    /// Nil when none was named.
    var role: Role? {
        get throws {
            guard let name else { return nil }
            guard let role = Role(name, seller: seller.map { Seller.ID($0) }) else {
                throw ValidationError("a role is seller (with --seller), support or admin")
            }
            return role
        }
    }
}
