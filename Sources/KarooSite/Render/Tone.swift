// KarooExpress – Apache-2.0

/// The mean colour of a picture, which stands in its place until it has come.
struct Tone: Sendable, Equatable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    static let white = Tone(red: 255, green: 255, blue: 255)

    init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The mean of an uncompressed picture of eight bits (PPM, or PGM when it is grey); nil when it is none.
    init?(meanOf bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"), bytes[1] == UInt8(ascii: "5") || bytes[1] == UInt8(ascii: "6") else { return nil }
        let parts = bytes[1] == UInt8(ascii: "6") ? 3 : 1
        guard let start = Tone.pixels(of: bytes), bytes.count - start >= parts else { return nil }
        var sums = [0, 0, 0]
        var count = 0
        for pixel in stride(from: start, through: bytes.count - parts, by: parts * Tone.step) {
            for part in 0..<parts { sums[part] += Int(bytes[pixel + part]) }
            count += 1
        }
        let means = sums.map { UInt8($0 / count) }
        self.init(red: means[0], green: means[parts == 1 ? 0 : 1], blue: means[parts == 1 ? 0 : 2])
    }

    /// So many pixels are passed over for one that is looked at; a prime, so that no column is seen twice as often as another.
    private static let step = 37

    /// Where the pixels begin: after magic, width, height and 255, with comments between them; nil when that is not what stands there.
    private static func pixels(of bytes: UnsafeRawBufferPointer) -> Int? {
        var words: [String] = []
        var place = 0
        while words.count < 4, place < min(bytes.count, 1_024) {
            if bytes[place] == UInt8(ascii: "#") {
                place = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            } else if bytes[place] <= 0x20 {
                place += 1
            } else {
                let end = bytes[place...].firstIndex { $0 <= 0x20 } ?? bytes.count
                words.append(String(decoding: bytes[place..<end], as: UTF8.self))
                place = end
            }
        }
        return words.count == 4 && words[3] == "255" ? place + 1 : nil
    }

    /// As `hex` writes it; nil for anything else.
    init?(hex: String) {
        guard hex.utf8.count == 7, hex.hasPrefix("#"), let number = UInt32(hex.dropFirst(), radix: 16) else { return nil }
        self.init(red: UInt8(number >> 16), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    var hex: String { "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// One number for grey, which holds for pictures with and without colour.
    var numbers: String { red == green && green == blue ? "\(red)" : "\(red) \(green) \(blue)" }

    // MARK: As a class

    /// Pages carry no style of their own, so there is a class for each of 125 colours. Photographs of things for sale are
    /// light more often than dark, and so are the five steps of each part.
    private static let steps: [(value: Int, digit: Character)] = [(0x00, "0"), (0x66, "6"), (0x99, "9"), (0xCC, "c"), (0xFF, "f")]

    /// The class of the colour that is nearest: `tone-fc9`.
    var className: String { "tone-" + String([red, green, blue].map { Tone.nearest(Int($0)) }) }

    private static func nearest(_ value: Int) -> Character { steps.min { abs($0.value - value) < abs($1.value - value) }!.digit }

    /// The rules of all classes: always the same, so that a new picture changes no other page.
    static let sheet = steps.map(\.digit).flatMap { red in
        steps.map(\.digit).flatMap { green in steps.map(\.digit).map { blue in ".tone-\(red)\(green)\(blue){background:#\(red)\(green)\(blue)}\n" } }
    }.joined()
}
