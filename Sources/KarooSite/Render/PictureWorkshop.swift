// KarooExpress – Apache-2.0

import Glibc

/// Makes of every picture what the cache does not have yet, several at a time.
struct PictureWorkshop: Sendable {
    /// A picture of Content with where it is named.
    struct Order: Sendable {
        let path: String
        let shown: String
        /// True for the first picture of a product, which stands for it elsewhere.
        var isCover: Bool
        let file: String
        let line: Int
    }

    /// An uncompressed picture on the way to another.
    private static let plain = "plain.ppm"

    let rasterizer: Rasterizer
    let cache: PictureCache
    let jobs: Int
    let progress: BuildProgress?

    /// By path. Pictures of which nothing is made are missing, and so are those that the reader refuses.
    func renditions(of orders: [Order], _ media: MediaReader, _ issues: inout Issues) -> [String: Renditions] {
        progress?.begin("making pictures", total: orders.count)
        let results = concurrently(jobs: jobs, count: orders.count) { place in
            defer { progress?.add(1) }
            return renditions(of: orders[place], number: place, media)
        }
        var all: [String: Renditions] = [:]
        for (order, result) in zip(orders, results) {
            all[order.path] = result.renditions
            if let issue = result.issue { issues.add(issue) }
        }
        if results.contains(where: \.isNew) { cache.prune(used: Set(all.values.map(\.key))) }
        return all
    }

    private struct Result: Sendable {
        var renditions: Renditions?
        var issue: BuildIssue?
        var isNew = false
    }

    private func renditions(of order: Order, number: Int, _ media: MediaReader) -> Result {
        let kind = PictureFile.kind(of: order.path)
        guard let record = try? media.record(path: order.path, shown: order.shown, isPicture: true),
            let planned = Renditions.planned(
                record, kind: kind, stem: MediaReader.stem(of: order.path), isCover: order.isCover, by: rasterizer, in: cache)
        else { return Result() }
        if let tone = cache.tone(of: planned.key) { return Result(renditions: planned.with(tone)) }
        guard !cache.isRefused(planned.key) else { return Result(issue: issue(.tookTooLong, order, kind)) }
        let folder = "\(cache.workshop)/\(number)"
        do {
            guard mkdir(folder, 0o755) == 0 else { throw BuildIssue(.error, file: folder, "cannot be made: \(systemMessage())") }
            let tone = try make(planned, of: order.path, kind: kind, in: folder)
            try cache.take(folder, key: planned.key, tone: tone)
            return Result(renditions: planned.with(tone), isNew: true)
        } catch let issue as BuildIssue {
            return Result(issue: issue)
        } catch {
            let failure = error as? ChildProcess.Failure ?? .missing
            if failure == .tookTooLong { try? cache.refuse(folder, key: planned.key) }
            return Result(issue: issue(failure, order, kind))
        }
    }

    /// Makes the files of a set; gives the mean colour. Other files than those of the set are taken away at the end.
    private func make(_ planned: Renditions, of path: String, kind: String, in folder: String) throws -> Tone? {
        // A plain name: what a seller calls a file means nothing to the program.
        let source = "source.\(kind)"
        guard symlink(absolutePath(path), "\(folder)/\(source)") == 0 else { throw BuildIssue(.error, file: path, "cannot be read: \(systemMessage())") }
        let base = rasterizer.program == .vips ? "decoded.v" : "decoded.base"
        if !planned.sizes.isEmpty { try rasterizer.decode(source, to: base, width: Renditions.largestWidth, in: folder) }
        if planned.raster != nil { try rasterizer.draw(source, to: Renditions.rasterName, into: Renditions.rasterSize, in: folder) }
        for size in planned.sizes {
            try rasterizer.shrink(base, to: "\(size.width).\(size.format.rawValue)", size.format, width: size.width, in: folder)
        }
        let whole = planned.sizes.isEmpty ? source : base
        var tone: Tone?
        if planned.social != nil {
            tone = try makeCard(of: whole, in: folder)
        } else if !planned.sizes.isEmpty {
            try rasterizer.fit(whole, to: PictureWorkshop.plain, into: Renditions.trialSize, in: folder)
            tone = look(at: PictureWorkshop.plain, in: folder) { $0.tone }
        }
        for name in [source, base, PictureWorkshop.plain] { unlink("\(folder)/\(name)") }
        for file in planned.files {
            let name = file.source.split(separator: "/").last!
            guard access("\(folder)/\(name)", R_OK) == 0 else { throw ChildProcess.Failure.failed("\(name) was not made") }
        }
        return tone
    }

    /// Makes the card of a picture for social networks; gives the mean colour. The ground has the colour of the picture's edges. Where these
    /// have several, no ground goes on from them, and the picture is put smaller into the middle.
    private func makeCard(of name: String, in folder: String) throws -> Tone? {
        try rasterizer.fit(name, to: PictureWorkshop.plain, into: Renditions.socialSize, in: folder)
        let seen = look(at: PictureWorkshop.plain, in: folder) { (tone: $0.tone, edges: Edges(of: $0, on: Renditions.socialSize)) }
        if seen?.edges.areEven != true { try rasterizer.fit(name, to: PictureWorkshop.plain, into: Renditions.insetSize, in: folder) }
        try rasterizer.card(PictureWorkshop.plain, to: Renditions.socialName, canvas: Renditions.socialSize, ground: seen?.edges.tone ?? .white, in: folder)
        return seen?.tone
    }

    private func look<Seen>(at name: String, in folder: String, _ body: (PlainPicture) -> Seen) -> Seen? {
        (try? FileBytes(path: "\(folder)/\(name)", shown: name))?.withBytes { bytes in PlainPicture(bytes).map(body) }
    }

    /// The original is shown then, so nothing is missing on the page.
    private func issue(_ failure: ChildProcess.Failure, _ order: Order, _ kind: String) -> BuildIssue {
        let reason =
            switch failure {
            case .tookTooLong: "it takes longer than \(Rasterizer.secondsPerStep) seconds or too much memory"
            case .missing: "the program cannot be started"
            // Names, numbers and times of the program stand before the last colon, and are different each time.
            case .failed(let text): text.split(whereSeparator: \.isNewline).first?.split(separator: ": ").last.map(String.init) ?? "it says nothing"
            }
        return BuildIssue(
            .warning, file: order.file, line: order.line, "\"\(order.shown)\" is shown as it is: \(rasterizer.program.rawValue) can make no sizes of it (\(reason))",
            remedy: "save it anew as \(kind)")
    }
}
