// KarooExpress – Apache-2.0

import KarooTemplate
import Synchronization

/// One file that the site will have.
struct PlannedFile: Sendable {
    enum Source: Sendable {
        case page(PlannedPage)
        case bytes([UInt8])
        case copy(String)
        /// Made when it is needed, by a function that adds it to the bytes.
        case made(@Sendable (Bytes, PageRenderer) -> Void)
    }

    let name: String
    let fingerprint: Fingerprint
    let source: Source
}

/// Publishes files: those that are still as they were made are passed over, the others are made and written.
struct Publisher: Sendable {
    let output: any Output
    let old: BuildState
    let plan: SitePlan
    let theme: Theme
    let assets: Assets
    let compression: Compression?
    let cards: CardShelf
    let jobs: Int
    let progress: BuildProgress?

    struct Outcome: Sendable {
        var entries: [(name: String, entry: BuildState.Entry)] = []
        var new = 0
        var changed = 0
        var unchanged = 0
        var rendered = 0
        var bytes: UInt64 = 0
        var failure: BuildIssue?

        mutating func add(_ other: Outcome) {
            new += other.new
            changed += other.changed
            unchanged += other.unchanged
            rendered += other.rendered
            bytes += other.bytes
            failure = failure ?? other.failure
        }
    }

    /// What one worker keeps from file to file.
    private final class Hands {
        let number: Int
        let renderer: PageRenderer
        let bytes = Bytes(capacity: 256 << 10)

        init(number: Int, renderer: PageRenderer) {
            self.number = number
            self.renderer = renderer
        }
    }

    private static let chunk = 32

    /// Publishes all of the files; the first failure ends the work of every worker.
    func publish(_ files: ContiguousArray<PlannedFile>) -> Outcome {
        let failed = Atomic<Bool>(false)
        let groups = (files.count + Publisher.chunk - 1) / Publisher.chunk
        let outcomes = concurrently(
            jobs: jobs, count: groups, setUp: { Hands(number: $0, renderer: PageRenderer(plan, theme, assets, cards: cards)) },
            { hands, group in
                var outcome = Outcome()
                guard !failed.load(ordering: .relaxed) else { return outcome }
                let range = group * Publisher.chunk..<min(files.count, (group + 1) * Publisher.chunk)
                outcome.entries.reserveCapacity(range.count * (compression == nil ? 1 : 3))
                for place in range {
                    do throws(BuildIssue) {
                        try publish(files[place], hands, &outcome)
                    } catch {
                        outcome.failure = error
                        failed.store(true, ordering: .relaxed)
                        return outcome
                    }
                }
                progress?.add(range.count)
                return outcome
            })
        var all = Outcome()
        all.entries.reserveCapacity(files.count)
        for outcome in outcomes {
            all.entries.append(contentsOf: outcome.entries)
            all.add(outcome)
        }
        return all
    }

    private func publish(_ file: PlannedFile, _ hands: Hands, _ outcome: inout Outcome) throws(BuildIssue) {
        let isFresh = isFresh(file.name, file.fingerprint, &outcome)
        let compression = Compression.of(file.name, compression)
        let isCompressed = compression != nil
        if isFresh {
            outcome.unchanged += 1
            if !isCompressed { return }
            let endings = compression!.endings
            let kept = outcome.entries.count
            let bytes = outcome.bytes
            if endings.allSatisfy({ self.isFresh("\(file.name).\($0)", file.fingerprint, &outcome) }) {
                outcome.unchanged += endings.count
                return
            }
            outcome.entries.removeSubrange(kept...)
            outcome.bytes = bytes
        }
        outcome.rendered += 1
        if case .copy(let source) = file.source, !isCompressed {
            let result = try output.copy(source, to: file.name, worker: hands.number)
            note(file, result, &outcome)
            return
        }
        let bytes = try make(file, hands)
        var failure: BuildIssue?
        bytes.withBytes { bytes in
            do throws(BuildIssue) {
                var isUnchanged = isFresh
                if !isFresh {
                    let result = try output.write(file.name, bytes, worker: hands.number)
                    note(file, result, &outcome)
                    isUnchanged = result.written == .unchanged && old.entries[file.name]?.mark == result.mark
                }
                if let compression { try compress(file, bytes, by: compression, isUnchanged: isUnchanged, hands, &outcome) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// True when the file is as the last build left it, made of the same things.
    private func isFresh(_ name: String, _ fingerprint: Fingerprint, _ outcome: inout Outcome) -> Bool {
        guard let entry = old.entries[name], entry.fingerprint == fingerprint, output.mark(of: name) == entry.mark else { return false }
        outcome.entries.append((name, entry))
        outcome.bytes += entry.mark.size
        return true
    }

    private func note(_ file: PlannedFile, _ result: (written: Written, mark: FileMark), _ outcome: inout Outcome) {
        note(file.name, file.fingerprint, result, &outcome)
    }

    private func note(_ name: String, _ fingerprint: Fingerprint, _ result: (written: Written, mark: FileMark), _ outcome: inout Outcome) {
        outcome.entries.append((name, BuildState.Entry(fingerprint: fingerprint, mark: result.mark)))
        outcome.bytes += result.mark.size
        switch result.written {
        case .new: outcome.new += 1
        case .changed: outcome.changed += 1
        case .unchanged: outcome.unchanged += 1
        }
    }

    private func make(_ file: PlannedFile, _ hands: Hands) throws(BuildIssue) -> Bytes {
        switch file.source {
        case .page(let page):
            hands.renderer.render(page)
            return hands.renderer.bytes
        case .bytes(let bytes):
            hands.bytes.removeAll()
            bytes.withUnsafeBytes { hands.bytes.append($0) }
        case .copy(let source):
            hands.bytes.removeAll()
            try FileBytes(path: source, shown: source).withBytes { hands.bytes.append($0) }
        case .made(let body):
            hands.bytes.removeAll()
            body(hands.bytes, hands.renderer)
        }
        return hands.bytes
    }

    /// Compressed copies of bytes that did not change are kept as they are.
    private func compress(
        _ file: PlannedFile, _ bytes: UnsafeRawBufferPointer, by compression: Compression, isUnchanged: Bool, _ hands: Hands, _ outcome: inout Outcome
    ) throws(BuildIssue) {
        for ending in compression.endings {
            let name = "\(file.name).\(ending)"
            if isUnchanged, let entry = old.entries[name], output.mark(of: name) == entry.mark {
                note(name, file.fingerprint, (.unchanged, entry.mark), &outcome)
                continue
            }
            let compressed = compression.compressed(bytes, of: file.name, ending)
            var failure: BuildIssue?
            compressed.withUnsafeBytes { compressed in
                do throws(BuildIssue) {
                    note(name, file.fingerprint, try output.write(name, compressed, worker: hands.number), &outcome)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
    }
}
