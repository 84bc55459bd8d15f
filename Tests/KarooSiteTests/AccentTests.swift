// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// Sellers choose any colour, and it can be seen in both lights.
@Suite struct AccentTests {
    @Test(arguments: ["#ffffff", "#000000", "#ffff00", "#0b63ce", "#f5f6f8", "#1b1e24", "#777777", "#ff0000", "#00ff00", "#2a0a4a"])
    func everyColourStandsOut(hex: String) throws {
        let accent = try #require(Accent(hex))
        #expect(try #require(RGB(hex: accent.onLight)).contrast(to: RGB(hex: "#f5f6f8")!) >= 2.98)
        #expect(try #require(RGB(hex: accent.onDark)).contrast(to: RGB(hex: "#1b1e24")!) >= 2.98)
    }

    @Test func whatStandsOutStaysAsItIs() throws {
        #expect(try #require(Accent("#0b63ce")).onLight == "#0b63ce")
        #expect(try #require(Accent("#ffffff")).onDark == "#ffffff")
        // Known contrasts: black on white has 21, the theme's accent on white 5.69.
        #expect(abs(RGB(hex: "#000000")!.contrast(to: RGB(hex: "#ffffff")!) - 21) < 0.001)
        #expect(abs(RGB(hex: "#0b63ce")!.contrast(to: RGB(hex: "#ffffff")!) - 5.69) < 0.01)
    }

    @Test func whatIsNoColourIsNone() { #expect(Accent("#fff") == nil && Accent("red") == nil && Accent("#gggggg") == nil) }
}
