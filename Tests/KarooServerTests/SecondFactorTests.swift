// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooDatabase
import Testing

@testable import KarooServer

struct SecondFactorTests {
    /// The codes that RFC 6238 gives in its appendix B, cut to six digits.
    @Test(arguments: [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130")])
    func codesAreThoseOfTheStandard(seconds: Int64, code: String) {
        #expect(OneTimeCode.code(Array("12345678901234567890".utf8), step: seconds / 30) == code)
    }

    @Test func aCodeWorksOnceAndOneStepAround() async throws {
        let (shop, ada, _) = try await SecondFactorTests.secured()
        let challenge = try await shop.logIn("ada@example.com").value("challenge") ?? ""
        func answer(_ offset: Int64) async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/sessions/second-factor", #"{"challenge":"\#(challenge)","code":"\#(ada.code(at: shop.clock.now, offset))"}"#)
        }
        // The code by which it was turned on is used up, and those before it.
        try await #expect(answer(0).value("code") == "codeWrong")
        try await #expect(answer(-1).status == 401)
        try await #expect(answer(2).status == 401)
        let opened = try await answer(1)
        #expect(opened.status == 201 && opened.headers[.setCookie] != nil && opened.value("account/secondFactor") == "true")
        try await #expect(answer(1).status == 422)
    }

    @Test func tenWrongCodesLock() async throws {
        let (shop, ada, recovery) = try await SecondFactorTests.secured()
        shop.clock.advance(60_000)
        let challenge = try await shop.logIn("ada@example.com").value("challenge") ?? ""
        func answer(_ member: String, _ code: String) async throws -> Selling.Answer {
            try await shop.ask(.post, "/v1/sessions/second-factor", #"{"challenge":"\#(challenge)","\#(member)":"\#(code)"}"#)
        }
        for _ in 0..<SecondFactor.maximumFailures { try await #expect(answer("code", "000000x").status == 401) }
        let locked = try await answer("code", ada.code(at: shop.clock.now, 0))
        #expect(locked.status == 429 && locked.headers[.retryAfter] == "900")
        try await #expect(answer("recoveryCode", recovery[0]).status == 429)
        shop.clock.advance(SecondFactor.lockMilliseconds)
        let again = try await shop.logIn("ada@example.com").value("challenge") ?? ""
        try await #expect(
            shop.ask(.post, "/v1/sessions/second-factor", #"{"challenge":"\#(again)","code":"\#(ada.code(at: shop.clock.now, 0))"}"#).status == 201)
    }

    @Test func aCodeForBadDaysWorksOnce() async throws {
        let (shop, _, recovery) = try await SecondFactorTests.secured()
        #expect(recovery.count == SecondFactor.recoveryCodes && Set(recovery).count == recovery.count)
        for expected in [201, 401] {
            let challenge = try await shop.logIn("ada@example.com").value("challenge") ?? ""
            let typed = recovery[3].lowercased().replacing("-", with: " ")
            let answer = try await shop.ask(.post, "/v1/sessions/second-factor", #"{"challenge":"\#(challenge)","recoveryCode":"\#(typed)"}"#)
            #expect(answer.status == expected)
            if expected == 201 { #expect(answer.value("account/recoveryCodesLeft") == "9") }
        }
        try await #expect(shop.letters().last?.values["notice"] == "recoveryCodeUsed")
    }

    @Test func aPasswordAloneNoLongerConfirmsWhoOneIs() async throws {
        let (shop, ada, _) = try await SecondFactorTests.secured()
        shop.clock.advance(Session.freshMilliseconds)
        func stepUp(_ body: String) async throws -> Selling.Answer { try await shop.ask(.post, "/v1/session/step-up", as: ada.member, body) }
        try await #expect(stepUp(#"{"password":"\#(AccountTests.password)"}"#).value("code") == "codeRequired")
        try await #expect(shop.ask(.delete, "/v1/account/second-factor", as: ada.member).value("code") == "stepUpRequired")
        try await #expect(stepUp(#"{"code":"\#(ada.code(at: shop.clock.now, 0))"}"#).status == 200)
        try await #expect(shop.ask(.delete, "/v1/account/second-factor", as: ada.member).status == 204)
        try await #expect(shop.logIn("ada@example.com").status == 201)
    }

    @Test func secretsAreSealedForTheirAccount() async throws {
        let (shop, ada, recovery) = try await SecondFactorTests.secured()
        let kept = try await shop.checkout.database.read { snapshot in
            try snapshot.rows("SELECT sealed AS value FROM code_secrets UNION ALL SELECT code_hash FROM recovery_codes").map { try $0.text("value") }
        }
        #expect(kept.count == 11)
        for value in kept {
            #expect(Base64URL.decode(value).map { !$0.contains(ada.secret) } ?? true)
            #expect(!recovery.contains { value.contains($0) || value.contains($0.replacing("-", with: "")) })
        }
        // What is sealed for one account opens for no other.
        let grace = try await shop.member("grace@example.com")
        try await shop.checkout.database.write { tx in
            _ = try tx.execute("INSERT INTO code_secrets SELECT \(grace.id), sealed, confirmed_at, 0, 0, 0 FROM code_secrets")
        }
        let challenge = try await shop.logIn("grace@example.com").value("challenge") ?? ""
        try await #expect(
            shop.ask(.post, "/v1/sessions/second-factor", #"{"challenge":"\#(challenge)","code":"\#(ada.code(at: shop.clock.now, 1))"}"#).status == 500)
    }

    // MARK: Somebody with an app

    struct Secured: Sendable {
        let member: Selling.Member
        let secret: [UInt8]

        func code(at milliseconds: Int64, _ offset: Int64) -> String { OneTimeCode.code(secret, step: milliseconds / 30_000 + offset) }
    }

    /// Ada, who has just turned codes on, and her codes for bad days.
    static func secured() async throws -> (Selling, Secured, [String]) {
        let shop = try await Selling()
        let member = try await shop.member("ada@example.com")
        let begun = try await shop.ask(.post, "/v1/account/second-factor", as: member)
        let uri = begun.value("uri") ?? ""
        #expect(uri.hasPrefix("otpauth://totp/") && uri.contains("ada%40example.com?secret=\(begun.value("secret") ?? "-")&issuer="))
        try await #expect(shop.logIn("ada@example.com").status == 201, "what is not confirmed does not hold")
        let ada = Secured(member: member, secret: base32(begun.value("secret") ?? ""))
        try await #expect(shop.ask(.post, "/v1/account/second-factor/confirm", as: member, #"{"code":"12345"}"#).status == 401)
        let confirmed = try await shop.ask(.post, "/v1/account/second-factor/confirm", as: member, #"{"code":"\#(ada.code(at: shop.clock.now, 0))"}"#)
        try await #expect(shop.ask(.post, "/v1/account/second-factor", as: member).value("code") == "secondFactorOn")
        return (shop, ada, (0..<SecondFactor.recoveryCodes).compactMap { confirmed.value("recoveryCodes/\($0)") })
    }

    private static func base32(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bytes, pending, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
        for character in text {
            pending = (pending << 5 | UInt32(alphabet.firstIndex(of: character) ?? 0)) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        return bytes
    }
}
