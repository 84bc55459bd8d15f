// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooDatabase
import Testing

@testable import KarooServer

/// Whoever logs in, by which means, and for how long.
struct AccountTests {
    static let password = "a long way to Tipperary"

    @Test func whoLogsInIsKnownUntilTheLogOut() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let known = try await shop.ask(.get, "/v1/session", as: ada)
        #expect(known.value("status") == "loggedIn" && known.value("account/email") == "ada@example.com" && known.value("account/roles/0") == "buyer")
        try await #expect(shop.ask(.get, "/v1/account", as: ada).value("id") == ada.id)
        let end = try await shop.ask(.delete, "/v1/session", as: ada)
        #expect(end.status == 204 && end.headers[.setCookie]?.contains("Max-Age=0") == true)
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 401)
        try await #expect(shop.ask(.get, "/v1/session", as: ada).value("status") == "anonymous")
    }

    @Test func theCookieIsForServersOnlyAndForThisSiteOnly() async throws {
        let shop = try await Selling()
        _ = try await shop.checkout.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        let answer = try await shop.ask(.post, "/v1/sessions", #"{"email":"ada@example.com","password":"\#(AccountTests.password)"}"#)
        let cookie = answer.headers[.setCookie] ?? ""
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] { #expect(cookie.contains(attribute)) }
        #expect(!cookie.contains("Secure") && answer.value("token") == nil && answer.status == 201)
        #expect(
            SessionCookie.setting("st_x", isSecure: true).hasPrefix("__Host-karoo=st_x;") && SessionCookie.setting("st_x", isSecure: true).hasSuffix("; Secure")
        )
    }

    @Test func overTLSNoCookieIsTakenThatAPlainConnectionCouldHaveSet() {
        let token = "st_" + String(repeating: "a", count: 43)
        func found(_ cookie: String, isSecure: Bool) -> String? { SessionCookie.token(in: [.cookie: cookie], isSecure: isSecure) }
        #expect(found("a=b; __Host-karoo=\(token)", isSecure: true) == token && found("karoo=\(token); a=b", isSecure: false) == token)
        #expect(found("karoo=\(token)", isSecure: true) == nil && found("xkaroo=\(token)", isSecure: false) == nil && found("karoo=st_", isSecure: false) == nil)
    }

    @Test func aProgramKeepsItsTokenItself() async throws {
        let shop = try await Selling()
        _ = try await shop.checkout.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        let answer = try await shop.ask(.post, "/v1/sessions", #"{"email":"Ada@Example.com","password":"\#(AccountTests.password)","kind":"bearer"}"#)
        let token = answer.value("token") ?? ""
        #expect(answer.headers[.setCookie] == nil && token.hasPrefix("st_"))
        try await #expect(shop.ask(.get, "/v1/account", token: token).status == 200)
        try await #expect(shop.ask(.delete, "/v1/session", token: token).status == 204)
        try await #expect(shop.ask(.get, "/v1/account", token: token).status == 401)
        for other in ["", "st_", token + "x", String(token.dropLast()), "Bearer \(token)", "eyJhbGciOiJub25lIn0.e30."] {
            try await #expect(shop.ask(.get, "/v1/account", token: other).status == 401)
        }
    }

    @Test func onlyHashesOfWhatOpensAreKept() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        let kept = try await shop.checkout.database.read { snapshot in
            try snapshot.rows("SELECT u.password, s.token_hash FROM users u JOIN sessions s ON s.user_id = u.id").map {
                try [$0.text("password"), $0.text("token_hash")]
            }
        }
        let token = ada.cookie.split(separator: "=")[1]
        #expect(kept.count == 1 && kept[0][0].hasPrefix("scrypt$4$1$1$") && kept[0][1].count == 64)
        #expect(!kept.joined().contains { $0.contains(AccountTests.password) || $0.contains(token) })
    }

    @Test func aSessionEndsWhenItsTimeIsOver() async throws {
        let shop = try await Selling()
        let ada = try await shop.member("ada@example.com")
        shop.clock.advance(Session.idleMilliseconds - 1)
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 200)
        shop.clock.advance(Session.idleMilliseconds - 1)
        // Using it has kept it, and the end of its whole life is not yet.
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 200)
        shop.clock.advance(Session.lifetimeMilliseconds - 2 * Session.idleMilliseconds + 2)
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 401)
        let grace = try await shop.member("grace@example.com")
        shop.clock.advance(Session.idleMilliseconds)
        try await #expect(shop.ask(.get, "/v1/account", as: grace).status == 401)
    }

    // MARK: Pages of other sites

    @Test func aCookieAloneChangesNothing() async throws {
        var settings = APISettings()
        settings.allowedOrigins = ["https://www.example.org"]
        let shop = try await Selling(settings: settings)
        let ada = try await shop.member("ada@example.com")
        let cookie: HTTPFields = [.cookie: ada.cookie]
        func logOut(_ more: HTTPFields) async throws -> Selling.Answer {
            var headers = cookie
            for field in more { headers[field.name] = field.value }
            return try await shop.ask(.delete, "/v1/account/sessions", headers: headers)
        }
        try await #expect(logOut([:]).value("code") == "csrfTokenMissing")
        try await #expect(logOut([.csrfToken: "x"]).value("code") == "csrfTokenMissing")
        let grace = try await shop.member("grace@example.com")
        try await #expect(logOut([.csrfToken: grace.csrf]).status == 403)
        for origin in ["https://evil.example", "null", "https://www.example.org.evil.example"] {
            let refused = try await logOut([.csrfToken: ada.csrf, .origin: origin])
            #expect(refused.status == 403 && refused.value("code") == "originRefused" && refused.headers[.accessControlAllowCredentials] == nil)
        }
        try await #expect(logOut([.csrfToken: ada.csrf, .secFetchSite: "cross-site"]).status == 403)
        let allowed = try await logOut([.csrfToken: ada.csrf, .origin: "https://www.example.org"])
        #expect(allowed.status == 204 && allowed.headers[.accessControlAllowCredentials] == "true")
        try await #expect(logOut([.csrfToken: ada.csrf, .origin: "http://localhost"]).status == 204)
    }

    @Test func nobodyIsLoggedInByAPageOfAnotherSite() async throws {
        let shop = try await Selling()
        _ = try await shop.checkout.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        let answer = try await shop.ask(
            .post, "/v1/sessions", headers: [.origin: "https://evil.example"], #"{"email":"ada@example.com","password":"\#(AccountTests.password)"}"#)
        #expect(answer.status == 403 && answer.headers[.setCookie] == nil)
    }

    // MARK: Guessing

    @Test func aWrongPasswordAndAnUnknownAddressAreToldApartByNobody() async throws {
        let shop = try await Selling()
        _ = try await shop.checkout.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        var seen: [(status: Int, code: String?, hashes: Int)] = []
        for email in ["ada@example.com", "nobody@example.com", "no address", ""] {
            let before = shop.checkout.passwords.derivations
            let answer = try await shop.ask(.post, "/v1/sessions", #"{"email":"\#(email)","password":"wrong but long"}"#)
            seen.append((answer.status, answer.value("code"), shop.checkout.passwords.derivations - before))
        }
        for other in seen { #expect(other == (401, "credentialsWrong", 1)) }
    }

    @Test func guessesAtOneAccountAndFromOneAddressEnd() async throws {
        let shop = try await Selling()
        _ = try await shop.checkout.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        func logIn(_ email: String, _ password: String, from client: String) async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/sessions", client: client, #"{"email":"\#(email)","password":"\#(password)"}"#)
        }
        for number in 0..<Guesses.maximumPerAccount { try await #expect(logIn("ada@example.com", "wrong", from: "192.0.2.\(number)").status == 401) }
        let refused = try await logIn("ADA@example.com", AccountTests.password, from: "198.51.100.1")
        #expect(refused.status == 429 && refused.value("code") == "tooManyGuesses" && refused.headers[.retryAfter] == "900")
        for number in 0..<Guesses.maximumPerClient { try await #expect(logIn("a\(number)@example.com", "wrong", from: "203.0.113.9").status == 401) }
        try await #expect(logIn("fresh@example.com", "wrong", from: "203.0.113.9").status == 429)
        shop.clock.advance(Guesses.windowMilliseconds)
        try await #expect(logIn("ada@example.com", AccountTests.password, from: "203.0.113.9").status == 201)
    }

    @Test func aPasswordIsHashedAgainWhenTheWorkGrows() async throws {
        let shop = try await Selling()
        let weak = Checkout(
            database: shop.checkout.database, offers: shop.checkout.offers, payments: PaymentProviders(shop.bank), secret: shop.checkout.secret,
            passwords: PasswordHashing(parameters: try .init(cost: 2, blockSize: 1, parallelization: 1)))
        try await weak.createAccount(email: "ada@example.com", password: AccountTests.password, actor: "test")
        func record() async throws -> String { try await weak.database.read { try $0.row("SELECT password FROM users")!.text("password") } }
        try await #expect(record().hasPrefix("scrypt$1$"))
        for _ in 0..<2 {
            try await #expect(shop.ask(.post, "/v1/sessions", #"{"email":"ada@example.com","password":"\#(AccountTests.password)"}"#).status == 201)
        }
        try await #expect(record().hasPrefix("scrypt$4$"))
    }

    @Test func tooManyPasswordsAtOnceAreRefused() async throws {
        let hashing = PasswordHashing(parameters: try .init(cost: 1 << 12, blockSize: 8, parallelization: 1))
        let password = try Password(entered: "anything")
        let refusals = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<PasswordHashing.maximumWaiting * 4 {
                group.addTask { do { _ = try await hashing.isValid(password, for: nil); return false } catch { return CheckoutError(error).code == .busy } }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refusals > 0 && refusals <= PasswordHashing.maximumWaiting * 3)
        try await #expect(!hashing.isValid(password, for: nil))
    }

    // MARK: Shutting

    @Test func aDisabledAccountIsOutAtOnce() async throws {
        let shop = try await Selling()
        let (ada, admin) = (try await shop.member("ada@example.com"), try await shop.member("admin@example.com", roles: [.admin]))
        try await #expect(shop.ask(.post, "/v1/admin/accounts/\(ada.id)/disable", as: admin).value("status") == "disabled")
        try await #expect(shop.ask(.get, "/v1/account", as: ada).status == 401)
        let logIn = #"{"email":"ada@example.com","password":"\#(AccountTests.password)"}"#
        try await #expect(shop.ask(.post, "/v1/sessions", logIn).value("code") == "credentialsWrong")
        try await #expect(shop.ask(.post, "/v1/admin/accounts/\(ada.id)/enable", as: admin).status == 200)
        try await #expect(shop.ask(.post, "/v1/sessions", logIn).status == 201)
        try await #expect(shop.ask(.post, "/v1/admin/accounts/\(admin.id)/disable", as: admin).value("code") == "lastAdmin")
    }

    @Test func whoGrantsRightsHasJustShownThePassword() async throws {
        let shop = try await Selling()
        let (ada, admin) = (try await shop.member("ada@example.com"), try await shop.member("admin@example.com", roles: [.admin]))
        shop.clock.advance(Session.freshMilliseconds)
        let roles = "/v1/admin/accounts/\(ada.id)/roles"
        try await #expect(shop.ask(.post, roles, as: admin, #"{"role":"support"}"#).value("code") == "stepUpRequired")
        try await #expect(shop.ask(.post, "/v1/session/step-up", as: admin, #"{"password":"wrong"}"#).status == 401)
        try await #expect(shop.ask(.post, "/v1/session/step-up", as: admin, #"{"password":"\#(AccountTests.password)"}"#).status == 200)
        try await #expect(shop.ask(.post, roles, as: admin, #"{"role":"seller","seller":"none"}"#).status == 422)
        try await #expect(shop.ask(.post, roles, as: admin, #"{"role":"seller","seller":"alpha"}"#).value("sellers/0") == "alpha")
        try await #expect(shop.ask(.post, roles, as: ada, #"{"role":"admin"}"#).status == 403)
        try await #expect(shop.ask(.delete, roles + "?role=seller&seller=alpha", as: admin).value("sellers/0") == nil)
        let audit = try await shop.ask(.get, "/v1/admin/audit?limit=2", as: admin)
        #expect(audit.value("data/0/action") == "role.revoke.seller" && audit.value("data/1/action") == "role.grant.seller")
        #expect(audit.value("data/0/actor") == admin.id && audit.value("hasMore") == "true")
    }

    @Test func theAuditLogKnowsWhenItWasAltered() async throws {
        let shop = try await Selling()
        for number in 0..<5 { _ = try await shop.member("m\(number)@example.com", roles: [.support]) }
        let database = shop.checkout.database
        func fault() async throws -> String? { try await Checkout.verifyAudit(in: database).fault }
        let sound = try await Checkout.verifyAudit(in: database)
        #expect(sound.fault == nil && sound.count == 10 && sound.head.count == 64)
        for (statement, undo) in [("actor = 'me'", "actor = 'test'"), ("at = at + 1", "at = at - 1"), ("entity = entity || 'x'", nil)] {
            try await database.write { tx in try tx.connection.script("UPDATE audit_log SET \(statement) WHERE seq = 4") }
            try await #expect(fault() == "entry 4 was altered")
            if let undo { try await database.write { tx in try tx.connection.script("UPDATE audit_log SET \(undo) WHERE seq = 4") } }
        }
        try await database.write { tx in try tx.connection.script("DELETE FROM audit_log WHERE seq = 2") }
        try await #expect(fault() == "entry 2 is missing")
    }
}
