// KarooExpress – Apache-2.0

import _FoundationICU

/// How one locale, such as `de-DE` or `ar-KW`, writes money, numbers, dates, units, lists and names, and how it
/// sorts: everything from CLDR, through the ICU of the Swift toolchain.
///
/// This is the only file that meets ICU. An instance holds ICU's objects, opens each of them at first use and
/// closes them at the end; it belongs to one worker and cannot be shared between threads. What it returns depends
/// on its tag and on the release of ICU alone, never on the environment of the process.
public final class LocaleFormats {
    /// How long a date is written.
    public enum DateStyle: Hashable, Sendable {
        /// With the month's name: 27 November 2026.
        case long
        /// Shorter: 27 Nov 2026, 27.11.2026.
        case medium
    }

    /// The BCP 47 tag as it was given: `de-DE`.
    public let tag: String
    /// True where the script of the locale runs from right to left.
    public let isRightToLeft: Bool

    private let locale: String  // in the spelling of ICU: de_DE
    private var currencies: [CurrencyFormat] = []
    private var numbers: [Int: Handle] = [:]  // by decimals
    private var percents: Handle?
    private var units: [Unit: Handle?] = [:]
    private var dates: [DateStyle: Handle] = [:]
    private var lists: Handle?
    private var names: Handle?
    private var plurals: Handle?
    private var collator: Handle?

    // The same small numbers, ratings, dates and measures stand on page after page.
    private var numberTexts = Memo<Int64>()
    private var decimalTexts = Memo<String>()
    private var percentTexts = Memo<Int>()
    private var measureTexts = Memo<Measured>()
    private var dateTexts = Memo<Dated>()

    /// Nil when the tag is not well-formed, or when CLDR has no data for its language (ICU would then answer in
    /// whatever language the process happens to run in).
    public init?(_ tag: String) {
        guard let locale = LocaleFormats.icuLocale(tag) else { return nil }
        self.tag = tag
        self.locale = locale
        isRightToLeft = swift_uloc_isRightToLeft(locale) != 0
    }
}

extension LocaleFormats {
    private static let countries: Set<String> = {
        var codes: Set<String> = []
        guard var next = swift_uloc_getISOCountries() else { return codes }
        while let code = next.pointee {
            codes.insert(String(cString: code))
            next += 1
        }
        return codes
    }()

    /// Whether ISO 3166-1 has this code of two capital letters today.
    public static func isCountry(_ code: String) -> Bool { countries.contains(code) }
}

// MARK: - Money

