// KarooExpress – Apache-2.0

/// Why a file of exchange rates is not taken.
public struct RateFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

extension ExchangeRates {
    /// No file is larger, in bytes.
    public static let maximumFileLength = 1 << 20

    /// Reads the rates of a day as they are published: by the European Central Bank as XML, or by Open Exchange Rates as JSON.
    public init(file bytes: [UInt8]) throws(RateFault) {
        guard bytes.count <= ExchangeRates.maximumFileLength else { throw RateFault("the file has more than \(ExchangeRates.maximumFileLength) bytes") }
        let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        switch content.first(where: { !spaces.contains($0) }) {
        case UInt8(ascii: "<"): self = try ExchangeRates.ofCentralBank(Array(content))
        case UInt8(ascii: "{"): self = try ExchangeRates.ofOpenExchangeRates(Array(content))
        default: throw RateFault("the file is neither XML of the European Central Bank nor JSON of Open Exchange Rates")
        }
    }

    /// Throws for a table without rates; what stands twice, or is not above zero, makes the whole of it untrustworthy.
    private static func table(base: Currency, date: Day, _ found: [(code: String, rate: String)]) throws(RateFault) -> ExchangeRates {
        var rates: [Currency: ExchangeRate] = [:]
        for (code, text) in found {
            // Metals, and what is no currency of ISO 4217.
            guard let currency = Currency(code), currency.hasMinorUnit else { continue }
            guard let rate = ExchangeRate(text) else { throw RateFault("\"\(text)\" is no rate of \(code)") }
            guard rates.updateValue(rate, forKey: currency) == nil else { throw RateFault("\(code) stands twice") }
        }
        guard rates.contains(where: { $0.key != base }) else { throw RateFault("there are no rates in the file") }
        if let own = rates[base], own.value.normalized != ExactDecimal(mantissa: 1, scale: 0) { throw RateFault("one \(base.code) is worth \(own) \(base.code)") }
        return ExchangeRates(base: base, date: date, rates: rates)
    }

    // MARK: The European Central Bank

    /// `<Cube time="2026-11-27"><Cube currency="USD" rate="1.0850"/>…</Cube>`: how much one euro is.
    private static func ofCentralBank(_ bytes: [UInt8]) throws(RateFault) -> ExchangeRates {
        var tags = RateTags(bytes)
        var (date, found): (Day?, [(code: String, rate: String)]) = (nil, [])
        while let tag = try tags.next() {
            guard tag.name == "Cube" || tag.name.hasSuffix(":Cube") else { continue }
            if let time = tag.attributes["time"] {
                guard date == nil else { throw RateFault("the file has several days") }
                guard let day = Day(time) else { throw RateFault("\"\(time)\" is no day") }
                date = day
            }
            guard let code = tag.attributes["currency"] else { continue }
            guard let rate = tag.attributes["rate"] else { throw RateFault("\(code) has no rate") }
            found.append((code, rate))
        }
        guard let date, let euro = Currency("EUR") else { throw RateFault("the file does not say its day") }
        return try table(base: euro, date: date, found)
    }

    // MARK: Open Exchange Rates

    /// `{"timestamp": 1795737600, "base": "USD", "rates": {"EUR": 0.9217, …}}`.
    private static func ofOpenExchangeRates(_ bytes: [UInt8]) throws(RateFault) -> ExchangeRates {
        do throws(JSONError) {
            var fields = try JSON(parsing: bytes).fields()
            let (timestamp, code) = (try fields.integer("timestamp"), try fields.string("base"))
            guard let base = Currency(code), base.hasMinorUnit else { throw JSONError("\"\(code)\" is no currency") }
            let (milliseconds, overflow) = timestamp.multipliedReportingOverflow(by: 1_000)
            guard !overflow, timestamp >= 0, let date = Instant(millisecondsSinceEpoch: milliseconds).dayInUTC else { throw JSONError("\"timestamp\" is no moment") }
            guard case .object(let members)? = fields.take("rates") else { throw JSONError("\"rates\" is missing") }
            var found: [(code: String, rate: String)] = []
            for member in members {
                guard case .number(let text) = member.value else { throw JSONError("the rate of \(member.name) is no number") }
                found.append((member.name, text))
            }
            return try readable(base: base, date: date, found)
        } catch {
            throw RateFault(error.description)
        }
    }

    private static func readable(base: Currency, date: Day, _ found: [(code: String, rate: String)]) throws(JSONError) -> ExchangeRates {
        do throws(RateFault) {
            return try table(base: base, date: date, found)
        } catch {
            throw JSONError(error.description)
        }
    }

    // MARK: Held against the rates before

