// KarooExpress – Apache-2.0

import Testing

@testable import KarooCommerce

struct PasswordTests {
    @Test(arguments: [
        "1234567890", "0987654321", "password12", "Password123!", "P4$$w0rd2024", "qwertyuiop", "qwertz123456", "1q2w3e4r5t", "aaaaaaaaaaaa",
        "abcdefghijkl", "iloveyou2026", "letmein1234", "correct horse battery staple", "KarooExpress1", "passwortpasswort", "adminadmin12", "zaq1zaq1zaq1",
    ]) func whatEverybodyTriesIsRefused(text: String) {
        #expect(throws: Password.Refusal.tooCommon) { try Password(chosen: text, owner: []) }
    }

    @Test(arguments: ["a long way to Tipperary", "vT9#kLp2qZ", "Störche fliegen südwärts", "パスワードは長いほうが良い", "kamel-tisch-regen-zug"])
    func otherPasswordsAreTaken(text: String) throws {
        _ = try Password(chosen: text, owner: ["ada@example.com"])
    }

    @Test func lengthsHold() throws {
        #expect(throws: Password.Refusal.tooShort) { try Password(chosen: "vT9#kLp2q", owner: []) }
        #expect(throws: Password.Refusal.tooLong) { try Password(chosen: "vT9#kLp2q" + String(repeating: "xy", count: 128), owner: []) }
        #expect(throws: Password.Refusal.tooLong) { try Password(entered: String(repeating: "x", count: 1 << 20)) }
    }

    @Test func whatIsKnownOfTheOwnerIsNoPassword() {
        #expect(throws: Password.Refusal.tooCommon) { try Password(chosen: "ada.lovelace", owner: ["ada.lovelace@example.com"]) }
        #expect(throws: Password.Refusal.tooCommon) { try Password(chosen: "lovelace1815", owner: ["ada.lovelace@example.com"]) }
    }

    @Test func thePasswordIsTheSameFromEveryKeyboard() throws {
        #expect(try Password(entered: "Gru\u{308}n").bytes == Password(entered: "Gr\u{FC}n").bytes)
    }
}
