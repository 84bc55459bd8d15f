// KarooExpress – Apache-2.0

import Glibc
package import KarooCommerce
package import KarooCrypto
import KarooTemplate

/// From Content, Locales and Templates to Public: the table of contents of the half that is read.
package struct SiteBuild: Sendable {
    package struct Options: Sendable {
        package var sources: Sources
        /// The folder that is written.
        package var output: String
        /// The folder of the build state; it is made when it does not exist.
        package var stateFolder: String
        package var jobs: Int
        /// The instant for which prices are published.
        package var instant: Instant
        /// The number of the offer book; nil for one more than the last.
        package var sequence: Int64?
        package var style: AddressStyle
        package var host: HostProfile
        package var precompress: Bool
        /// Signs the offer book; nil when it is not signed and the server will not take it.
        package var signingKey: SigningKey?
        /// How many files the host takes; nil when the profile's own number holds.
        package var fileLimit: Int?
        /// The programs that may make pictures of other sizes, best first; nil when pictures are published as they are.
        package var rasterizers: [Rasterizer.Candidate]?
        /// The address of the API instead of the one that marketplace.yaml names; nil when that one holds.
        package var api: String?
        /// Whether the summary says which pages search engines should look at anew.
        package var wantsIndexNow = false

        package init(
            sources: Sources, output: String, stateFolder: String, jobs: Int, instant: Instant, sequence: Int64? = nil,
            style: AddressStyle = .html, host: HostProfile = .generic, precompress: Bool = false, signingKey: SigningKey? = nil,
            fileLimit: Int? = nil, rasterizers: [Rasterizer.Candidate]? = nil
        ) {
            self.sources = sources
            self.output = output
            self.stateFolder = stateFolder
            self.jobs = jobs
            self.instant = instant
            self.sequence = sequence
            self.style = style
            self.host = host
            self.precompress = precompress
            self.signingKey = signingKey
            self.fileLimit = fileLimit
            self.rasterizers = rasterizers
        }
    }

    package struct Summary: Sendable {
        package var issues = Issues()
        package var pages = 0
        package var files = 0
        package var new = 0
        package var changed = 0
        package var unchanged = 0
        package var removed = 0
        package var rendered = 0
        package var bytes: UInt64 = 0
        package var products = 0
        package var completeness = Completeness()
        /// The next instant at which a published price changes; nil when none is planned.
        package var nextPriceChange: Instant?
        /// Nil when nothing is compressed.
        package var hasBrotli: Bool?
        package var isSigned = false
        /// Whether there was a program that makes pictures of other sizes; nil when none was wanted.
        package var hasRasterizer: Bool?
        /// How many products have pictures, and none that shopping networks take: they stand in no feed of theirs.
        package var withoutRaster = 0
        /// What to send to search engines, a request in each line; nil when it was not asked for.
        package var indexNow: String?
        /// The path under which the site lies; empty at the root of its host.
        package var basePath = ""
        package var phases: [(name: String, seconds: Double)] = []

        /// What the build worked with. A process that ends next need not take a million small things apart, if it ends with
        /// this in hand.
        package fileprivate(set) var remains: Remains?

        /// True when what is wrong is wrong in the input; false when the world outside failed, as a full disk.
        package var isInputAtFault = true

        /// False when nothing was published because something is wrong.
        package var isDone: Bool { !issues.hasErrors }

        /// True when published files were touched, be it by a build that broke off.
        package var isAnythingPublished: Bool { new + changed + removed > 0 }
    }

    package final class Remains: Sendable {
        private let plan: SitePlan
        private let states: [BuildState]

        fileprivate init(_ plan: SitePlan, _ states: [BuildState]) {
            self.plan = plan
            self.states = states
        }
    }

    private let options: Options
    private let progress: BuildProgress?

    package init(_ options: Options, progress: BuildProgress? = nil) {
        self.options = options
        self.progress = progress
    }

    /// Builds the site. Whatever goes wrong is in the summary's issues; then what was published before still stands.
    package func run() -> Summary {
        var summary = Summary()
        do throws(BuildIssue) {
            // Held from before the state is read: no other build may change it in between.
            let output = try FolderOutput(root: options.output, workers: options.jobs)
            defer { output.close() }
            try run(output, &summary)
        } catch {
            summary.isInputAtFault = false
            summary.issues.add(error)
        }
        return summary
    }

    private func run(_ output: FolderOutput, _ summary: inout Summary) throws(BuildIssue) {
        var clock = PhaseClock()
        let state = stateFile
        let old = BuildState.load(state) ?? BuildState()
        clock.end("state", &summary)

        progress?.begin("reading")
        let workshop = try pictureWorkshop(state)
        defer { workshop?.cache.close() }
        summary.hasRasterizer = options.rasterizers.map { _ in workshop != nil }
        guard let read = ContentReader.read(
            options.sources, known: old.media, products: "\(state).products", workshop: workshop, jobs: options.jobs, &summary.issues)
        else { return }
        clock.end("read", &summary)

        if let fault = options.host.fault(of: options.style) { summary.issues.add(fault) }
        progress?.begin("planning")
        let plan = plan(read.catalog, &summary.issues)
        let theme = Theme(sources: read.catalog.theme.templates)
        let assets = Assets(read.catalog, &summary.issues)
        checkTheme(theme, plan, assets, &summary.issues)
        // What compiling finds is the same in every edition, but for words, which every language has.
        checkCompiled(theme, plan, assets, editions: [plan.catalog.marketplace.standardEdition], &summary.issues)
        summary.completeness = read.catalog.completeness
        summary.products = read.catalog.products.count
        if !read.catalog.marketplace.feeds.isSubset(of: [.records]) {
            summary.withoutRaster = read.catalog.products.count { $0.cover != nil && !$0.hasRaster }
        }
        summary.basePath = read.catalog.marketplace.basePath
        summary.nextPriceChange = plan.nextPriceChange
        clock.end("plan", &summary)
        checkDay(plan, &summary.issues)
        guard !summary.issues.hasErrors else { return }
        try publish(plan, theme, assets, output, old, media: read.media, state, &clock, &summary)
    }

    private func plan(_ catalog: Catalog, _ issues: inout Issues) -> SitePlan {
        SitePlan(catalog, at: options.instant, style: options.style, api: options.api, jobs: options.jobs, &issues)
    }

    /// Nil when no program can make pictures of other sizes.
    private func pictureWorkshop(_ state: String) throws(BuildIssue) -> PictureWorkshop? {
        guard let candidates = options.rasterizers, !candidates.isEmpty else { return nil }
        let root = "\(options.stateFolder)/pictures"
        let cache = try PictureCache(root: root, owner: String(state.split(separator: "/").last!.prefix(16)))
        guard let rasterizer = Rasterizer.first(of: candidates, remembered: "\(root)/program", trying: cache.workshop) else {
            cache.close()
            return nil
        }
        return PictureWorkshop(rasterizer: rasterizer, cache: cache, jobs: options.jobs, progress: progress)
    }

    /// Reads and plans, and writes nothing: everything that a build would complain of.
    package func check() -> Summary {
        var summary = Summary()
        guard let read = ContentReader.read(options.sources, known: [:], jobs: options.jobs, &summary.issues) else { return summary }
        let plan = plan(read.catalog, &summary.issues)
        let theme = Theme(sources: read.catalog.theme.templates)
        let assets = Assets(read.catalog, &summary.issues)
        checkTheme(theme, plan, assets, &summary.issues)
        checkCompiled(theme, plan, assets, editions: Array(plan.editions.indices), &summary.issues)
        checkDay(plan, &summary.issues)
        summary.completeness = read.catalog.completeness
        summary.products = read.catalog.products.count
        summary.pages = plan.pages.count
        summary.nextPriceChange = plan.nextPriceChange
        return summary
    }

    private func checkDay(_ plan: SitePlan, _ issues: inout Issues) {
        plan.catalog.marketplace.security?.check(at: options.instant, &issues)
        guard options.wantsIndexNow, plan.catalog.marketplace.indexNow == nil else { return }
        issues.add(BuildIssue(
            .error, file: Marketplace.fileName, "search engines take no list of changed pages without a key", remedy: "name one as \"indexNow\""))
    }

    // MARK: Theme

    private func checkTheme(_ theme: Theme, _ plan: SitePlan, _ assets: Assets, _ issues: inout Issues) {
        for issue in theme.issues { issues.add(BuildIssue(issue)) }
        let names = Set(theme.names)
        for kind in PageKind.allCases where !names.contains("pages/\(kind.template)") {
            issues.add(BuildIssue(.error, file: "\(options.sources.templates)/pages/\(kind.template).mustache", "this template is missing"))
        }
    }

    /// Compiles every template, which finds names that no page has.
    private func checkCompiled(_ theme: Theme, _ plan: SitePlan, _ assets: Assets, editions: [Int], _ issues: inout Issues) {
        guard !issues.hasErrors else { return }
        let renderer = PageRenderer(plan, theme, assets, cards: CardShelf(products: 0, editions: 0))
        // A fault of a partial is found on every page that has it, each time with the names that this page has.
        var seen: Set<String> = []
        for edition in editions {
            for issue in renderer.issues(edition: edition) where seen.insert("\(issue.file):\(issue.line):\(issue.column):\(issue.severity)").inserted {
                issues.add(BuildIssue(issue))
            }
        }
    }

    // MARK: Publishing

    private func publish(
        _ plan: SitePlan, _ theme: Theme, _ assets: Assets, _ output: FolderOutput, _ old: BuildState, media: [String: MediaRecord],
        _ state: String, _ clock: inout PhaseClock, _ summary: inout Summary
    ) throws(BuildIssue) {
        let fingerprints = PageFingerprints(plan)
        let compression = options.precompress ? Compression() : nil
        summary.hasBrotli = compression?.hasBrotli

        var first = staticFiles(plan, assets)
        let offers = OfferFiles(plan, remembered: old.offers, jobs: options.jobs)
        first += offers.files
        let pages = pageFiles(plan, fingerprints)
        var derived = DerivedFiles(plan, fingerprints, assets, host: options.host).all
        let journal = "\(state).pending"
        let pending = Set(BuildJournal.read(journal))
        let search = SearchFiles(plan, old: old, left: pending, output: output, jobs: options.jobs)
        first += search.files
        derived += search.heads
        let head = try offers.head(
            plan, sequence: options.sequence, key: options.signingKey, oldHead: output.contents(of: OfferBook.headPath), &summary.issues)
        summary.isSigned = options.signingKey != nil
        // All but the head itself are named by their bytes, and may come before it.
        for file in head.dropLast(summary.isSigned ? 1 : 0) {
            first.append(PlannedFile(name: file.path, fingerprint: Fingerprint(of: file.path), source: .bytes(file.bytes)))
        }
        let fresh = newNames([first, pages, derived], head, compression, old)
        let copied = compression == nil ? derived.count { Compression.of($0.name, nil) != nil } : 0
        checkHost(
            first.count - search.files.count + pages.count + derived.count + copied + 1, uncompressed: search.uncompressedCount, compression, &summary.issues)
        clock.end("derive", &summary)
        guard !summary.issues.hasErrors else { return }

        let known = pending.union(fresh)
        if !fresh.isEmpty { try BuildJournal.write(known, journal) }

        let publisher = Publisher(
            output: output, old: old, plan: plan, theme: theme, assets: assets, compression: compression,
            cards: CardShelf(products: plan.catalog.products.count, editions: plan.editions.count), jobs: options.jobs,
            progress: progress)
        var new = BuildState()
        new.media = media
        new.entries.reserveCapacity(pages.count + first.count + derived.count)
        for (name, files) in [("writing assets", first), ("rendering pages", pages), ("writing feeds", derived)] {
            progress?.begin(name, total: files.count)
            let outcome = publisher.publish(files)
            for (name, entry) in outcome.entries { new.entries[name] = entry }
            summary.add(outcome)
            // What was written so far is whole; the next build goes on from the old state.
            if let failure = outcome.failure { throw failure }
            clock.end(name, &summary)
        }
        summary.pages = pages.count
        keep(search, old, output, &new, &summary)

        new.offers = offers.memory
        if summary.isSigned, let head = head.last { try publishHead(head, output, &new, &summary) }
        try remove(old, new, known, output, &summary)
        checkSizes(new, &summary.issues)
        if options.wantsIndexNow, let key = plan.catalog.marketplace.indexNow {
            summary.indexNow = IndexNow.requests(IndexNow.changedAddresses(plan, since: old, new), key: key, plan.catalog.marketplace)
        }
        try new.save(state)
        BuildJournal.clear(journal)
        clock.end("finish", &summary)
        summary.files = new.entries.count
        summary.remains = Remains(plan, [old, new])
    }

    /// Files of the index that are as they were: those that heads name, and those that only older heads named.
    private func keep(_ search: SearchFiles, _ old: BuildState, _ output: FolderOutput, _ new: inout BuildState, _ summary: inout Summary) {
        for name in search.kept + search.retired.keys {
            guard let entry = old.entries[name] ?? output.mark(of: name).map({ BuildState.Entry(fingerprint: Fingerprint(of: name), mark: $0) })
            else { continue }
            new.entries[name] = entry
            summary.unchanged += 1
            summary.bytes += entry.mark.size
        }
        new.search = search.memory
        new.retired = search.retired
    }

    /// Every name that the last build did not publish, with the compressed copies.
    private func newNames(
        _ files: [ContiguousArray<PlannedFile>], _ head: [OfferBook.File], _ compression: Compression?, _ old: BuildState
    ) -> [String] {
        var names = head.map(\.path).filter { old.entries[$0] == nil }
        for file in files.joined() {
            if old.entries[file.name] == nil { names.append(file.name) }
            guard let compression = Compression.of(file.name, compression) else { continue }
            names += compression.endings.map { "\(file.name).\($0)" }.filter { old.entries[$0] == nil }
        }
        return names
    }

    private func staticFiles(_ plan: SitePlan, _ assets: Assets) -> ContiguousArray<PlannedFile> {
        var files: ContiguousArray<PlannedFile> = []
        for (_, asset) in assets.published.sorted(by: { $0.key < $1.key }) {
            files.append(PlannedFile(name: asset.name, fingerprint: Fingerprint(of: asset.name), source: .bytes(asset.bytes)))
        }
        var names: Set<String> = []
        for file in plan.catalog.media where names.insert(file.name).inserted {
            // The name holds the digest of the bytes.
            files.append(PlannedFile(name: file.name, fingerprint: Fingerprint(of: file.name), source: .copy(file.source)))
        }
        for category in Set(plan.catalog.products.lazy.filter { $0.cover == nil }.map(\.category)).sorted() {
            let drawing = Placeholder.drawing(plan.catalog.categories[category])
            files.append(PlannedFile(
                name: plan.placeholders[category], fingerprint: Fingerprint(of: drawing), source: .bytes(Array(drawing.utf8))))
        }
        return files
    }

    private func pageFiles(_ plan: SitePlan, _ fingerprints: PageFingerprints) -> ContiguousArray<PlannedFile> {
        let pieceSize = 1_024
        let pages = plan.pages
        let pieces = concurrently(jobs: options.jobs, count: (pages.count + pieceSize - 1) / pieceSize) { piece in
            pages[piece * pieceSize..<min(pages.count, (piece + 1) * pieceSize)].map { page in
                PlannedFile(name: plan.file(of: page), fingerprint: fingerprints.fingerprint(page), source: .page(page))
            }
        }
        var files: ContiguousArray<PlannedFile> = []
        files.reserveCapacity(pages.count)
        for piece in pieces { files.append(contentsOf: piece) }
        return files
    }

    /// The head of the offer book is the last file: whoever reads it finds everything that it names.
    private func publishHead(
        _ head: OfferBook.File, _ output: FolderOutput, _ new: inout BuildState, _ summary: inout Summary
    ) throws(BuildIssue) {
        let result = try writeBytes(head.bytes, head.path, output)
        new.entries[head.path] = BuildState.Entry(fingerprint: .none, mark: result.mark)
        switch result.written {
        case .new: summary.new += 1
        case .changed: summary.changed += 1
        case .unchanged: summary.unchanged += 1
        }
        summary.bytes += result.mark.size
    }

    private func writeBytes(_ bytes: [UInt8], _ name: String, _ output: FolderOutput) throws(BuildIssue) -> (written: Written, mark: FileMark) {
        var result: Result<(written: Written, mark: FileMark), BuildIssue>!
        bytes.withUnsafeBytes { bytes in
            do throws(BuildIssue) {
                result = .success(try output.write(name, bytes, worker: 0))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// Takes away what earlier builds published and this one does not.
    private func remove(
        _ old: BuildState, _ new: BuildState, _ known: Set<String>, _ output: FolderOutput, _ summary: inout Summary
    ) throws(BuildIssue) {
        let past = old.entries.keys.filter { new.entries[$0] == nil } + known.filter { new.entries[$0] == nil && old.entries[$0] == nil }
        for name in past.sorted() {
            guard output.mark(of: name) != nil else {
                // A killed build may have left its folder.
                output.removeEmptyFolders(above: name)
                continue
            }
            try output.remove(name)
            summary.removed += 1
        }
    }

    // MARK: The host

    private func checkHost(_ texts: Int, uncompressed: Int, _ compression: Compression?, _ issues: inout Issues) {
        // Nearly all files but those of the index are text, and each has its compressed copies.
        let files = texts * (1 + (compression?.endings.count ?? 0)) + uncompressed
        guard let limit = options.fileLimit ?? options.host.maximumFiles, files > limit else { return }
        issues.add(BuildIssue(
            .error, file: options.output, "\(files) files; \(options.host.rawValue) takes at most \(limit)",
            remedy: options.host.advice ?? "choose another host"))
    }

    private func checkSizes(_ state: BuildState, _ issues: inout Issues) {
        guard let limit = options.host.maximumBytes else { return }
        for (name, entry) in state.entries where entry.mark.size > limit {
            issues.add(BuildIssue(
                .error, file: "\(options.output)/\(name)", "\(entry.mark.size) bytes; \(options.host.rawValue) takes at most \(limit) a file"))
        }
    }

    /// The state belongs to one output folder.
    private var stateFile: String {
        mkdir(options.stateFolder, 0o755)
        return "\(options.stateFolder)/\(SHA256.digest(of: absolutePath(options.output)).hex(prefix: 16)).state"
    }
}

extension SiteBuild.Summary {
    fileprivate mutating func add(_ outcome: Publisher.Outcome) {
        new += outcome.new
        changed += outcome.changed
        unchanged += outcome.unchanged
        rendered += outcome.rendered
        bytes += outcome.bytes
    }
}

extension BuildIssue {
    init(_ issue: TemplateIssue) {
        self.init(issue.severity == .error ? .error : .warning, file: issue.file, line: issue.line, column: issue.column, issue.message)
    }
}

/// Measures the phases of a build.
private struct PhaseClock {
    private var last = ContinuousClock.now

    mutating func end(_ name: String, _ summary: inout SiteBuild.Summary) {
        let now = ContinuousClock.now
        let (seconds, attoseconds) = (now - last).components
        summary.phases.append((name, Double(seconds) + Double(attoseconds) / 1e18))
        last = now
    }
}