extension LocaleFormats {
    /// The amount with the locale's standard symbol of the currency and all its decimals: `54,90 €`, `¥8,900`,
    /// `KWD 18.500`. Bidirectional marks stand where CLDR puts them. Exact: no floating-point number is involved.
    public func money(_ money: Money) -> String {
        guard let pattern = currencyFormat(money.currency).pattern else { return moneyByICU(money) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        pattern.append(money, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `money(_:)` returns, in UTF-8.
    public func appendMoney(_ money: Money, to bytes: inout [UInt8]) {
        guard let pattern = currencyFormat(money.currency).pattern else {
            bytes.append(contentsOf: moneyByICU(money).utf8)
            return
        }
        pattern.append(money, to: &bytes)
    }

    /// What `money(_:)` returns, without the shortcut of the pattern.
    func moneyByICU(_ money: Money) -> String { currencyFormat(money.currency).format(money) }

    /// What stands around and between the digits of amounts in this currency, proven against ICU; nil when the
    /// locale writes them in a way that a pattern cannot tell.
    public func moneyPattern(for currency: Currency) -> MoneyPattern? {
        currencyFormat(currency).pattern
    }

    private func currencyFormat(_ currency: Currency) -> CurrencyFormat {
        for format in currencies where format.currency == currency { return format }
        let format = CurrencyFormat(currency, locale: locale)
        currencies.append(format)
        return format
    }
}

/// The formatter of one currency: that of ICU, and the pattern that replaces it where it can.
private final class CurrencyFormat {
    let currency: Currency
    let pattern: MoneyPattern?
    private let handle: Handle

    init(_ currency: Currency, locale: String) {
        self.currency = currency
        var status = U_ZERO_ERROR
        handle = Handle.number(UNUM_CURRENCY, locale)
        let code = Array(currency.code.utf16)
        swift_unum_setTextAttribute(handle.mutable, UNUM_CURRENCY_CODE, code, Int32(code.count), &status)
        precondition(status.isSuccess, "ICU refuses the currency \(currency.code)")
        // CLDR hides the decimals of some currencies (IQD, LBP, HUF in cash); a price is always shown whole.
        swift_unum_setAttribute(handle.mutable, UNUM_MIN_FRACTION_DIGITS, Int32(currency.exponent))
        swift_unum_setAttribute(handle.mutable, UNUM_MAX_FRACTION_DIGITS, Int32(currency.exponent))
        pattern = MoneyPattern(currency, handle)
    }

    func format(_ money: Money) -> String { formatted(money, by: handle) }
}

/// The amount through ICU's entry point for decimal text.
private func formatted(_ money: Money, by handle: Handle) -> String {
    money.withDecimalASCII { digits in
        digits.withMemoryRebound(to: CChar.self) { digits in
            filled { buffer, capacity, status in
                swift_unum_formatDecimal(
                    handle.mutable, digits.baseAddress, Int32(digits.count), buffer, capacity, nil, &status)
            }
        }
    }
}

extension MoneyPattern {
    /// Reads the parts off amounts that ICU has written, and compares further amounts with ICU.
    fileprivate init?(_ currency: Currency, _ handle: Handle) {
        func write(_ minorUnits: Int64) -> String {
            formatted(Money(minorUnits: minorUnits, currency: currency), by: handle)
        }
        let units = currency.minorUnitsPerUnit
        guard let zero = zeroDigit(handle),
            let long = Written(write(1_234_567_890 * units), zero),
            let short = Written(write(0), zero),
            let negative = Written(write(-units), zero)
        else { return nil }

        self.init(
            prefix: short.prefix, suffix: short.suffix, negativePrefix: negative.prefix,
            negativeSuffix: negative.suffix, groupSeparator: "", decimalSeparator: "", primaryGroup: 0,
            secondaryGroup: 0, minimumGroupingDigits: 1, zero: zero, decimals: currency.exponent)

        // Runs of digits from the right: the decimals, the group next to them, a further group.
        var runs = long.runs
        var separators = long.separators
        if decimals > 0 {
            guard runs.popLast() == decimals, let separator = separators.popLast() else { return nil }
            decimalSeparator = separator
        }
        if let separator = separators.last {
            groupSeparator = separator
            primaryGroup = runs[runs.count - 1]
            secondaryGroup = runs.count > 2 ? runs[runs.count - 2] : primaryGroup
            if let thousands = Written(write(1_000 * units), zero) {
                minimumGroupingDigits = thousands.separators.count > (decimals > 0 ? 1 : 0) ? 1 : 2
            }
        }

        let probes: [Int64] = [
            0, 1, 9, 10, 99, 100, 999, 1_000, 1_234, 9_999, 10_000, 12_345, 99_999, 100_000, 123_456, 1_234_567,
            12_345_678, 123_456_789, 1_234_567_890, 98_765_432_109, 9_876_543_210_987, Int64.max,
        ]
        for probe in probes + probes.map({ -$0 }) + [Int64.min] {
            var bytes: [UInt8] = []
            append(Money(minorUnits: probe, currency: currency), to: &bytes)
            guard String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(write(probe).utf8) else { return nil }
        }
    }

    /// A text cut at its digits.
    private struct Written {
        var prefix = ""
        var suffix = ""
        /// How many digits stand together, from the left.
        var runs: [Int] = []
        /// What stands between the runs; one fewer than runs.
        var separators: [String] = []

        /// Nil when there is no digit.
        init?(_ text: String, _ zero: Unicode.Scalar) {
            var between = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                if (zero.value...zero.value + 9).contains(scalar.value) {
                    if runs.isEmpty {
                        prefix = String(between)
                        runs.append(1)
                    } else if between.isEmpty {
                        runs[runs.count - 1] += 1
                    } else {
                        separators.append(String(between))
                        runs.append(1)
                    }
                    between.removeAll()
                } else {
                    between.append(scalar)
                }
            }
            guard !runs.isEmpty else { return nil }
            suffix = String(between)
        }
    }
}

/// The digit 0 of the formatter's numbering system.
private func zeroDigit(_ handle: Handle) -> Unicode.Scalar? {
    let symbol = filled { buffer, capacity, status in
        swift_unum_getSymbol(handle.mutable, UNUM_ZERO_DIGIT_SYMBOL, buffer, capacity, &status)
    }
    return symbol.unicodeScalars.count == 1 ? symbol.unicodeScalars.first : nil
}

// MARK: - Numbers and units

extension LocaleFormats {
    /// A whole number with the locale's digits and separators: `12.345`.
    public func number(_ number: Int64) -> String {
        if let known = numberTexts[number] { return known }
        let handle = numberFormat(decimals: 0)
        let text = filled { buffer, capacity, status in
            swift_unum_formatInt64(handle.mutable, number, buffer, capacity, nil, &status)
        }
        numberTexts[number] = text
        return text
    }

    /// A whole number in the locale's digits, without separators, as years are written: `2014`, `٢٠١٤`.
    public func digits(_ number: Int) -> String {
        String(number).map { character in character.wholeNumberValue.map { self.number(Int64($0)) } ?? String(character) }.joined()
    }

    /// A decimal number such as `4.60` with the locale's digits and separators, its decimals as many as are
    /// written: `4,60`. Exact. A text that is no such number (at most 18 digits, 12 decimals) is returned as it is.
    public func number(decimal: String) -> String {
        if let known = decimalTexts[decimal] { return known }
        guard let number = ExactDecimal(decimal) else { return decimal }
        let handle = numberFormat(decimals: number.scale)
        let text = withASCII(of: number) { digits, count in
            filled { buffer, capacity, status in
                swift_unum_formatDecimal(handle.mutable, digits, count, buffer, capacity, nil, &status)
            }
        }
        decimalTexts[decimal] = text
        return text
    }

    /// Whole percent: `20 %`, `20%`, `٢٠٪`.
    public func percent(_ percent: Int) -> String {
        if let known = percentTexts[percent] { return known }
        let handle = percents ?? Handle.number(UNUM_PERCENT, locale)
        if percents == nil {
            swift_unum_setAttribute(handle.mutable, UNUM_MULTIPLIER, 1)  // 20 is 20 %, not 2000 %
            percents = handle
        }
        let text = filled { buffer, capacity, status in
            swift_unum_formatInt64(handle.mutable, Int64(percent), buffer, capacity, nil, &status)
        }
        percentTexts[percent] = text
        return text
    }

    /// A decimal number with a unit of measure in CLDR's short width: `42 cm`, `1,5 kg`. `unit` is a CLDR unit
    /// identifier without its type (Unicode Technical Standard 35, part 6, "Unit Elements") such as `centimeter`,
    /// `kilogram`, `hour`, `kilowatt-hour`; nil when CLDR has no such unit, and when the text is no decimal number.
    public func unit(_ decimal: String, unit: String) -> String? {
        let measured = Measured(decimal: decimal, unit: unit)
        if let known = measureTexts[measured] { return known }
        guard let number = ExactDecimal(decimal), let handle = unitFormat(Unit(name: unit, decimals: number.scale))
        else { return nil }
        let text = measure(number, by: handle)
        measureTexts[measured] = text
        return text
    }

    private func measure(_ number: ExactDecimal, by handle: Handle) -> String? {
        var status = U_ZERO_ERROR
        guard let opened = swift_unumf_openResult(&status) else { return nil }
        let result = Handle(opened, close: swift_unumf_closeResult)
        withASCII(of: number) { digits, count in
            swift_unumf_formatDecimal(handle.pointer, digits, count, result.pointer, &status)
        }
        guard status.isSuccess else { return nil }
        return filled { buffer, capacity, status in
            swift_unumf_resultToString(result.pointer, buffer, capacity, &status)
        }
    }

    /// A number as it was written, and its unit.
    fileprivate struct Measured: Hashable {
        let decimal: String
        let unit: String
    }

    /// A unit, and with how many decimals its numbers are written.
    private struct Unit: Hashable {
        let name: String
        let decimals: Int
    }

    private func numberFormat(decimals: Int) -> Handle {
        if let known = numbers[decimals] { return known }
        let handle = Handle.number(UNUM_DECIMAL, locale)
        swift_unum_setAttribute(handle.mutable, UNUM_MIN_FRACTION_DIGITS, Int32(decimals))
        swift_unum_setAttribute(handle.mutable, UNUM_MAX_FRACTION_DIGITS, Int32(decimals))
        numbers[decimals] = handle
        return handle
    }

    private func unitFormat(_ unit: Unit) -> Handle? {
        if let known = units[unit] { return known }
        let opened = openUnitFormat(unit)
        units.updateValue(opened, forKey: unit)
        return opened
    }

    /// ICU would compose a name that CLDR does not have out of those that it has, and write `hr⋅mA` for a
    /// milliampere-hour; asked by type and name, it knows CLDR's own units only.
    private func openUnitFormat(_ unit: Unit) -> Handle? {
        let isName = unit.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName, !unit.name.isEmpty else { return nil }
        let precision = unit.decimals == 0 ? "precision-integer" : "." + String(repeating: "0", count: unit.decimals)
        for type in LocaleFormats.unitTypes {
            let skeleton = Array("measure-unit/\(type)-\(unit.name) unit-width-short \(precision)".utf16)
            var status = U_ZERO_ERROR
            let opened = swift_unumf_openForSkeletonAndLocale(skeleton, Int32(skeleton.count), locale, &status)
            guard let opened else { continue }
            let handle = Handle(opened, close: swift_unumf_close)
            if status.isSuccess { return handle }
        }
        return nil
    }

    /// The types of CLDR's units, those of goods first.
    private static let unitTypes = [
        "length", "mass", "volume", "area", "power", "light", "electric", "energy", "digital", "duration", "graphics",
        "temperature", "frequency", "pressure", "speed", "angle", "concentr", "consumption", "force", "torque",
        "acceleration", "magnetic",
    ]

    private func withASCII<Result>(of number: ExactDecimal, _ body: (UnsafePointer<CChar>, Int32) -> Result) -> Result {
        let digits = number.description
        return digits.withCString { body($0, Int32(digits.utf8.count)) }
    }
}

// MARK: - Plurals

extension LocaleFormats {
    /// The category that a count of things falls into (CLDR cardinal rules): in pl, 5 is `many`.
    public func pluralCategory(_ count: Int) -> PluralCategory {
        let handle = pluralRules()
        return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 16) { buffer in
            var status = U_ZERO_ERROR
            // The rules look at the number as a whole: a count below 2^53 is exact as a double.
            let length = swift_uplrules_select(handle.pointer, Double(count), buffer.baseAddress, 16, &status)
            guard status.isSuccess else { return .other }
            return LocaleFormats.category(UnsafeBufferPointer(rebasing: buffer[..<Int(length)])) ?? .other
        }
    }

    /// The cardinal categories that the language distinguishes, in CLDR's order: `one` and `other` for en, `other`
    /// alone for ja. A message with plural forms has exactly these.
    public var pluralCategories: [PluralCategory] {
        var status = U_ZERO_ERROR
        guard let keywords = swift_uplrules_getKeywords(pluralRules().pointer, &status) else { return [.other] }
        let handle = Handle(keywords, close: swift_uenum_close)
        var categories: [PluralCategory] = []
        while status.isSuccess {
            var length: Int32 = 0
            guard let keyword = swift_uenum_next(handle.pointer, &length, &status) else { break }
            if let category = PluralCategory(rawValue: String(cString: keyword)) { categories.append(category) }
        }
        return categories.sorted()
    }

    private func pluralRules() -> Handle {
        if let plurals { return plurals }
        let handle = open("plural rules") {
            swift_uplrules_open(locale, &$0)
        } close: {
            swift_uplrules_close($0)
        }
        plurals = handle
        return handle
    }

    private static func category(_ keyword: UnsafeBufferPointer<UInt16>) -> PluralCategory? {
        // The first letters differ, except for one, other.
        switch keyword.first {
        case UInt16(UInt8(ascii: "z")): .zero
        case UInt16(UInt8(ascii: "o")): keyword.count == 3 ? .one : .other
        case UInt16(UInt8(ascii: "t")): .two
        case UInt16(UInt8(ascii: "f")): .few
        case UInt16(UInt8(ascii: "m")): .many
        default: nil
        }
    }
}

// MARK: - Dates and lists

extension LocaleFormats {
    /// A day as the locale writes it, in the calendar that CLDR prefers for its region.
    public func date(_ day: Day, style: DateStyle) -> String {
        let dated = Dated(day: day, style: style)
        if let known = dateTexts[dated] { return known }
        let handle = dateFormat(style)
        let milliseconds = Double(day.daysSinceEpoch) * 86_400_000
        let text = filled { buffer, capacity, status in
            swift_udat_format(handle.mutable, milliseconds, buffer, capacity, nil, &status)
        }
        dateTexts[dated] = text
        return text
    }

