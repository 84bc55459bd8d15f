// KarooExpress – Apache-2.0

import Foundation

/// NFKC as far as words need it.
///
/// What is folded letter by letter is taken apart again, so only scripts that are not folded have to be put together: kana with
/// their sound marks, Hangul, and one Burmese letter. Foundation's own composition joins letters beyond U+FFFF with marks
/// that do not belong to them.
enum Composition {
    static func composed(_ text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var starter: Int?
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            if let place = starter, let kana = kana(scalars[place], scalar) {
                scalars[place] = kana
            } else if let last = scalars.last, let joined = joined(last, scalar) {
                scalars[scalars.count - 1] = joined
            } else {
                if scalar.properties.canonicalCombiningClass == .notReordered { starter = scalars.count }
                scalars.append(scalar)
            }
        }
        return scalars
    }

    /// A kana and a sound mark.
    private static func kana(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
        guard mark.value == 0x3099 || mark.value == 0x309A else { return nil }
        let isKatakana = base.value >= 0x30A1
        let code = isKatakana ? base.value - 0x60 : base.value
        let isVoiced = mark.value == 0x3099
        var step: UInt32 = 0
        switch code {
        case 0x306F, 0x3072, 0x3075, 0x3078, 0x307B: step = isVoiced ? 1 : 2
        case 0x304B...0x3061 where code % 2 == 1 && isVoiced: step = 1
        case 0x3064, 0x3066, 0x3068, 0x309D: step = isVoiced ? 1 : 0
        case 0x3046: step = isVoiced ? 0x4E : 0
        case 0x308F...0x3092 where isKatakana && isVoiced: step = 8
        default: break
        }
        return step == 0 ? nil : Unicode.Scalar(base.value + step)
    }

    /// Parts of a Hangul syllable; the Burmese letter.
    private static func joined(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        let (one, other) = (first.value, second.value)
        if (0x1100...0x1112).contains(one), (0x1161...0x1175).contains(other) {
            return Unicode.Scalar(0xAC00 + ((one - 0x1100) * 21 + other - 0x1161) * 28)
        }
        if (0xAC00...0xD7A3).contains(one), (one - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(other) {
            return Unicode.Scalar(one + other - 0x11A7)
        }
        return one == 0x1025 && other == 0x102E ? Unicode.Scalar(0x1026) : nil
    }
}
