// KarooExpress – Apache-2.0

import KarooCrypto

/// A picture in the sizes and formats in which browsers fetch it, and as social networks show it.
final class Renditions: Sendable {
    struct Rendition: Sendable {
        let format: Rasterizer.Format
        let width: Int
        let file: PublishedFile
    }

    /// Rises when other files are made of the same picture by the same program.
    private static let recipe = 2
    /// Small steps for the format that most browsers take, fewer for the two that stand in for it.
    static let widths: [Rasterizer.Format: [Int]] = [
        .avif: [160, 320, 480, 640, 960, 1280, 1920], .webp: [320, 640, 1280], .jpg: [480, 1280],
    ]
    static let largestWidth = 1_920
    /// Large enough to know its mean colour.
    static let trialSize = PictureSize(width: 64, height: 64)
    /// What networks ask for, and most show uncropped.
    static let socialSize = PictureSize(width: 1_200, height: 630)
    /// On a card, a picture whose edges would show keeps so far away from the card's.
    static let insetSize = PictureSize(width: 1_120, height: 550)
    /// Into which a drawing is drawn for those that take none: shops ask for a thousand pixels and more.
    static let rasterSize = PictureSize(width: 1_200, height: 1_500)

    /// By which the cache and the published names know the set: it says what was made of what by which program.
    let key: String
    /// Formats in the order of the program's, widths rising within each. Empty for drawings, which are sharp at any size.
    let sizes: [Rendition]
    /// Nil when the picture is no product's first, or cannot be drawn.
    let social: PublishedFile?
    /// Of a drawing: the same as a JPEG. Nil for everything else.
    let raster: PublishedFile?
    let tone: Tone?

    private init(key: String, sizes: [Rendition], social: PublishedFile?, raster: PublishedFile?, tone: Tone?) {
        self.key = key
        self.sizes = sizes
        self.social = social
        self.raster = raster
        self.tone = tone
    }

    /// What there will be of a picture, once the cache has it. Nil when nothing is made of it.
    static func planned(_ record: MediaRecord, kind: String, stem: String, isCover: Bool, by rasterizer: Rasterizer, in cache: PictureCache) -> Renditions? {
        guard let size = record.pictureSize else { return nil }
        let isDrawing = kind == "svg"
        // A GIF may move, and would stand still.
        guard isDrawing ? rasterizer.drawsSVG : kind != "gif" else { return nil }
        let key = SHA256.digest(of: Array("\(recipe) \(rasterizer.identity) \(record.digest)\(isCover ? " social" : "")".utf8)).hex(prefix: 12)
        func file(_ name: String) -> PublishedFile {
            PublishedFile(name: "media/\(key.prefix(2))/\(stem).\(key)-\(name)", source: "\(cache.folder(of: key))/\(name)", size: 0)
        }
        let sizes = isDrawing ? [] : rasterizer.formats.flatMap { format in
            chosen(widths[format]!, below: size.width).map { Rendition(format: format, width: $0, file: file("\($0).\(format.rawValue)")) }
        }
        return Renditions(key: key, sizes: sizes, social: isCover ? file(socialName) : nil, raster: isDrawing ? file(rasterName) : nil, tone: nil)
    }

    func with(_ tone: Tone?) -> Renditions { Renditions(key: key, sizes: sizes, social: social, raster: raster, tone: tone) }

    static let socialName = "social.jpg"
    static let rasterName = "raster.jpg"

    var files: [PublishedFile] { sizes.map(\.file) + [social, raster].compactMap { $0 } }

    /// Those that are smaller, and at last the picture's own width.
    private static func chosen(_ widths: [Int], below own: Int) -> [Int] {
        widths.contains { $0 >= own } ? widths.filter { $0 < own } + [own] : widths
    }

    /// The smallest in this format that is at least so wide, else the widest; nil when there is none in the format.
    func file(_ format: Rasterizer.Format, atLeast width: Int) -> PublishedFile? {
        let own = sizes.filter { $0.format == format }
        return (own.first { $0.width >= width } ?? own.last)?.file
    }
}
