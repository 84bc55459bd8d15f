// KarooExpress – Apache-2.0

import Foundation

/// Tells when something in some folders has changed, by looking at the times of all files every so often.
struct SourceWatcher: Sendable {
    private static let interval = Duration.milliseconds(300)

    private let folders: [String]

    init(_ folders: [String]) { self.folders = folders }

    /// One element for each change, after the files have rested for one interval.
    func changes() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let task = Task {
                var last = look()
                while !Task.isCancelled {
                    try await Task.sleep(for: SourceWatcher.interval)
                    var now = look()
                    guard now != last else { continue }
                    while !Task.isCancelled {
                        try await Task.sleep(for: SourceWatcher.interval)
                        let rested = look()
                        if rested == now { break }
                        now = rested
                    }
                    last = now
                    continuation.yield()
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Size and time of every file, folded into one number.
    private func look() -> Int {
        var hasher = Hasher()
        for folder in folders {
            guard let walk = FileManager.default.enumerator(atPath: folder) else { continue }
            while let name = walk.nextObject() as? String {
                var status = stat()
                guard stat("\(folder)/\(name)", &status) == 0 else { continue }
                hasher.combine(name)
                hasher.combine(status.st_size)
                hasher.combine(status.st_mtim.tv_sec)
                hasher.combine(status.st_mtim.tv_nsec)
            }
        }
        return hasher.finalize()
    }
}
