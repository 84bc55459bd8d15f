// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooDatabase
import Testing

@testable import KarooServer

/// What only the owner of an e-mail address can do: register, set a new password, change the address.
struct LetterTests {
    private static let register = #"{"email":"Ada@Example.com","password":"\#(AccountTests.password)","name":"Ada","language":"de","market":"de"}"#

    @Test func anAccountComesAboutByTheLinkOfALetter() async throws {
        let shop = try await Selling()
        try await #expect(shop.ask(.post, "/v1/accounts", LetterTests.register).value("status") == "confirmationSent")
        try await #expect(shop.logIn("ada@example.com").status == 401)
        let letter = try #require(try await shop.letters().last)
        #expect(letter.kind == "emailConfirmation" && letter.to == "Ada@Example.com" && letter.language == "de")
        #expect(letter.values["link"]?.hasPrefix("/de-de/account/confirm.html#token=") == true)
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"x"}"#).value("code") == "tokenInvalid")
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"\#(letter.token)"}"#).status == 204)
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"\#(letter.token)"}"#).status == 422)
        let session = try await shop.logIn("ada@example.com")
        #expect(session.status == 201 && session.value("account/name") == "Ada" && session.value("account/language") == "de")
    }

    @Test func onlyTheNewestLinkIsGoodAndNotForLong() async throws {
        let shop = try await Selling()
        for _ in 0..<2 { _ = try await shop.ask(.post, "/v1/accounts", LetterTests.register) }
        let letters = try await shop.letters()
        #expect(letters.count == 2)
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"\#(letters[0].token)"}"#).status == 422)
        shop.clock.advance(24 * 3_600_000)
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"\#(letters[1].token)"}"#).status == 422)
    }

    @Test func whetherAnAddressIsKnownIsToldToItsOwnerOnly() async throws {
        let shop = try await Selling()
        _ = try await shop.member("ada@example.com")
        var seen: [(answer: String, status: Int, hashes: Int, writes: Int)] = []
        for email in ["ada@example.com", "nobody@example.com"] {
            for (path, body) in [
                ("/v1/accounts", #"{"email":"\#(email)","password":"another long one","language":"de"}"#),
                ("/v1/password-resets", #"{"email":"\#(email)","language":"de"}"#),
            ] {
                let before = shop.checkout.passwords.derivations
                let answer = try await shop.ask(.post, path, body)
                seen.append((answer.text, answer.status, shop.checkout.passwords.derivations - before, 1))
            }
        }
        #expect(seen[0] == seen[2] && seen[1] == seen[3] && seen[0].status == 202 && seen[1].status == 202)
        #expect(seen[0].hashes == 1 && seen[1].hashes == 0)
        let letters = try await shop.letters().map { [$0.kind, $0.to] }
        #expect(letters == [["accountExists", "ada@example.com"], ["passwordReset", "ada@example.com"], ["emailConfirmation", "nobody@example.com"]])
    }

    @Test func aResetWorksOnceIsTheNewestAndEndsSessions() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        for _ in 0..<2 {
            _ = try await shop.ask(.post, "/v1/password-resets", headers: [.init("X-Forwarded-Host")!: "evil.example"], authority: "evil.example", #"{"email":"ada@example.com","language":"xx","market":"../evil"}"#)
        }
        let letters = try await shop.letters().filter { $0.kind == "passwordReset" }
        #expect(letters.count == 2 && letters.allSatisfy { $0.values["link"]?.hasPrefix("/de-de/account/reset.html#token=") == true })
        func complete(_ token: String, _ password: String = "quite another one") async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/password-resets/complete", #"{"token":"\#(token)","password":"\#(password)"}"#)
        }
        try await #expect(complete(letters[0].token).value("code") == "tokenInvalid")
        try await #expect(complete(letters[1].token, "short").value("code") == "passwordTooShort")
        try await #expect(complete(letters[1].token).status == 204)
        try await #expect(complete(letters[1].token).value("code") == "tokenInvalid")
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 401)
        try await #expect(shop.logIn("ada@example.com").status == 401)
        try await #expect(shop.logIn("ada@example.com", "quite another one").status == 201)
        let notice = try #require(try await shop.letters().last)
        #expect(notice.kind == "securityNotice" && notice.values["notice"] == "passwordChanged")
    }

    @Test func aResetIsGoodForHalfAnHour() async throws {
        let shop = try await Selling()
        _ = try await shop.member("ada@example.com")
        _ = try await shop.ask(.post, "/v1/password-resets", #"{"email":"ada@example.com","language":"de"}"#)
        let token = try #require(try await shop.letters().last).token
        shop.clock.advance(30 * 60_000)
        try await #expect(shop.ask(.post, "/v1/password-resets/complete", #"{"token":"\#(token)","password":"quite another one"}"#).status == 422)
    }

    @Test func aChangedPasswordEndsAllOtherSessions() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let other = try await shop.logIn("ada@example.com")
        let cookie = other.headers[.setCookie]?.split(separator: ";").first.map(String.init) ?? ""
        func change(_ current: String) async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/account/password", as: ada, #"{"current":"\#(current)","new":"quite another one"}"#)
        }
        try await #expect(change("wrong").value("code") == "credentialsWrong")
        try await #expect(change(AccountTests.password).status == 204)
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 200)
        try await #expect(shop.ask(.get, "/v1/account", headers: [.cookie: cookie]).status == 401)
    }

    @Test func anAddressChangesWhenTheNewOneIsConfirmed() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        try await #expect(shop.ask(.post, "/v1/account/email", as: ada, #"{"email":"byron@example.com"}"#).status == 202)
        let letter = try #require(try await shop.letters().last)
        #expect(letter.kind == "emailChange" && letter.to == "byron@example.com")
        try await #expect(shop.ask(.get, "/v1/account", as: ada).value("email") == "ada@example.com")
        try await #expect(shop.ask(.post, "/v1/accounts/confirm", #"{"token":"\#(letter.token)"}"#).status == 204)
        try await #expect(shop.ask(.get, "/v1/account", as: ada).value("email") == "byron@example.com")
        let notice = try #require(try await shop.letters().last)
        #expect(notice.to == "ada@example.com" && notice.values["notice"] == "emailChanged")
    }

    @Test func nobodyIsFloodedWithLetters() async throws {
        let shop = try await Selling()
        _ = try await shop.member("ada@example.com")
        for email in ["ada@example.com", "nobody@example.com"] {
            for number in 0...Guesses.maximumLetters {
                let answer = try await shop.ask(.post, "/v1/password-resets", client: "192.0.2.\(number)", #"{"email":"\#(email)","language":"de"}"#)
                #expect(answer.status == (number < Guesses.maximumLetters ? 202 : 429))
            }
        }
    }
}

extension Selling {
    struct Letter: Sendable {
        let kind: String
        let to: String
        let language: String?
        let values: [String: String]

        /// What stands behind `#token=`.
        var token: String { values["link"].flatMap { $0.split(separator: "=").last.map(String.init) } ?? "" }
    }

    /// What waits in the outbox, the oldest first.
    func letters() async throws -> [Letter] {
        try await checkout.database.read { snapshot in
            try snapshot.rows("SELECT kind, recipient, language, content FROM outbox ORDER BY rowid").map { row in
                var values: [String: String] = [:]
                if case .object(let members)? = try? JSON(parsing: Array(row.text("content").utf8)) {
                    for member in members { if case .string(let text) = member.value { values[member.name] = text } }
                }
                return Letter(kind: try row.text("kind"), to: try row.text("recipient"), language: try row.optionalText("language"), values: values)
            }
        }
    }

    func logIn(_ email: String, _ password: String = AccountTests.password) async throws -> Answer {
        try await ask(.post, "/v1/sessions", #"{"email":"\#(email)","password":"\#(password)"}"#)
    }
}
