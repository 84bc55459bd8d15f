// KarooExpress – Apache-2.0

import Synchronization

/// Keeps a site in memory.
final class MemoryOutput: Output {
    private struct File {
        var bytes: [UInt8]
        var mark: FileMark
    }

    private struct State {
        var files: [String: File] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())

    var files: [String: [UInt8]] { state.withLock { $0.files.mapValues(\.bytes) } }

    func write(_ name: String, _ bytes: UnsafeRawBufferPointer, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark) {
        let new = Array(bytes)
        return state.withLock { state in
            if let old = state.files[name], old.bytes == new { return (.unchanged, old.mark) }
            state.clock += 1
            let mark = FileMark(size: UInt64(new.count), modified: state.clock, inode: state.clock)
            let written: Written = state.files.updateValue(File(bytes: new, mark: mark), forKey: name) == nil ? .new : .changed
            return (written, mark)
        }
    }

    func copy(_ source: String, to name: String, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark) {
        let file = try FileBytes(path: source, shown: source)
        return try file.withBytes { bytes throws(BuildIssue) in try write(name, bytes, worker: worker) }
    }

    func mark(of name: String) -> FileMark? { state.withLock { $0.files[name]?.mark } }

    func remove(_ name: String) throws(BuildIssue) { state.withLock { _ = $0.files.removeValue(forKey: name) } }

    func contents(of name: String) -> [UInt8]? { state.withLock { $0.files[name]?.bytes } }
}
