// KarooExpress – Apache-2.0

import Foundation

/// The colour of a seller, as light and dark pages can bear it: as much darker or lighter as it takes to be seen.
struct Accent: Equatable {
    let onLight: String
    let onDark: String

    /// Against the grounds that storefronts have in the theme, `--surface`. What is no text needs a contrast of 3 (WCAG 2.2,
    /// 1.4.11).
    private static let lightGround = RGB(hex: "#f5f6f8")!
    private static let darkGround = RGB(hex: "#1b1e24")!
    private static let contrast = 3.0
    /// Of the lightness of OKLCH, which runs from 0 to 1.
    private static let step = 0.01

    /// Nil when the text is no colour of six hexadecimal digits behind a number sign.
    init?(_ hex: String) {
        guard let colour = RGB(hex: hex) else { return nil }
        onLight = Accent.nearest(to: colour, on: Accent.lightGround, by: -Accent.step).hex
        onDark = Accent.nearest(to: colour, on: Accent.darkGround, by: Accent.step).hex
    }

    /// The colour itself, or the first of the same hue that stands out enough.
    private static func nearest(to colour: RGB, on ground: RGB, by step: Double) -> RGB {
        var tint = OKLab(colour)
        var nearest = colour
        while nearest.contrast(to: ground) < contrast, (0...1).contains(tint.lightness + step) {
            tint.lightness += step
            nearest = RGB(tint)
        }
        return nearest
    }
}

/// A colour of sRGB, each part from 0 to 1.
struct RGB: Equatable {
    let red, green, blue: Double

    init?(hex: String) {
        guard hex.utf8.count == 7, hex.first == "#", let number = UInt32(hex.dropFirst(), radix: 16) else { return nil }
        (red, green, blue) = (Double(number >> 16 & 255) / 255, Double(number >> 8 & 255) / 255, Double(number & 255) / 255)
    }

    /// Parts beyond what a screen has are cut.
    init(_ colour: OKLab) {
        // Björn Ottosson, "A perceptual color space for image processing", 2020.
        let long = pow(colour.lightness + 0.3963377774 * colour.a + 0.2158037573 * colour.b, 3)
        let middle = pow(colour.lightness - 0.1055613458 * colour.a - 0.0638541728 * colour.b, 3)
        let short = pow(colour.lightness - 0.0894841775 * colour.a - 1.2914855480 * colour.b, 3)
        red = RGB.encoded(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short)
        green = RGB.encoded(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short)
        blue = RGB.encoded(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short)
    }

    var hex: String {
        "#" + [red, green, blue].map { part in
            let digits = String(Int((part * 255).rounded()), radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// From 1 to 21 (WCAG 2.2, "contrast ratio").
    func contrast(to other: RGB) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    private var luminance: Double { 0.2126 * RGB.linear(red) + 0.7152 * RGB.linear(green) + 0.0722 * RGB.linear(blue) }

    /// IEC 61966-2-1.
    static func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }

    private static func encoded(_ part: Double) -> Double {
        let part = min(1, max(0, part))
        return part <= 0.0031308 ? part * 12.92 : 1.055 * pow(part, 1 / 2.4) - 0.055
    }
}

/// A colour by how light it looks, from 0 to 1, and by its hue, which stays when the lightness changes.
struct OKLab {
    var lightness: Double
    let a, b: Double

    init(_ colour: RGB) {
        let (red, green, blue) = (RGB.linear(colour.red), RGB.linear(colour.green), RGB.linear(colour.blue))
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    }
}
