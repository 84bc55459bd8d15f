// KarooExpress – Apache-2.0

import Foundation

/// What a code point is to the search, and what is left of a letter when accents and case are taken away.
struct Folding: Sendable {
    enum Class: UInt8, Sendable { case none, letter, digit, mark, dense }

    static let standard = Folding()

    /// Below this, classes and foldings are looked up.
    private static let tableSize: UInt32 = 0x700
    private let classes: [Class]
    private let folds: [[UInt8]]

    private init() {
        let codes = 0..<Folding.tableSize
        classes = codes.map(Folding.find)
        folds = codes.map { code in
            guard let scalar = Unicode.Scalar(code) else { return [] }
            return Folding.make(scalar)
        }
    }

    @inline(__always)
    func `class`(of scalar: Unicode.Scalar) -> Class {
        scalar.value < Folding.tableSize ? classes[Int(scalar.value)] : Folding.find(scalar.value)
    }

    func appendFold(of scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        if scalar.value < Folding.tableSize {
            bytes.append(contentsOf: folds[Int(scalar.value)])
        } else {
            bytes.append(contentsOf: Folding.make(scalar))
        }
    }

    private static func find(_ code: UInt32) -> Class {
        let starts = CharacterTables.starts
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= code { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? .none : Class(rawValue: CharacterTables.classes[low - 1]) ?? .none
    }

    /// Of a letter: NFD, marks left out, lower case, then the table. Of a digit: the ASCII digit.
    private static func make(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch find(scalar.value) {
        case .none, .mark: return []
        case .dense: return Array(String(scalar).utf8)
        case .digit:
            // Decimal digits stand in runs of ten.
            guard let value = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil else { return Array(String(scalar).utf8) }
            return [UInt8(ascii: "0") + UInt8(value)]
        case .letter:
            var bytes: [UInt8] = []
            for part in String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars where find(part.value) != .mark {
                for lower in part.properties.lowercaseMapping.unicodeScalars where find(lower.value) != .mark {
                    bytes.append(contentsOf: (CharacterTables.specials[lower.value] ?? String(lower)).utf8)
                }
            }
            return bytes
        }
    }

    /// False when NFKC might change what the words of the text are.
    @inline(__always)
    static func isStable(_ code: UInt32) -> Bool {
        switch code {
        case 0xC0...0x131, 0x134...0x13E, 0x141...0x148, 0x14A...0x17E, 0x300...0x36F, 0x388...0x3CE, 0x400...0x52F, 0x5D0...0x5EA,
            0x620...0x652, 0x660...0x669, 0x2010, 0x2012...0x2016, 0x2018...0x2023, 0x20AC, 0x3001...0x3029, 0x3041...0x3096, 0x30A1...0x30FA,
            0x30FC...0x30FE, 0x4E00...0x9FFF, 0xAC00...0xD7A3:
            true
        case 0xA1...0xA7, 0xA9, 0xAB...0xAE, 0xB0, 0xB1, 0xB6, 0xB7, 0xBB, 0xBF: true
        default: code < 0x80
        }
    }
}
