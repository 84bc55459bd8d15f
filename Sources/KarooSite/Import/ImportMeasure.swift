// KarooExpress – Apache-2.0

import KarooCommerce

/// Weights and contents in the units of foreign files, turned into those of Content without rounding where that can be.
enum ImportMeasure {
    /// How many of one unit of ours a foreign unit is: `numerator / denominator`.
    private struct Unit {
        let unit: MeasureUnit
        let numerator: Int64
        let denominator: Int64

        init(_ unit: MeasureUnit, _ numerator: Int64 = 1, over denominator: Int64 = 1) {
            self.unit = unit
            self.numerator = numerator
            self.denominator = denominator
        }
    }

    private static let units: [String: Unit] = [
        "mg": Unit(.gram, 1, over: 1_000), "g": Unit(.gram), "kg": Unit(.kilogram),
        "ml": Unit(.milliliter), "cl": Unit(.milliliter, 10), "dl": Unit(.milliliter, 100), "l": Unit(.liter), "cbm": Unit(.liter, 1_000),
        "m3": Unit(.liter, 1_000), "mm": Unit(.centimeter, 1, over: 10), "cm": Unit(.centimeter), "m": Unit(.meter),
        "ct": Unit(.piece), "pcs": Unit(.piece), "pc": Unit(.piece), "item": Unit(.piece), "items": Unit(.piece), "unit": Unit(.piece),
    ]
    /// By international agreement of 1959 a pound is 0.45359237 kg; here in billionths of a gram.
    private static let pound: Int64 = 453_592_370_000

    /// An amount of a unit in whole grams, rounded half away from zero; nil when the unit is no weight or the amount is
    /// below zero or too large.
    static func grams(_ amount: ExactDecimal, unit: String) -> Int? {
        guard amount.mantissa >= 0 else { return nil }
        // A unit is so many billionths of a gram.
        let scale: Int64
        switch unit.lowercased() {
        case "mg": scale = 1_000_000
        case "g", "gram", "grams": scale = 1_000_000_000
        case "kg": scale = 1_000_000_000_000
        case "lb", "lbs", "pound", "pounds": scale = pound
        case "oz", "ounce", "ounces": scale = pound / 16
        default: return nil
        }
        var denominator: UInt128 = 1_000_000_000
        for _ in 0..<amount.scale { denominator *= 10 }
        let grams = Rounding.quotient(UInt128(amount.mantissa) * UInt128(scale), over: denominator, isNegative: false)
        return grams.flatMap { $0 <= 1_000_000_000 ? Int($0) : nil }
    }

    /// What `1.2 kg` or `3lb` weighs in grams; nil when it is no weight.
    static func grams(_ text: String) -> Int? {
        guard let (amount, unit) = parts(text) else { return nil }
        return grams(amount, unit: unit)
    }

    /// The content and for how much of it the unit price is told. Where the file does not say, that is a kilogram, a
    /// litre, a metre or a piece. Throws an issue for what cannot be read.
    static func measure(content: String, per: String?, file: String, line: Int) throws(BuildIssue) -> Measure {
        let content = try amount(content, file: file, line: line)
        do throws(MeasureError) {
            guard let per else { return try Measure(content: content, per: standard(content.unit)) }
            let reference = try? amount(per, file: file, line: line)
            guard let reference else { throw .unknownUnit(per) }
            return try Measure(content: content, per: reference)
        } catch {
            throw BuildIssue(.warning, file: file, line: line, "no unit price is shown: \(error)", remedy: "write the measure as 250 g and its base as 100 g")
        }
    }

    private static func amount(_ text: String, file: String, line: Int) throws(BuildIssue) -> MeasuredAmount {
        guard let (number, name) = parts(text), let unit = units[name.lowercased()], number.mantissa > 0,
            let exact = scaled(number, unit.numerator, over: unit.denominator)
        else {
            throw BuildIssue(
                .warning, file: file, line: line, "\"\(text)\" is no measure that is known here; no unit price is shown",
                remedy: "write a number and one of mg, g, kg, ml, cl, l, cm, m, ct")
        }
        return MeasuredAmount(exact, unit.unit)
    }

    /// Multiplies and divides by powers of ten; nil when the digits become too many.
    private static func scaled(_ number: ExactDecimal, _ numerator: Int64, over denominator: Int64) -> ExactDecimal? {
        let number = number.normalized
        let (mantissa, overflow) = number.mantissa.multipliedReportingOverflow(by: numerator)
        var scale = number.scale
        var rest = denominator
        while rest > 1 {
            rest /= 10
            scale += 1
        }
        guard !overflow, mantissa < 1_000_000_000_000_000_000, scale <= 12 else { return nil }
        return ExactDecimal(mantissa: mantissa, scale: scale).normalized
    }

    private static func standard(_ unit: MeasureUnit) -> MeasuredAmount {
        let one = ExactDecimal(mantissa: 1, scale: 0)
        return switch unit.dimension {
        case .mass: MeasuredAmount(one, .kilogram)
        case .volume: MeasuredAmount(one, .liter)
        case .length: MeasuredAmount(one, .meter)
        case .count: MeasuredAmount(one, .piece)
        }
    }

    /// A number and the word behind it.
    private static func parts(_ text: String) -> (ExactDecimal, String)? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = String(text.dropFirst(number.count)).trimmingSpaces()
        return ExactDecimal(number).map { ($0, unit) }
    }
}
