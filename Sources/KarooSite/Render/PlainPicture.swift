// KarooExpress – Apache-2.0

/// An uncompressed picture of eight bits as programs hand it on: PPM, or PGM when it is grey. Holds for as long as its bytes do.
struct PlainPicture {
    let width: Int
    let height: Int
    private let bytes: UnsafeRawBufferPointer
    /// Where the pixels begin.
    private let start: Int
    /// Bytes of one pixel.
    private let parts: Int

    /// Nil when the bytes are none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"), bytes[1] == UInt8(ascii: "5") || bytes[1] == UInt8(ascii: "6") else { return nil }
        var numbers: [Int] = []
        var place = 2
        // Width, height and 255, with comments between them.
        while numbers.count < 3, place < min(bytes.count, 1_024) {
            if bytes[place] == UInt8(ascii: "#") {
                place = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            } else if bytes[place] <= 0x20 {
                place += 1
            } else {
                let end = bytes[place...].firstIndex { $0 <= 0x20 } ?? bytes.count
                guard let number = Int(String(decoding: bytes[place..<end], as: UTF8.self)), number > 0 else { return nil }
                numbers.append(number)
                place = end
            }
        }
        guard numbers.count == 3, numbers[2] == 255 else { return nil }
        parts = bytes[1] == UInt8(ascii: "6") ? 3 : 1
        (width, height) = (numbers[0], numbers[1])
        start = place + 1
        guard width <= 100_000, height <= 100_000, bytes.count - start >= width * height * parts else { return nil }
        self.bytes = bytes
    }

    var count: Int { width * height }

    /// A pixel by its number, line by line.
    subscript(number: Int) -> Tone {
        let place = start + number * parts
        return Tone(red: bytes[place], green: bytes[place + (parts == 1 ? 0 : 1)], blue: bytes[place + (parts == 1 ? 0 : 2)])
    }

    subscript(column: Int, row: Int) -> Tone { self[row * width + column] }

    /// The mean of all of it.
    var tone: Tone {
        // So many pixels are passed over for one that is looked at; a prime, so that no column is seen twice as often as another.
        Tone(meanOf: stride(from: 0, to: count, by: 37).lazy.map { self[$0] })
    }
}

/// The colour of a picture at the two sides where it leaves a canvas bare.
struct Edges: Equatable {
    /// Colours that differ by no more than this in every part look the same beside each other.
    private static let tolerance = 6

    let tone: Tone
    /// True when they have the colour everywhere: a ground of the same goes on from them unseen.
    let areEven: Bool

    init(of picture: PlainPicture, on canvas: PictureSize) {
        // The outermost pixels of a drawing may be half covered.
        let (right, bottom) = (max(0, picture.width - 2), max(0, picture.height - 2))
        let (left, top) = (min(1, right), min(1, bottom))
        let isBareBeside = picture.width * canvas.height < canvas.width * picture.height
        let pixels = isBareBeside
            ? (top...bottom).flatMap { [picture[left, $0], picture[right, $0]] } : (left...right).flatMap { [picture[$0, top], picture[$0, bottom]] }
        let tone = Tone(meanOf: pixels)
        self.tone = tone
        areEven = pixels.allSatisfy { $0.difference(from: tone) <= Edges.tolerance }
    }
}
