// KarooExpress – Apache-2.0

/// A value of JSON (RFC 8259), as strict as the formats between the halves want it: members keep their order, a
/// name may stand once in an object, and numbers stay text, so that nothing is rounded in passing.
public indirect enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it was written: `-1.50e3`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A name and its value.
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSON

        public init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Reads one value, with nothing but white space around it. At most `maximumDepth` arrays and objects stand in
    /// one another.
    public init(parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSON.maximumDepth) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        self = try parser.parseDocument()
    }

    /// Reads one value; see `init(parsing:)`.
    public init(parsing bytes: [UInt8], maximumDepth: Int = JSON.maximumDepth) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
            try JSON(parsing: UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth)
        }
    }

    /// How many arrays and objects may stand in one another, unless somebody wants fewer.
    public static let maximumDepth = 64
}

/// Why bytes are no JSON, or not of the expected shape.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words for the one who wrote the file.
    public let reason: String
    /// Where the fault was met, in bytes from the beginning; nil when the JSON is sound but its shape is not.
    public let offset: Int?

    public init(_ reason: String, offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String {
        offset.map { "\(reason) (byte \($0))" } ?? reason
    }
}

// MARK: - Reading

private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    let maximumDepth: Int
    var position = 0
    var depth = 0

    init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) { (self.bytes, self.maximumDepth) = (bytes, maximumDepth) }

    mutating func parseDocument() throws(JSONError) -> JSON {
        skipSpace()
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw fault("something stands after the value") }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSON {
        guard position < bytes.count else { throw fault("a value is missing") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parse("true", as: .bool(true))
        case UInt8(ascii: "f"): return try parse("false", as: .bool(false))
        case UInt8(ascii: "n"): return try parse("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        default: throw fault("no value begins like this")
        }
    }

    private mutating func parseObject() throws(JSONError) -> JSON {
        try enter()
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return .object([])
        }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw fault("a name is missing") }
            let name = try parseString()
            guard isNew(name, among: members, &names) else { throw fault("\"\(name)\" stands twice in one object") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
            skipSpace()
            members.append(JSON.Member(name: name, value: try parseValue()))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw fault("an object is not closed") }
            depth -= 1
            return .object(members)
        }
    }

    /// Few names are compared one by one; of many, a set is kept.
    private func isNew(_ name: String, among members: [JSON.Member], _ names: inout Set<String>) -> Bool {
        if members.count < 16 { return !members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }

    private mutating func parseArray() throws(JSONError) -> JSON {
        try enter()
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return .array([])
        }
        while true {
            skipSpace()
            values.append(try parseValue())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw fault("an array is not closed") }
            depth -= 1
            return .array(values)
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < maximumDepth else { throw fault("more than \(maximumDepth) levels") }
        depth += 1
        position += 1
    }

    private mutating func parse(_ word: StaticString, as value: JSON) throws(JSONError) -> JSON {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { throw fault("no value begins like this") }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
            throw fault("no value begins like this")
        }
        position += count
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try takeDigits() }
        if take(UInt8(ascii: ".")) { try takeDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try takeDigits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func takeDigits() throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 { position += 1 }
        guard position > start else { throw fault("a digit is missing") }
    }

    private mutating func parseString() throws(JSONError) -> String {
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 {
            end += 1
        }
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            position = end + 1
            return try text(bytes[start..<end], at: start)
        }
        return try parseEscapedString(from: start)
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var unescaped: [UInt8] = []
        position = start
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped, at: start)
            case UInt8(ascii: "\\"): try parseEscape(into: &unescaped)
            case ..<0x20: throw fault("a control character stands in a string")
            default: unescaped.append(byte)
            }
        }
        throw fault("a string is not closed")
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw fault("a string is not closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try parseScalar()
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw fault("there is no such escape")
        }
    }

    /// The scalar of one `\u` escape, or of the two that make a surrogate pair.
    private mutating func parseScalar() throws(JSONError) -> Unicode.Scalar {
        let high = try parseHexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("half a surrogate pair")
        }
        let low = try parseHexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func parseHexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
                bytes[position] < 0x80
            else { throw fault("four hexadecimal digits are missing") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func text(_ bytes: some Collection<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONError("a string is not UTF-8", offset: start)
        }
        return text
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func fault(_ reason: String) -> JSONError { JSONError(reason, offset: position) }
}

// MARK: - Taking apart

extension JSON {
    /// The members of an object, to be taken one by one. Throws for every other value.
    public func fields() throws(JSONError) -> JSONFields {
        guard case .object(let members) = self else { throw JSONError("not an object") }
        return JSONFields(members)
    }
}