    fileprivate struct Dated: Hashable {
        let day: Day
        let style: DateStyle
    }

    /// The items joined as a sentence joins them: `a, b and c`.
    public func list(_ items: [String]) -> String {
        if items.count < 2 { return items.first ?? "" }
        let handle =
            lists
            ?? open("list patterns") {
                swift_ulistfmt_open(locale, &$0)
            } close: {
                swift_ulistfmt_close($0)
            }
        lists = handle
        let words = items.map { Array($0.utf16) }
        let lengths = words.map { Int32($0.count) }
        let all = words.flatMap { $0 }
        return all.withUnsafeBufferPointer { all in
            var starts: [UnsafePointer<UInt16>?] = []
            var start = 0
            for word in words {
                starts.append(all.baseAddress.map { $0 + start })
                start += word.count
            }
            return filled { buffer, capacity, status in
                swift_ulistfmt_format(
                    handle.pointer, starts, lengths, Int32(words.count), buffer, capacity, &status)
            }
        }
    }

    private func dateFormat(_ style: DateStyle) -> Handle {
        if let known = dates[style] { return known }
        let zone = Array("UTC".utf16)
        let handle = open("date patterns") { status in
            swift_udat_open(
                UDAT_NONE, style == .long ? UDAT_LONG : UDAT_MEDIUM, locale, zone, Int32(zone.count), nil, 0, &status
            ).map { OpaquePointer($0) }
        } close: {
            swift_udat_close(UnsafeMutablePointer($0))
        }
        dates[style] = handle
        return handle
    }
}

// MARK: - Names

extension LocaleFormats {
    /// The locale's name of a country or region of ISO 3166-1 alpha-2; the code itself when CLDR has none.
    public func regionName(_ code: String) -> String {
        let handle = displayNames()
        return filled { buffer, capacity, status in
            swift_uldn_regionDisplayName(handle.pointer, code, buffer, capacity, &status)
        }
    }