    /// Why a table may not follow the last good one; nil when it may.
    ///
    /// - parameter dropped: currencies that may be missing from now on.
    public func fault(after last: ExchangeRates, dropped: Set<Currency> = []) -> RateFault? {
        if date < last.date { return RateFault("the rates are of \(date), and those of \(last.date) are known") }
        for currency in last.currencies where rate(of: currency) == nil && !dropped.contains(currency) { return RateFault("\(currency.code) is missing") }
        guard let base = last.rate(of: base) else { return RateFault("\(base.code) was not known before") }
        for currency in currencies {
            guard let new = rate(of: currency), let old = last.rate(of: currency) else { continue }
            if !ExchangeRates.isNear(new, times: base, old) { return RateFault("\(currency.code) is ten times what it was, or a tenth: \(new)") }
        }
        return nil
    }

    /// Whether new × base lies between a tenth of old and ten times old, both excluded.
    private static func isNear(_ new: ExchangeRate, times base: ExchangeRate, _ old: ExchangeRate) -> Bool {
        let (new, base, old) = (new.value.normalized, base.value.normalized, old.value.normalized)
        var product = UInt128(new.mantissa) * UInt128(base.mantissa)
        var known = UInt128(old.mantissa)
        let shift = new.scale + base.scale - old.scale
        let (scaled, overflow) = (shift >= 0 ? known : product).multipliedReportingOverflow(by: ExactDecimal.powerOfTen(abs(shift)))
        guard !overflow else { return false }
        if shift >= 0 { known = scaled } else { product = scaled }
        let (ten, tooMuch) = known.multipliedReportingOverflow(by: 10)
        let (tenfold, tooLarge) = product.multipliedReportingOverflow(by: 10)
        return !tooMuch && !tooLarge && product < ten && tenfold > known
    }
}

/// The start tags of a small XML file, one by one.
///
/// The file comes from a stranger: a document type, and with it every entity, is refused, references to characters are not
/// needed and refused too, and nesting has a limit. Text between tags is passed over.
private struct RateTags {
    struct Tag {
        let name: String
        let attributes: [String: String]
    }

    static let maximumDepth = 16
    static let maximumAttributes = 16

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    private var hasRoot = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil at the end of the file. Throws where it is no XML of this kind.
    mutating func next() throws(RateFault) -> Tag? {
        while true {
            try passText()
            guard position < bytes.count else {
                guard open.isEmpty, hasRoot else { throw RateFault("the file is cut off") }
                return nil
            }
            if starts(with: "<!--") {
                try pass(to: "-->")
            } else if starts(with: "<?") {
                try pass(to: "?>")
            } else if starts(with: "<!") {
                throw RateFault("the file declares something, which rates do not need")
            } else if starts(with: "</") {
                try close()
            } else {
                return try startTag()
            }
        }
    }

    private mutating func passText() throws(RateFault) {
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            guard bytes[position] != UInt8(ascii: "&") else { throw RateFault("the file refers to an entity, which rates do not need") }
            position += 1
        }
    }

    private mutating func pass(to end: String) throws(RateFault) {
        while position < bytes.count {
            if starts(with: end) {
                position += end.utf8.count
                return
            }
            position += 1
        }
        throw RateFault("the file is cut off")
    }

    private mutating func close() throws(RateFault) {
        position += 2
        let name = try name()
        passSpace()
        guard take(UInt8(ascii: ">")), open.popLast() == name else { throw RateFault("</\(name)> closes nothing") }
    }

    private mutating func startTag() throws(RateFault) -> Tag {
        position += 1
        let name = try name()
        guard !hasRoot || !open.isEmpty else { throw RateFault("the file has more than one root") }
        hasRoot = true
        var attributes: [String: String] = [:]
        while true {
            passSpace()
            if take(UInt8(ascii: ">")) {
                open.append(name)
                guard open.count <= RateTags.maximumDepth else { throw RateFault("the file is nested too deeply") }
                return Tag(name: name, attributes: attributes)
            }
            if take(UInt8(ascii: "/")) {
                guard take(UInt8(ascii: ">")) else { throw RateFault("<\(name)> is not closed") }
                return Tag(name: name, attributes: attributes)
            }
            let key = try self.name()
            guard attributes.count < RateTags.maximumAttributes, attributes.updateValue(try value(), forKey: key) == nil else {
                throw RateFault("<\(name)> has too much to say")
            }
        }
    }

    private mutating func value() throws(RateFault) -> String {
        passSpace()
        guard take(UInt8(ascii: "=")) else { throw RateFault("an attribute has no value") }
        passSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
            throw RateFault("an attribute has no value")
        }
        let quote = bytes[position]
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "&"), bytes[position] != UInt8(ascii: "<") else { throw RateFault("the value of an attribute is no plain text") }
            position += 1
        }
        guard position < bytes.count else { throw RateFault("the file is cut off") }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func name() throws(RateFault) -> String {
        let start = position
        while position < bytes.count, RateTags.isOfName(bytes[position]) { position += 1 }
        guard position > start else { throw RateFault("a name is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...: true
        default: false
        }
    }

    private mutating func passSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }
}
