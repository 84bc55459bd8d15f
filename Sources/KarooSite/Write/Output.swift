// KarooExpress – Apache-2.0

import KarooTemplate

/// What became of one file.
enum Written: Sendable { case new, changed, unchanged }

/// Where a site is written: a folder, or memory in tests. Used by several workers at once.
protocol Output: Sendable {
    /// Publishes a whole file, so that a reader sees the old bytes or the new, never a part. Returns what changed,
    /// and what tells later that the file is still as it was left.
    func write(_ name: String, _ bytes: UnsafeRawBufferPointer, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark)

    /// Publishes a copy of another file.
    func copy(_ source: String, to name: String, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark)

    /// The mark of a file as it is now; nil when there is none.
    func mark(of name: String) -> FileMark?

    /// Takes a file away, and the folders that become empty.
    func remove(_ name: String) throws(BuildIssue)

    /// The bytes of a published file; nil when there is none.
    func contents(of name: String) -> [UInt8]?
}

/// What changes when somebody else writes or replaces a file.
struct FileMark: Sendable, Equatable {
    let size: UInt64
    /// Nanoseconds since 1970.
    let modified: UInt64
    let inode: UInt64
}
