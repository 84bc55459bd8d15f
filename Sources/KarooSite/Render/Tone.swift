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

    /// White when there are none.
    init(meanOf tones: some Sequence<Tone>) {
        var (red, green, blue, count) = (0, 0, 0, 0)
        for tone in tones {
            red += Int(tone.red)
            green += Int(tone.green)
            blue += Int(tone.blue)
            count += 1
        }
        self = count == 0 ? .white : Tone(red: UInt8(red / count), green: UInt8(green / count), blue: UInt8(blue / count))
    }

    /// Of the part in which the two are furthest apart.
    func difference(from other: Tone) -> Int {
        max(abs(Int(red) - Int(other.red)), abs(Int(green) - Int(other.green)), abs(Int(blue) - Int(other.blue)))
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
