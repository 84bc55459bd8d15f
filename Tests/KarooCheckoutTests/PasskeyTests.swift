// KarooExpress – Apache-2.0

import KarooCrypto
import Support
import Testing

@testable import KarooCheckout

/// Passkeys as a security key of another make has made and used them.
struct PasskeyTests {
    struct Vector: Sendable {
        let credential: String
        let attestation: String
        let clientData: String
        let authenticatorData: String
        let signature: String

        var message: [UInt8] { bytes(authenticatorData) + SHA256.digest(of: clientData).bytes }
        func bytes(_ text: String) -> [UInt8] { Base64URL.decode(text) ?? [] }
    }

    static let clientData = #"{"type": "webauthn.get", "challenge": "Y2hhbGxlbmdl", "origin": "https://www.example.org", "crossOrigin": false}"#
    /// ES256, then EdDSA.
    static let vectors = [
        Vector(
            credential: "f9nyIrcGKGBYXXgz0uMZifPq9BbxPDV6DFxakcWPzAw",
            attestation:
                """
                o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikv6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LVFAAAABQAAAAAAAAAAAAAAAAAAAAAAIH_Z8iK3BihgWF14M9LjGYnz6vQW8Tw1egxcWpHFj8wMpQECAyYgASFYIMaLWPntTfsjT2Mn8URiWoIVkFy-4KZnR5-eWeTnKypcIlggrGS2YygtCcYzunBs2IXNgDmpnwGs3ooIYzl6fFhxizI
                """,
            clientData: PasskeyTests.clientData,
            authenticatorData: "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUFAAAABg",
            signature:
                """
                MEQCIGISm8fiWQ-AREga_zyT9uqPRgrSRaTqMME1GyfzVN-4AiBppKwLTA9EjwjPu62OlJ2itq7prw2-ophgMYdhneWX9A
                """),
        Vector(
            credential: "tI4Y342-PsODkbhlcGBlgouTCf7w3-2-WZZDlTYIE_E",
            attestation:
                """
                o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViBv6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LVFAAAABQAAAAAAAAAAAAAAAAAAAAAAILSOGN-Nvj7Dg5G4ZXBgZYKLkwn-8N_tvlmWQ5U2CBPxpAEBAycgBiFYIP1r7Q5eYg28RTwssWcgL7CRmWDwd1oEh894jf5mljPf
                """,
            clientData: PasskeyTests.clientData,
            authenticatorData: "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUFAAAABg",
            signature:
                """
                GW5xtJbumA3b_qB8uAyh8kjFYVT0O9u3DZQwNi1tyFyyfIr4SO6Vo3W64rgRxfLZiXU1pRN-Ce_l2demn7PlAg
                """),
    ]

    private func key(_ vector: Vector) throws -> PasskeyKey {
        let object = try #require(CBOR(vector.bytes(vector.attestation)))
        let data = try #require(object[.text("authData")]?.bytes.flatMap { AuthenticatorData($0, relyingParty: "example.org") })
        let credential = try #require(data.credential)
        #expect(data.signCount == 5 && data.isUserVerified && Base64URL.encode(credential.id) == vector.credential)
        return credential.key
    }

    @Test(arguments: vectors) func aSignatureIsThatOfItsKeyAndMessage(vector: Vector) throws {
        let key = try key(vector)
        let signature = vector.bytes(vector.signature)
        #expect(key.isValid(signature, for: vector.message))
        #expect(PasskeyKey(text: key.text) == key)
        for place in [0, signature.count / 2, signature.count - 1] {
            var altered = signature
            altered[place] ^= 1
            #expect(!key.isValid(altered, for: vector.message))
        }
        #expect(!key.isValid(signature, for: vector.message + [0]) && !key.isValid([], for: vector.message))
        let other = try self.key(PasskeyTests.vectors.first { $0.credential != vector.credential } ?? vector)
        #expect(!other.isValid(signature, for: vector.message))
    }

    @Test func aPointBesideTheCurveIsNoKey() throws {
        let vector = PasskeyTests.vectors[0]
        guard case .es256(let x, var y) = try key(vector) else { throw CheckoutError(.internal) }
        y[31] ^= 1
        #expect(!ES256.isValid(vector.bytes(vector.signature), for: vector.message, x: x, y: y))
        #expect(!ES256.isValid(vector.bytes(vector.signature), for: vector.message, x: [], y: y))
    }

    @Test func whatTheBrowserSaysHasToBeWhatWasAsked() {
        let bytes = Array(PasskeyTests.clientData.utf8)
        func isSound(_ kind: ClientData.Kind, _ challenge: String, _ origin: String) -> Bool {
            ClientData.isSound(bytes, kind, challenge: challenge, origins: [origin])
        }
        #expect(isSound(.get, "Y2hhbGxlbmdl", "https://www.example.org"))
        #expect(!isSound(.create, "Y2hhbGxlbmdl", "https://www.example.org") && !isSound(.get, "Y2hhbGxlbmdm", "https://www.example.org"))
        #expect(!isSound(.get, "Y2hhbGxlbmdl", "https://example.org") && !isSound(.get, "Y2hhbGxlbmdl", "http://www.example.org"))
        #expect(!ClientData.isSound([], .get, challenge: "", origins: []))
    }

    @Test func originsOfOtherHostsAreNotThoseOfTheParty() {
        let origins: Set = ["https://example.org", "https://shop.example.org:8443", "https://evilexample.org", "https://example.org.evil.example", "null"]
        #expect(RelyingParty(id: "example.org", name: "x", origins: origins).origins == ["https://example.org", "https://shop.example.org:8443"])
        #expect(RelyingParty.host(of: "http://LOCALHOST:8080/x") == "localhost" && RelyingParty.host(of: "https://a@b") == nil && RelyingParty.host(of: "x") == nil)
    }

    // MARK: What is none

    @Test func bytesThatAreNoCBORAreRefusedAndNothingTraps() {
        var dice = Seeded("cbor")
        let whole = PasskeyTests.vectors.map { $0.bytes($0.attestation) }
        for _ in 0..<20_000 {
            var bytes = dice.one(of: whole)
            switch dice.below(3) {
            case 0: bytes = Array(bytes.prefix(dice.below(bytes.count)))
            case 1: bytes[dice.below(bytes.count)] = UInt8.random(in: 0...255, using: &dice)
            default: bytes = (0..<dice.below(40)).map { _ in UInt8.random(in: 0...255, using: &dice) }
            }
            if let data = CBOR(bytes)?[.text("authData")]?.bytes { _ = AuthenticatorData(data, relyingParty: "example.org") }
            _ = AuthenticatorData(bytes, relyingParty: "example.org")
        }
        for bytes: [UInt8] in [
            [], [0x5F], [0x9F, 0xFF], [0xBF, 0xFF], [0x1C], [0xF9, 0, 0], [0xC0, 0x00], [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x9B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x61, 0xFF], [0xA2, 0, 0, 0, 0],
            [0x00, 0x00], [UInt8](repeating: 0x81, count: 1_000) + [0],
        ] { #expect(CBOR(bytes) == nil) }
        #expect(CBOR([0x3B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == .integer(.min))
    }
}