    /// The locale's name of a language given as a BCP 47 tag, with a capital where the locale gives one to an entry
    /// of a list: `French`, `Français`, `Deutsch`; the tag itself when it is not well-formed.
    public func languageName(_ tag: String) -> String {
        guard let language = LocaleFormats.icuIdentifier(tag) else { return tag }
        let handle = displayNames()
        return filled { buffer, capacity, status in
            swift_uldn_localeDisplayName(handle.pointer, language, buffer, capacity, &status)
        }
    }

    /// What the language calls itself, without the region: `Deutsch` for `de-DE`.
    public var autonym: String {
        var language = tag
        if let region = LocaleFormats.regionRange(in: tag) { language.removeSubrange(region) }
        return languageName(language)
    }

    /// The locale's name of a currency; the code itself when CLDR has none.
    public func currencyName(_ currency: Currency) -> String { currencyText(currency, UCURR_LONG_NAME) }

    /// The locale's standard symbol of a currency: `$` in `en-US`, `$US` in `fr-FR`; the code when there is none.
    public func currencySymbol(_ currency: Currency) -> String { currencyText(currency, UCURR_SYMBOL_NAME) }

    private func currencyText(_ currency: Currency, _ style: UCurrNameStyle) -> String {
        var status = U_ZERO_ERROR
        var isChoice: UBool = 0
        var length: Int32 = 0
        let code = Array(currency.code.utf16) + [0]
        // The result points into ICU's data, or at `code`: copied before `code` goes.
        return code.withUnsafeBufferPointer { code in
            guard
                let name = swift_ucurr_getName(code.baseAddress, locale, style, &isChoice, &length, &status),
                status.isSuccess
            else { return currency.code }
            return String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF16.self)
        }
    }