/// The members of an object, taken by name; what nobody took is unknown, and `end()` refuses it.
public struct JSONFields {
    private var members: [JSON.Member]
    private var taken: [Bool]

    fileprivate init(_ members: [JSON.Member]) {
        self.members = members
        taken = [Bool](repeating: false, count: members.count)
    }

    /// The value under a name; nil when there is none.
    public mutating func take(_ name: String) -> JSON? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        taken[index] = true
        return members[index].value
    }

    /// The text under a name. Throws when there is none, or another kind of value.
    public mutating func string(_ name: String) throws(JSONError) -> String {
        guard let value = try optionalString(name) else { throw JSONError("\"\(name)\" is missing") }
        return value
    }

    /// The text under a name; nil when there is none. Throws for another kind of value.
    public mutating func optionalString(_ name: String) throws(JSONError) -> String? {
        switch take(name) {
        case nil: return nil
        case .string(let text): return text
        default: throw JSONError("\"\(name)\" is not a text")
        }
    }

    /// The whole number under a name. Throws when there is none, or another kind of value.
    public mutating func integer(_ name: String) throws(JSONError) -> Int64 {
        guard let value = try optionalInteger(name) else { throw JSONError("\"\(name)\" is missing") }
        return value
    }

    /// The whole number under a name; nil when there is none. Throws for another kind of value.
    public mutating func optionalInteger(_ name: String) throws(JSONError) -> Int64? {
        switch take(name) {
        case nil: return nil
        case .number(let text):
            guard let value = Int64(text) else { throw JSONError("\"\(name)\" is not a whole number of 64 bits") }
            return value
        default: throw JSONError("\"\(name)\" is not a number")
        }
    }

    /// The truth under a name. Throws when there is none, or another kind of value.
    public mutating func bool(_ name: String) throws(JSONError) -> Bool {
        guard case .bool(let value)? = take(name) else { throw JSONError("\"\(name)\" is not true or false") }
        return value
    }

    /// The truth under a name; nil when there is none. Throws for another kind of value.
    public mutating func optionalBool(_ name: String) throws(JSONError) -> Bool? {
        switch take(name) {
        case nil: return nil
        case .bool(let value): return value
        default: throw JSONError("\"\(name)\" is not true or false")
        }
    }

    /// The elements under a name. Throws when there is none, or another kind of value.
    public mutating func array(_ name: String) throws(JSONError) -> [JSON] {
        guard case .array(let values)? = take(name) else { throw JSONError("\"\(name)\" is not a list") }
        return values
    }

    /// The texts under a name. Throws when there are none, or another kind of value.
    public mutating func strings(_ name: String) throws(JSONError) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard case .string(let text) = value else { throw JSONError("\"\(name)\" is not a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// The elements under a name; empty when there is none. Throws for another kind of value.
    public mutating func optionalArray(_ name: String) throws(JSONError) -> [JSON] {
        members.contains { $0.name == name } ? try array(name) : []
    }

    /// The texts under a name; empty when there is none. Throws for another kind of value.
    public mutating func optionalStrings(_ name: String) throws(JSONError) -> [String] {
        members.contains { $0.name == name } ? try strings(name) : []
    }

    /// Throws when a member was not taken.
    public func end() throws(JSONError) {
        for (member, wasTaken) in zip(members, taken) where !wasTaken {
            throw JSONError("\"\(member.name)\" is unknown")
        }
    }
}

// MARK: - Writing

/// Writes JSON without spaces, members in the order in which they come: the same calls give the same bytes.
public struct JSONWriter {
    /// What was written so far, in UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() {}

    /// An object; `body` writes its members.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// An array; `body` writes its elements.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// The name of a member; its value comes next.
    public mutating func name(_ name: String) {
        separate()
        appendString(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A text as a value; quotes, backslashes and control characters are escaped, all else stays as it is.
    public mutating func string(_ text: String) {
        separate()
        appendString(text)
    }

    /// A whole number as a value.
    public mutating func integer(_ number: Int64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    /// `true` or `false` as a value.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A name with a text.
    public mutating func member(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }

    /// A name with a whole number.
    public mutating func member(_ name: String, _ number: Int64) {
        self.name(name)
        integer(number)
    }

    /// A name with `true` or `false`.
    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// A name with an array of texts.
    public mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        array { writer in for text in texts { writer.string(text) } }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: (byte < 0x10 ? "0" : "").utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
