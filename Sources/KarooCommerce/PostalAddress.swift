// KarooExpress – Apache-2.0

/// Where a parcel goes.
public struct PostalAddress: Hashable, Sendable {
    /// No part is longer than so many characters.
    public static let maximumLength = 120
    /// Street, house, floor: so many lines at most.
    public static let maximumLines = 3

    public let name: String
    public let lines: [String]
    public let city: String
    /// Nil where there are none.
    public let postalCode: String?
    /// State, province, prefecture; nil where it does not belong into an address.
    public let region: String?
    /// ISO 3166-1 alpha-2.
    public let country: String

    /// Throws the name of the member that cannot be: empty, too long, with control characters, or with the number of a
    /// payment card, which never comes further than here.
    public init(name: String, lines: [String], city: String, postalCode: String?, region: String?, country: String) throws(Fault) {
        func sound(_ text: String, _ member: String) throws(Fault) -> String {
            guard !text.isEmpty, text.count <= PostalAddress.maximumLength, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
                !CardNumber.isIn(text)
            else { throw Fault(member: member) }
            return text
        }
        self.name = try sound(name, "name")
        guard (1...PostalAddress.maximumLines).contains(lines.count) else { throw Fault(member: "lines") }
        for line in lines { _ = try sound(line, "lines") }
        self.lines = lines
        self.city = try sound(city, "city")
        if let postalCode { _ = try sound(postalCode, "postalCode") }
        self.postalCode = postalCode
        if let region { _ = try sound(region, "region") }
        self.region = region
        guard country.utf8.count == 2, country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { throw Fault(member: "country") }
        self.country = country
    }

    /// What is wrong with an address.
    public struct Fault: Error, Hashable, Sendable {
        public let member: String
    }
}

/// The number of a payment card, wherever somebody typed it.
public enum CardNumber {
    /// Whether 13 to 19 digits, with spaces or hyphens between them, end in the check digit of ISO/IEC 7812 (Luhn).
    public static func isIn(_ text: String) -> Bool {
        var digits: [Int] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(Int(byte - UInt8(ascii: "0")))
            case UInt8(ascii: " "), UInt8(ascii: "-"): continue
            default:
                if isNumber(digits) { return true }
                digits = []
            }
        }
        return isNumber(digits)
    }

    private static func isNumber(_ digits: [Int]) -> Bool {
        guard (13...19).contains(digits.count), digits.contains(where: { $0 != 0 }) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.element * (digit.offset % 2 == 0 ? 1 : 2)
            return sum + doubled / 10 + doubled % 10
        }
        return sum % 10 == 0
    }
}

// MARK: - As JSON

extension PostalAddress {
    /// Members in a fixed order, what is nil left out.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("lines", lines)
            writer.member("city", city)
            if let postalCode { writer.member("postalCode", postalCode) }
            if let region { writer.member("region", region) }
            writer.member("country", country)
        }
    }

    /// Reads what `write` writes. Throws `JSONError` for the wrong shape, and `Fault` for what no address has.
    public init(_ json: JSON) throws {
        var fields = try json.fields()
        let address = try PostalAddress(
            name: fields.string("name"), lines: fields.strings("lines"), city: fields.string("city"),
            postalCode: fields.optionalString("postalCode"), region: fields.optionalString("region"), country: fields.string("country"))
        try fields.end()
        self = address
    }
}