    private func displayNames() -> Handle {
        if let names { return names }
        var contexts = [UDISPCTX_STANDARD_NAMES, UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU]
        let handle = open("names") { status in
            swift_uldn_openForContext(locale, &contexts, Int32(contexts.count), &status)
        } close: {
            swift_uldn_close($0)
        }
        names = handle
        return handle
    }
}

// MARK: - Order

extension LocaleFormats {
    /// Bytes whose order is the locale's order of the texts (Unicode collation, CLDR tailoring): in sv, å ä ö come
    /// after z. Digits count as numbers, so that "Size 9" comes before "Size 10". Equal keys mean texts that the
    /// locale does not tell apart: break the tie by an id, so that a sorted list is the same each time.
    public func collationKey(_ string: String) -> [UInt8] {
        let handle = collation()
        let source = Array(string.utf16)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
            let needed = swift_ucol_getSortKey(
                handle.pointer, source, Int32(source.count), buffer.baseAddress, Int32(buffer.count))
            let length = max(0, Int(needed) - 1)  // without the zero at the end
            if Int(needed) <= buffer.count { return Array(buffer[..<length]) }
            return [UInt8](unsafeUninitializedCapacity: Int(needed)) { key, count in
                _ = swift_ucol_getSortKey(handle.pointer, source, Int32(source.count), key.baseAddress, needed)
                count = length
            }
        }
    }

    /// Whether the first text comes before the second in the locale: below 0 when it does, above 0 when it comes
    /// after, 0 when the locale does not tell them apart. The same order as that of `collationKey(_:)`.
    public func compare(_ first: String, _ second: String) -> Int {
        let handle = collation()
        let left = Array(first.utf16)
        let right = Array(second.utf16)
        return Int(
            swift_ucol_strcoll(handle.pointer, left, Int32(left.count), right, Int32(right.count)).rawValue)
    }

    private func collation() -> Handle {
        if let collator { return collator }
        let handle = open("collation") {
            swift_ucol_open(locale, &$0)
        } close: {
            swift_ucol_close($0)
        }
        var status = U_ZERO_ERROR
        swift_ucol_setAttribute(handle.pointer, UCOL_NUMERIC_COLLATION, UCOL_ON, &status)
        collator = handle
        return handle
    }
}

