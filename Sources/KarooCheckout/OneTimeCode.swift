// KarooExpress – Apache-2.0

import KarooCrypto

/// Codes of six digits that change every 30 seconds (RFC 6238 with SHA-1, which every app on a phone knows).
package enum OneTimeCode {
    package static let secretByteCount = 20
    static let stepMilliseconds: Int64 = 30_000
    /// Clocks may differ by so many steps.
    static let tolerance: Int64 = 1
    static let digits = 6

    static func step(at milliseconds: Int64) -> Int64 { milliseconds / stepMilliseconds }

    /// The code of a step.
    package static func code(_ secret: [UInt8], step: Int64) -> String {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - $0 * 8)) }
        let mac = HMAC.sha1(message, key: secret)
        let place = Int(mac[19] & 15)
        let number = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(mac[place + $1]) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// The step whose code this is, among those around now; nil when it is none of them. The time it takes tells nothing.
    static func step(of code: String, _ secret: [UInt8], at milliseconds: Int64) -> Int64? {
        let now = step(at: milliseconds)
        return (-tolerance...tolerance).reduce(nil as Int64?) { found, offset in
            let isEqual = ConstantTime.isEqual(code, OneTimeCode.code(secret, step: now + offset))
            return isEqual ? now + offset : found
        }
    }

    /// What an app reads, from a picture or by hand.
    static func uri(_ secret: [UInt8], account: String, issuer: String) -> String {
        func escaped(_ text: String) -> String {
            text.utf8.map { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                    String(UnicodeScalar(byte))
                default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }.joined()
        }
        return "otpauth://totp/\(escaped(issuer)):\(escaped(account))?secret=\(Base32.encode(secret))&issuer=\(escaped(issuer))"
    }
}
