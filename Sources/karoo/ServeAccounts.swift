// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

/// The accounts that are there from the beginning: the first admin, and those of the demonstration.
enum ServeAccounts {
    /// Makes the account of whoever is named an admin while nobody else is, with the password when it is new.
    static func appointFirstAdmin(_ admin: FirstAdmin?, _ checkout: Checkout) async throws {
        guard let admin, try await !checkout.hasAdmin() else { return }
        if let account = try await checkout.account(email: admin.email) {
            _ = try await checkout.grant(.admin, to: account.id, by: actor)
            return
        }
        guard let password = admin.password else {
            throw ValidationError("\(Setting.adminEmail.name) names nobody yet; give \(Setting.adminPassword.variable) too")
        }
        _ = try await AccountCommand.explaining {
            try await checkout.createAccount(email: admin.email, password: password, roles: [.admin], actor: actor)
        }
    }

    /// Makes the accounts of the demonstration where they are not there, and says how to log in. The passwords follow from the
    /// secret of the data folder, so that they can be told again.
    static func seedDemonstration(_ checkout: Checkout) async throws -> [String] {
        let seller = try? checkout.offers.current().book.terms.sellers.first?.id
        let people: [(name: String, roles: Set<Role>)] = [
            ("buyer", []), ("seller", seller.map { [.seller($0)] } ?? []), ("support", [.support]), ("admin", [.admin]),
        ]
        var lines: [String] = []
        for (name, roles) in people {
            let email = "\(name)@demo.example"
            let password = String(checkout.secret.token(.demonstration, email).prefix(14))
            if try await checkout.account(email: email) == nil {
                try await checkout.createAccount(email: email, password: password, name: "Demo \(name)", roles: roles, actor: actor)
            }
            lines.append("log in as \(name): \(email)  \(password)\(roles.compactMap(\.seller).map { "  (sells for \($0))" }.joined())")
        }
        return lines
    }

    private static let actor = "system"
}