// MARK: - Locales

extension LocaleFormats {
    /// The languages for which CLDR has data, old names of languages among them.
    private static let languages: Set<String> = {
        var status = U_ZERO_ERROR
        guard let opened = swift_uloc_openAvailableByType(ULOC_AVAILABLE_WITH_LEGACY_ALIASES, &status) else { return [] }
        let handle = Handle(opened, close: swift_uenum_close)
        var languages: Set<String> = []
        while status.isSuccess, let name = swift_uenum_next(handle.pointer, nil, &status) {
            languages.insert(String(String(cString: name).prefix { $0 != "_" }))
        }
        return languages
    }()

    /// The identifier of ICU for a tag whose language CLDR knows; nil for others.
    private static func icuLocale(_ tag: String) -> String? {
        guard let identifier = icuIdentifier(tag) else { return nil }
        let language = identifier.prefix { $0 != "_" && $0 != "@" }  // de_DE@collation=phonebook
        return languages.contains(String(language)) ? identifier : nil
    }

    /// The identifier of ICU (`de_DE`) for a well-formed tag of BCP 47 (`de-DE`); nil for other texts.
    private static func icuIdentifier(_ tag: String) -> String? {
        guard !tag.isEmpty, tag.utf8.count <= 64 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 160) { buffer in
            var status = U_ZERO_ERROR
            var parsed: Int32 = 0
            let length = swift_uloc_forLanguageTag(tag, buffer.baseAddress, Int32(buffer.count), &parsed, &status)
            guard status.isSuccess, Int(parsed) == tag.utf8.count, length > 0, length < buffer.count else { return nil }
            return String(cString: UnsafePointer(buffer.baseAddress!))
        }
    }

    /// Where the region subtag stands in a tag, its hyphen included.
    private static func regionRange(in tag: String) -> Range<String.Index>? {
        for subtag in tag.split(separator: "-").dropFirst() {
            if subtag.utf8.count == 1 { return nil }  // extensions begin here
            let isRegion =
                subtag.utf8.count == 2 || (subtag.utf8.count == 3 && subtag.utf8.allSatisfy { $0 < UInt8(ascii: "A") })
            if isRegion { return tag.index(before: subtag.startIndex)..<subtag.endIndex }
        }
        return nil
    }

    /// Opens an object of ICU. That can fail only for want of memory or of ICU's data, in which case nothing can go
    /// on.
    private func open(
        _ what: String, _ open: (inout UErrorCode) -> OpaquePointer?, close: @escaping (OpaquePointer) -> Void
    ) -> Handle {
        var status = U_ZERO_ERROR
        guard let pointer = open(&status), status.isSuccess else {
            fatalError("ICU cannot open its \(what) for \(locale): error \(status.rawValue)")
        }
        return Handle(pointer, close: close)
    }
}

