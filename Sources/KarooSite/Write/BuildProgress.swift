// KarooExpress – Apache-2.0

import Synchronization

/// How far a build is, for whoever watches. Counting is done by several workers, telling by whichever comes past the mark.
package final class BuildProgress: Sendable {
    package struct Report: Sendable {
        package let phase: String
        package let done: Int
        package let total: Int
    }

    private let tell: @Sendable (Report) -> Void
    private let phase = Mutex<(name: String, total: Int)>(("", 0))
    private let done = Atomic<Int>(0)

    /// How many files pass between two reports.
    private static let step = 512

    package init(_ tell: @escaping @Sendable (Report) -> Void) { self.tell = tell }

    func begin(_ name: String, total: Int = 0) {
        phase.withLock { $0 = (name, total) }
        done.store(0, ordering: .relaxed)
        tell(Report(phase: name, done: 0, total: total))
    }

    func add(_ count: Int) {
        let (before, after) = done.add(count, ordering: .relaxed)
        guard before / BuildProgress.step != after / BuildProgress.step else { return }
        let (name, total) = phase.withLock { $0 }
        tell(Report(phase: name, done: after, total: total))
    }
}
