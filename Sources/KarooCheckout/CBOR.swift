// KarooExpress – Apache-2.0

/// As much of CBOR (RFC 8949) as security keys speak: definite lengths, and nothing deeper or longer than they need.
indirect enum CBOR: Hashable, Sendable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([CBOR: CBOR])
    case bool(Bool)
    case null

    static let maximumDepth = 6
    static let maximumElements = 64

    /// The first value of some bytes, and how many bytes it takes. Nil for what is no CBOR or of a kind that is not spoken here.
    static func first(of bytes: ArraySlice<UInt8>) -> (value: CBOR, count: Int)? {
        var reader = CBORReader(rest: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        return (value, bytes.count - reader.rest.count)
    }

    /// The value of bytes that hold nothing else.
    init?(_ bytes: [UInt8]) {
        guard let (value, count) = CBOR.first(of: bytes[...]), count == bytes.count else { return nil }
        self = value
    }

    subscript(_ key: CBOR) -> CBOR? {
        guard case .map(let members) = self else { return nil }
        return members[key]
    }

    var bytes: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }
}

private struct CBORReader {
    var rest: ArraySlice<UInt8>

    mutating func value(depth: Int) -> CBOR? {
        guard depth < CBOR.maximumDepth, let head = rest.popFirst() else { return nil }
        let kind = head >> 5
        if kind == 7 { return simple(head & 31) }
        guard let argument = argument(head & 31) else { return nil }
        switch kind {
        case 0: return Int64(exactly: argument).map { .integer($0) }
        case 1: return Int64(exactly: argument).map { .integer(-1 - $0) }
        case 2: return take(argument).map { .bytes(Array($0)) }
        case 3: return take(argument).flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) }
        case 4: return array(argument, depth)
        case 5: return map(argument, depth)
        default: return nil
        }
    }

    private func simple(_ number: UInt8) -> CBOR? {
        switch number {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: nil
        }
    }

    private mutating func argument(_ low: UInt8) -> UInt64? {
        switch low {
        case 0...23: return UInt64(low)
        case 24...27:
            let count = 1 << (low - 24)
            return take(UInt64(count)).map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        default: return nil
        }
    }

    private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private mutating func array(_ count: UInt64, _ depth: Int) -> CBOR? {
        guard count <= CBOR.maximumElements else { return nil }
        var values: [CBOR] = []
        for _ in 0..<count {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        }
        return .array(values)
    }

    private mutating func map(_ count: UInt64, _ depth: Int) -> CBOR? {
        guard count <= CBOR.maximumElements else { return nil }
        var members: [CBOR: CBOR] = [:]
        for _ in 0..<count {
            guard let key = value(depth: depth + 1), let value = value(depth: depth + 1), members.updateValue(value, forKey: key) == nil else { return nil }
        }
        return .map(members)
    }
}
