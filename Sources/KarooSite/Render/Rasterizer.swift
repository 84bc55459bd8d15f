// KarooExpress – Apache-2.0

import Glibc

/// The program of the system that makes pictures of other sizes and kinds: libvips or ImageMagick, where one is installed.
package struct Rasterizer: Sendable {
    package enum Program: String, Sendable, CaseIterable {
        case vips
        case magick
        /// ImageMagick 6, which has no `magick`.
        case convert
    }

    enum Format: String, Sendable, CaseIterable {
        case avif, webp, jpg

        var type: StaticString {
            switch self {
            case .avif: "image/avif"
            case .webp: "image/webp"
            case .jpg: "image/jpeg"
            }
        }
    }

    /// A step that takes longer is given up.
    static let secondsPerStep = 60

    let program: Program
    let path: String
    /// As the program says it; other versions may make other bytes.
    let version: String
    /// What it can write.
    let formats: [Format]
    let drawsSVG: Bool

    /// Where a program was found.
    package struct Candidate: Sendable {
        package let program: Program
        package let path: String

        package init(program: Program, path: String) {
            self.program = program
            self.path = path
        }
    }

    /// The first of the candidates that can be used; nil when none can. What was found out is kept in a file, as long as the
    /// program is the same. `folder` is for trying.
    static func first(of candidates: [Candidate], remembered file: String, trying folder: String) -> Rasterizer? {
        for candidate in candidates {
            guard let mark = mark(of: candidate.path) else { continue }
            if let known = Rasterizer(candidate, mark: mark, remembered: file) { return known }
            guard let found = Rasterizer(candidate.program, path: candidate.path, trying: folder) else { continue }
            let lines = [candidate.program.rawValue, candidate.path, mark, found.version, found.formats.map(\.rawValue).joined(separator: " "), "\(found.drawsSVG)"]
            try? replaceFile(file, with: Array(lines.joined(separator: "\n").utf8))
            return found
        }
        return nil
    }

    /// How the program's file looks on disk; nil when there is none.
    private static func mark(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    private init?(_ candidate: Candidate, mark: String, remembered file: String) {
        guard let text = try? FileBytes(path: file, shown: file).text(shown: file) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 6, Array(lines[..<3]) == [candidate.program.rawValue, candidate.path, mark] else { return nil }
        self.init(
            program: candidate.program, path: candidate.path, version: lines[3],
            formats: lines[4].split(separator: " ").compactMap { Format(rawValue: String($0)) }, drawsSVG: lines[5] == "true")
    }

    /// Nil when the program cannot be used: it does not run, or cannot even write JPEG.
    private init?(_ program: Program, path: String, trying folder: String) {
        self.program = program
        self.path = path
        let words = program == .vips ? ["--version"] : ["-version"]
        guard let told = try? ChildProcess.run(path, words, in: folder, seconds: Rasterizer.secondsPerStep),
            let first = told.split(whereSeparator: \.isNewline).first
        else { return nil }
        version = first.trimmingPrefix("Version: ").split(separator: " ").prefix(3).joined(separator: " ")
        do {
            try replaceFile("\(folder)/trial.svg", with: Array(Rasterizer.trial.utf8))
            try replaceFile("\(folder)/trial.gif", with: Rasterizer.dot)
        } catch {
            return nil
        }
        let trier = Rasterizer(program: program, path: path, version: version, formats: [], drawsSVG: true)
        formats = Format.allCases.filter { format in
            (try? trier.shrink("trial.gif", to: "trial.\(format.rawValue)", format, width: 1, in: folder)) != nil
                && Rasterizer.isPicture("\(folder)/trial.\(format.rawValue)", kind: format.rawValue)
        }
        // ImageMagick's own renderer knows only a part of SVG, and draws what it does not know wrongly.
        drawsSVG = program == .vips && (try? trier.shrink("trial.svg", to: "drawn.jpg", .jpg, width: 8, in: folder)) != nil
        guard formats.contains(.jpg) else { return nil }
    }

    private init(program: Program, path: String, version: String, formats: [Format], drawsSVG: Bool) {
        self.program = program
        self.path = path
        self.version = version
        self.formats = formats
        self.drawsSVG = drawsSVG
    }

    /// Everything that decides the bytes of what it makes.
    var identity: String { "\(version) \(formats.map(\.rawValue).joined(separator: ","))" }

    private static let trial = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"8\" height=\"8\" fill=\"red\"/></svg>"
    /// A GIF of one pixel.
    private static let dot: [UInt8] =
        Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]

    private static func isPicture(_ path: String, kind: String) -> Bool {
        guard let file = try? FileBytes(path: path, shown: path) else { return false }
        return file.withBytes { PictureFile.size(of: $0, kind: kind) } != nil
    }

    // MARK: Steps

    /// Brings a picture upright, to this width at most, and to sRGB, into an intermediate file from which the others are made.
    func decode(_ name: String, to base: String, width: Int, in folder: String) throws(ChildProcess.Failure) {
        switch program {
        case .vips:
            try run(["thumbnail", name, base, "\(width)", "--height", "\(width * 8)", "--size", "down", "--export-profile", "srgb", "--fail-on", "truncated"], in: folder)
        case .magick, .convert:
            try run([source(name), "-auto-orient", "-colorspace", "sRGB", "-resize", "\(width)x\(width * 8)>", "-strip", "miff:\(base)"], in: folder)
        }
    }

    /// One size in one format.
    func shrink(_ base: String, to name: String, _ format: Format, width: Int, in folder: String) throws(ChildProcess.Failure) {
        switch program {
        case .vips:
            try run(["thumbnail", base, name + saving(format), "\(width)", "--height", "\(width * 8)", "--size", "down"], in: folder)
        case .magick, .convert:
            let ground = format == .jpg ? ["-background", "white", "-flatten"] : []
            try run([source(base), "-resize", "\(width)x\(width * 8)>"] + ground + quality(format) + ["\(format.rawValue):\(name)"], in: folder)
        }
    }

    /// Brings a picture into a box, opaque and uncompressed: what is transparent becomes white.
    func fit(_ name: String, to plain: String, into box: PictureSize, in folder: String) throws(ChildProcess.Failure) {
        switch program {
        case .vips:
            try run(["thumbnail", name, "\(plain)[background=255]", "\(box.width)", "--height", "\(box.height)", "--export-profile", "srgb"], in: folder)
        case .magick, .convert:
            let resize = ["-resize", "\(box.width)x\(box.height)", "-background", "white", "-flatten", "-depth", "8"]
            try run([source(name), "-auto-orient", "-colorspace", "sRGB"] + resize + ["ppm:\(plain)"], in: folder)
        }
    }

    /// A drawing as a JPEG as large as fits into a box, on white. Only where `drawsSVG`.
    func draw(_ name: String, to jpeg: String, into box: PictureSize, in folder: String) throws(ChildProcess.Failure) {
        try run(["thumbnail", name, jpeg + saving(.jpg), "\(box.width)", "--height", "\(box.height)", "--export-profile", "srgb"], in: folder)
    }

    /// A picture in the middle of a canvas of one colour.
    func card(_ plain: String, to card: String, canvas: PictureSize, ground: Tone, in folder: String) throws(ChildProcess.Failure) {
        switch program {
        case .vips:
            let canvas = ["centre", "\(canvas.width)", "\(canvas.height)", "--extend", "background", "--background", ground.numbers]
            try run(["gravity", plain, card + saving(.jpg)] + canvas, in: folder)
        case .magick, .convert:
            let canvas = ["-background", ground.hex, "-gravity", "center", "-extent", "\(canvas.width)x\(canvas.height)"]
            try run(["ppm:\(plain)"] + canvas + quality(.jpg) + ["jpg:\(card)"], in: folder)
        }
    }

    private func run(_ arguments: [String], in folder: String) throws(ChildProcess.Failure) {
        _ = try ChildProcess.run(path, limits + arguments, in: folder, seconds: Rasterizer.secondsPerStep)
    }

    private var limits: [String] {
        switch program {
        case .vips: []
        case .magick, .convert: ["-limit", "memory", "1GiB", "-limit", "map", "2GiB", "-limit", "disk", "4GiB", "-limit", "thread", "1"]
        }
    }

    /// ImageMagick goes by the kind that is written before the name, and not by what a file says it is.
    private func source(_ name: String) -> String {
        let kind = PictureFile.kind(of: name)
        return kind == "base" ? "miff:\(name)" : "\(kind):\(name)[0]"
    }

    /// Metadata is left out: it may tell where a photograph was taken.
    private func saving(_ format: Format) -> String {
        switch format {
        case .avif: "[Q=52,effort=4,strip]"
        case .webp: "[Q=78,effort=4,strip]"
        case .jpg: "[Q=80,optimize-coding,interlace,strip,background=255]"
        }
    }

    private func quality(_ format: Format) -> [String] {
        switch format {
        case .avif: ["-strip", "-quality", "52"]
        case .webp: ["-strip", "-quality", "78"]
        case .jpg: ["-strip", "-quality", "80", "-interlace", "Plane"]
        }
    }
}
