// KarooExpress – Apache-2.0

import Testing

@testable import KarooCrypto

struct Base64Tests {
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func theExamplesOfTheStandard(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v ", "Zm-_", "Zh==", "====", "Zm9v\n"]) func whatIsNoneIsRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func aCertificateThatNobodySignedIsRefused() {
        #expect(throws: CryptoError.self) { _ = try Certificate(chain: "", trusted: nil, names: ["localhost"], at: 1_800_000_000) }
        #expect(throws: CryptoError.self) { _ = try Certificate(chain: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----", trusted: "", names: [], at: 0) }
    }
}
