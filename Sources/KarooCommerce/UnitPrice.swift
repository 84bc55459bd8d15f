// KarooExpress – Apache-2.0

/// A unit in which goods are sold by measure.
public enum MeasureUnit: String, CaseIterable, Hashable, Sendable {
    case gram = "g"
    case kilogram = "kg"
    case milliliter = "ml"
    case liter = "l"
    case centimeter = "cm"
    case meter = "m"
    case piece = "pcs"

    /// What is measured. Amounts compare only within one dimension.
    public enum Dimension: Hashable, Sendable {
        case mass, volume, length, count
    }

    /// What it measures.
    public var dimension: Dimension {
        switch self {
        case .gram, .kilogram: .mass
        case .milliliter, .liter: .volume
        case .centimeter, .meter: .length
        case .piece: .count
        }
    }

    /// How many of the smallest unit of the dimension (g, ml, cm, piece) one of these is.
    public var factor: Int64 {
        switch self {
        case .gram, .milliliter, .centimeter, .piece: 1
        case .kilogram, .liter: 1_000
        case .meter: 100
        }
    }

    /// The unit's name in CLDR (`LocaleFormats.unit`); nil for pieces, which CLDR does not have: they are words of
    /// the shop's own.
    public var cldrIdentifier: String? {
        switch self {
        case .gram: "gram"
        case .kilogram: "kilogram"
        case .milliliter: "milliliter"
        case .liter: "liter"
        case .centimeter: "centimeter"
        case .meter: "meter"
        case .piece: nil
        }
    }
}

/// Why a text is no measured amount, or two of them make no unit price.
public enum MeasureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no number, or it is not a plain decimal.
    case badNumber(String)
    /// There is no unit behind the number.
    case unitMissing(String)
    /// The unit is not one of g, kg, ml, l, cm, m, pcs.
    case unknownUnit(String)
    /// The amount is zero or below.
    case notPositive(String)
    /// Content and reference measure different things.
    case dimensionsDiffer(content: String, per: String)

    public var description: String {
        switch self {
        case .badNumber(let text) where text.contains(","):
            "\"\(text)\" is no amount; write a point before the decimals, as 0.75 l"
        case .badNumber(let text): "\"\(text)\" is no amount; write a number and a unit, as 250 g"
        case .unitMissing(let text):
            "\"\(text)\" has no unit; write one of \(MeasureUnit.allCases.map(\.rawValue).joined(separator: ", "))"
        case .unknownUnit(let unit):
            "\"\(unit)\" is no unit; write one of \(MeasureUnit.allCases.map(\.rawValue).joined(separator: ", "))"
        case .notPositive(let text): "\"\(text)\" is not above zero"
        case .dimensionsDiffer(let content, let per): "\(content) cannot be priced per \(per)"
        }
    }
}

/// An exact amount above zero in a unit: `250 g`, `0.75 l`.
public struct MeasuredAmount: Hashable, Sendable, CustomStringConvertible {
    /// Above zero, as it was written.
    public let number: ExactDecimal
    /// In which unit.
    public let unit: MeasureUnit

    /// - precondition: `number` is above zero.
    public init(_ number: ExactDecimal, _ unit: MeasureUnit) {
        precondition(number.mantissa > 0, "a measured amount is above zero")
        self.number = number
        self.unit = unit
    }

    /// Reads a decimal number, a space or none, and a unit: `250 g`, `1kg`, `0.75 l`.
    public init(parsing text: String) throws(MeasureError) {
        let bytes = text.utf8
        let end = bytes.firstIndex { $0 != UInt8(ascii: ".") && !(0x30...0x39).contains($0) } ?? bytes.endIndex
        guard end != bytes.startIndex, end == bytes.endIndex || bytes[end] != UInt8(ascii: ","),
            let number = ExactDecimal(text[..<end])
        else { throw .badNumber(text) }
        let name = text[end...].drop { $0 == " " || $0 == "\u{A0}" || $0 == "\u{202F}" }
        guard !name.isEmpty else { throw .unitMissing(text) }
        guard let unit = MeasureUnit(rawValue: String(name)) else { throw .unknownUnit(String(name)) }
        guard number.mantissa > 0 else { throw .notPositive(text) }
        self.init(number, unit)
    }

    /// The amount in whole units of `unit` (as a weight of `1.2 kg` in grams: 1200), rounded half away from zero;
    /// nil when the units measure different things or the result leaves 64 bits.
    public func whole(in unit: MeasureUnit) -> Int64? {
        guard unit.dimension == self.unit.dimension else { return nil }
        return Rounding.quotient(
            UInt128(number.mantissa) * UInt128(self.unit.factor),
            over: ExactDecimal.powerOfTen(number.scale) * UInt128(unit.factor), isNegative: false)
    }

    /// As Content writes it: `250 g`.
    public var description: String { "\(number) \(unit.rawValue)" }
}

/// What a pack holds and for how much of it the unit price is told: 250 g, priced per 100 g. The price indication
/// directive of the European Union (98/6/EC, as amended by (EU) 2019/2161) asks for it where goods are sold by
/// measure; which reference is right for which goods is the seller's to say.
public struct Measure: Hashable, Sendable {
    /// What the pack holds.
    public let content: MeasuredAmount
    /// For how much the unit price is told.
    public let per: MeasuredAmount

    /// Throws when the two measure different things.
    public init(content: MeasuredAmount, per: MeasuredAmount) throws(MeasureError) {
        guard content.unit.dimension == per.unit.dimension else {
            throw .dimensionsDiffer(content: content.description, per: per.description)
        }
        self.content = content
        self.per = per
    }

    /// Reads both amounts; `measure: {content: 250 g, per: 100 g}` of Content.
    public init(content: String, per: String) throws(MeasureError) {
        try self.init(content: MeasuredAmount(parsing: content), per: MeasuredAmount(parsing: per))
    }

    /// The price of the reference amount when `price` buys the content, rounded half away from zero; nil when the
    /// result leaves 64 bits.
    public func unitPrice(for price: Money) -> Money? {
        // price × per / content; mantissas have at most 18 digits and factors at most 1000, so the parts that have
        // no price in them stay well inside 128 bits.
        let (first, second) = (per.number.normalized, content.number.normalized)
        var numerator = UInt128(first.mantissa) * UInt128(per.unit.factor)
        var denominator = UInt128(second.mantissa) * UInt128(content.unit.factor)
        let scale = second.scale - first.scale
        if scale >= 0 {
            numerator *= ExactDecimal.powerOfTen(scale)
        } else {
            denominator *= ExactDecimal.powerOfTen(-scale)
        }
        let divisor = greatestCommonDivisor(numerator, denominator)
        let (product, overflow) = (numerator / divisor)
            .multipliedReportingOverflow(by: UInt128(price.minorUnits.magnitude))
        guard !overflow,
            let minorUnits = Rounding.quotient(product, over: denominator / divisor, isNegative: price.isNegative)
        else { return nil }
        return Money(minorUnits: minorUnits, currency: price.currency)
    }
}

private func greatestCommonDivisor(_ first: UInt128, _ second: UInt128) -> UInt128 {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