// MARK: - Objects of ICU

/// Owns one object of ICU.
private final class Handle {
    let pointer: OpaquePointer
    private let close: (OpaquePointer) -> Void

    init(_ pointer: OpaquePointer, close: @escaping (OpaquePointer) -> Void) {
        self.pointer = pointer
        self.close = close
    }

    convenience init(_ pointer: OpaquePointer, close: @escaping (OpaquePointer?) -> Void) {
        self.init(pointer, close: { (pointer: OpaquePointer) in close(pointer) })
    }

    deinit { close(pointer) }

    /// The same in the type that ICU gives to number and date formatters.
    var mutable: UnsafeMutablePointer<UnsafeMutableRawPointer?> { UnsafeMutablePointer(pointer) }

    /// A number formatter of one of ICU's styles, opened as `LocaleFormats.open` does.
    static func number(_ style: UNumberFormatStyle, _ locale: String) -> Handle {
        var status = U_ZERO_ERROR
        guard let opened = swift_unum_open(style, nil, 0, locale, nil, &status), status.isSuccess else {
            fatalError("ICU cannot open its number patterns for \(locale): error \(status.rawValue)")
        }
        return Handle(
            OpaquePointer(opened),
            close: { (pointer: OpaquePointer) in
                swift_unum_close(UnsafeMutablePointer(pointer))
            })
    }
}

/// The first texts that were asked for; further ones are made anew each time, so that it cannot grow for ever.
private struct Memo<Key: Hashable> {
    private var texts: [Key: String] = [:]

    subscript(key: Key) -> String? {
        get { texts[key] }
        set { if texts.count < Memo.limit { texts[key] = newValue } }
    }

    private static var limit: Int { 2_048 }
}

extension UErrorCode {
    /// Codes below zero are warnings.
    fileprivate var isSuccess: Bool { rawValue <= U_ZERO_ERROR.rawValue }
}

/// The text that ICU fills into a buffer: on the stack when it fits, else in a second attempt of the right size.
private func filled(_ fill: (UnsafeMutablePointer<UInt16>?, Int32, inout UErrorCode) -> Int32) -> String {
    var needed = 0
    let short: String? = withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 128) { buffer in
        var status = U_ZERO_ERROR
        needed = Int(fill(buffer.baseAddress, Int32(buffer.count), &status))
        if status == U_BUFFER_OVERFLOW_ERROR { return nil }
        guard status.isSuccess else { return "" }
        return String(decoding: UnsafeBufferPointer(rebasing: buffer[..<needed]), as: UTF16.self)
    }
    if let short { return short }
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: needed + 1) { buffer in
        var status = U_ZERO_ERROR
        let length = Int(fill(buffer.baseAddress, Int32(buffer.count), &status))
        return status.isSuccess
            ? String(decoding: UnsafeBufferPointer(rebasing: buffer[..<length]), as: UTF16.self) : ""
    }
}
