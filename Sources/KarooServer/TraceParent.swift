// KarooExpress – Apache-2.0

import HTTPTypes

/// The place of a request in the trace of whoever sent it: the header `traceparent` of W3C's Trace Context, version 00.
struct TraceParent: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    let trace: String
    /// 16 of them: the step of the trace.
    let span: String
    let flags: String

    /// Nil unless it is as the standard wants it.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts.count == 4 || parts[0] != "00",
            zip(parts.prefix(4), [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(TraceParent.isDigit) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        (trace, span, flags) = (parts[1], parts[2], parts[3])
    }

    private init(trace: String, span: String, flags: String) { (self.trace, self.span, self.flags) = (trace, span, flags) }

    /// A step of ours in the same trace.
    func next() -> TraceParent {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return TraceParent(trace: trace, span: String(repeating: "0", count: 16 - digits.count) + digits, flags: flags)
    }

    var description: String { "00-\(trace)-\(span)-\(flags)" }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
}

extension HTTPField.Name {
    static let traceParent = Self("traceparent")!
}
