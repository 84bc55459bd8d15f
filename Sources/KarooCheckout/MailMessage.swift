// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto

/// A letter as it travels (RFC 5322): the same words as plain text and as HTML.
package struct MailMessage: Hashable, Sendable {
    /// Unique and the same each time the letter is sent; letters, digits and `: _ - .`.
    package let id: String
    /// The address alone.
    package let from: String
    /// Who writes, as people call them.
    package let fromName: String
    package let to: String
    package let subject: String
    /// When the letter was decided, in milliseconds since 1970 UTC: the same each time it is sent.
    package let date: Int64
    /// BCP 47.
    package let language: String
    package let text: String
    package let html: String

    /// The letter with CRLF at the ends of its lines. Nothing that stands in a value begins a header: control characters become
    /// spaces, and what is not plain ASCII is encoded.
    package var bytes: [UInt8] {
        let boundary = "=_\(SHA256.digest(of: Array(id.utf8)).hex(prefix: 32))"
        var letter = MailBody()
        letter.line("From: \(MailHeader.phrase(fromName))\r\n <\(MailHeader.address(from))>")
        letter.line("To: \(MailHeader.address(to))")
        letter.line("Subject: \(MailHeader.text(subject))")
        letter.line("Date: \(MailHeader.date(date))")
        letter.line("Message-ID: <\(messageID)>")
        letter.line("Auto-Submitted: auto-generated")
        letter.line("Content-Language: \(MailHeader.address(language))")
        letter.line("MIME-Version: 1.0")
        letter.line("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"")
        for (type, content) in [("plain", text), ("html", html)] {
            letter.line("")
            letter.line("--\(boundary)")
            letter.line("Content-Type: text/\(type); charset=utf-8")
            letter.encoded(content)
        }
        letter.line("")
        letter.line("--\(boundary)--")
        return letter.bytes
    }

    /// By which mailboxes know that they have the letter already.
    package var messageID: String {
        let domain = from.split(separator: "@").last.map { MailHeader.address(String($0)) } ?? "localhost"
        return "\(id.map { $0 == ":" ? "." : String($0) }.joined())@\(domain)"
    }
}

/// How values become headers (RFC 5322, RFC 2047).
enum MailHeader {
    /// A line has 78 characters: `Subject: =?utf-8?B?…?=` leaves 57 for base64, which are 42 bytes.
    private static let bytesPerWord = 42
    private static let longestPlain = 60

    /// Unstructured text.
    static func text(_ text: String) -> String {
        let clean = withoutControls(text)
        let isPlain = clean.utf8.allSatisfy { (0x20...0x7E).contains($0) } && clean.utf8.count <= longestPlain && !clean.contains("=?")
        return isPlain ? clean : encodedWords(clean)
    }

    /// A display name.
    static func phrase(_ text: String) -> String {
        let clean = withoutControls(text)
        let isAtoms = !clean.isEmpty && clean.utf8.count <= longestPlain
            && clean.utf8.allSatisfy { $0 == 0x20 || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }
        return isAtoms ? clean : encodedWords(clean)
    }

    /// An address, or anything else that has no spaces: what could end it is taken out.
    static func address(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) && !$0.properties.isWhitespace && !"<>\"(),;".unicodeScalars.contains($0) }))
    }

    /// `Fri, 27 Nov 2026 23:44:43 +0000`.
    static func date(_ milliseconds: Int64) -> String {
        let instant = Instant(millisecondsSinceEpoch: milliseconds)
        guard let day = instant.dayInUTC else { return date(0) }
        let seconds = Int((milliseconds - Int64(day.daysSinceEpoch) * 86_400_000) / 1_000)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((day.daysSinceEpoch % 7) + 7) % 7]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
        return "\(weekday), \(two(day.day)) \(month) \(day.year) \(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) +0000"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func withoutControls(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isControl(scalar) ? " " : scalar) }
        return String(scalars)
    }

    /// Words of whole scalars, folded so that no line is long.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > bytesPerWord { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }
}

/// The lines of a letter.
private struct MailBody {
    private(set) var bytes: [UInt8] = []

    private static let longestLine = 76

    mutating func line(_ text: String) {
        bytes += text.utf8
        bytes += [0x0D, 0x0A]
    }

    /// A part's text with the header that says how it is encoded: quoted-printable where most of it is ASCII, else base64.
    mutating func encoded(_ text: String) {
        let content = MailBody.lines(of: text)
        let special = content.count { $0 > 0x7E || $0 == UInt8(ascii: "=") }
        let isMostlyASCII = special * 6 < content.count
        line("Content-Transfer-Encoding: \(isMostlyASCII ? "quoted-printable" : "base64")")
        line("")
        if isMostlyASCII { quotedPrintable(content) } else { base64(content) }
    }

    /// With CRLF, whatever the line ends were.
    private static func lines(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x0A {
                bytes += last == 0x0D ? [0x0A] : [0x0D, 0x0A]
            } else {
                if last == 0x0D { bytes.append(0x0A) }
                bytes.append(byte)
            }
            last = byte
        }
        return bytes
    }

    private mutating func base64(_ content: [UInt8]) {
        var start = 0
        while start < content.count {
            let end = min(content.count, start + MailBody.longestLine / 4 * 3)
            line(Base64.encode(Array(content[start..<end])))
            start = end
        }
    }

    private mutating func quotedPrintable(_ content: [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        var column = 0
        for (place, byte) in content.enumerated() {
            if byte == 0x0D || byte == 0x0A {
                bytes.append(byte)
                column = 0
                continue
            }
            if column + 3 > MailBody.longestLine - 1 {
                bytes += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
            }
            // A space at the end of a line, and a point at its beginning, are not safe with every mailer.
            let next = place + 1 < content.count ? content[place + 1] : 0x0D
            let isPlain = ((0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") && !(byte == UInt8(ascii: ".") && column == 0))
                || (byte == 0x20 && next != 0x0D)
            let piece = isPlain ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            bytes += piece
            column += piece.count
        }
        line("")
    }
}
