// KarooExpress – Apache-2.0

import Glibc

/// Writes into a folder of the file system: each file whole into a stage beside the others, then by rename into its place.
///
/// Foundation is not used: it flushes every file to disk, which takes a thousand times as long as writing it.
final class FolderOutput: Output, @unchecked Sendable {
    static let stageName = ".karoo-stage"

    let root: String
    /// True when the folder did not exist before.
    private let isOwn: Bool
    private let rootDescriptor: Int32
    private let stages: [Int32]

    /// Makes the folder if need be, and holds it for itself until `close`: throws when another build holds it.
    init(root: String, workers: Int) throws(BuildIssue) {
        self.root = root
        isOwn = access(root, F_OK) != 0
        try FolderOutput.makeFolders(root)
        rootDescriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard rootDescriptor >= 0 else { throw FolderOutput.issue(root, "cannot be opened") }
        guard flock(rootDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(rootDescriptor)
            throw BuildIssue(.error, file: root, "another build is writing here", remedy: "wait until it has ended")
        }
        var stages: [Int32] = []
        do throws(BuildIssue) {
            let stage = try FolderOutput.openFolder(rootDescriptor, FolderOutput.stageName, shown: root)
            defer { Glibc.close(stage) }
            for worker in 0..<max(1, workers) {
                stages.append(try FolderOutput.openFolder(stage, "\(worker)", shown: "\(root)/\(FolderOutput.stageName)"))
            }
        } catch {
            for stage in stages { Glibc.close(stage) }
            FolderOutput.removeStage(rootDescriptor)
            if isOwn { rmdir(root) }
            Glibc.close(rootDescriptor)
            throw error
        }
        self.stages = stages
    }

    /// Takes the stage away and lets other builds in. A folder that was made in vain is taken away too.
    func close() {
        for stage in stages { Glibc.close(stage) }
        FolderOutput.removeStage(rootDescriptor)
        if isOwn { rmdir(root) }
        Glibc.close(rootDescriptor)
    }

    /// Takes the stage away, that of a killed build with more workers as well.
    private static func removeStage(_ root: Int32) {
        let descriptor = openat(root, stageName, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor >= 0, let folder = fdopendir(descriptor) {
            var workers: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { workers.append(name) }
            }
            for worker in workers {
                // A link leads elsewhere, and nothing there is ours.
                let inner = openat(descriptor, worker, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
                if inner >= 0 {
                    unlinkat(inner, "file", 0)
                    Glibc.close(inner)
                }
                unlinkat(descriptor, worker, AT_REMOVEDIR)
            }
            closedir(folder)
        }
        unlinkat(root, stageName, AT_REMOVEDIR)
    }

    // MARK: Writing

    func write(_ name: String, _ bytes: UnsafeRawBufferPointer, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark) {
        let existing = try compare(name, bytes)
        if case .same(let mark) = existing { return (.unchanged, mark) }
        let stage = stages[worker]
        let descriptor = openat(stage, "file", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw issue(name, "cannot be written") }
        var place = 0
        while place < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + place, bytes.count - place)
            if count < 0 {
                if errno == EINTR { continue }
                let issue = issue(name, "cannot be written")
                Glibc.close(descriptor)
                unlinkat(stage, "file", 0)
                throw issue
            }
            place += count
        }
        let mark = try finish(descriptor, name, stage)
        if case .missing = existing { return (.new, mark) }
        return (.changed, mark)
    }

    func copy(_ source: String, to name: String, worker: Int) throws(BuildIssue) -> (written: Written, mark: FileMark) {
        let file = try FileBytes(path: source, shown: source)
        return try file.withBytes { bytes throws(BuildIssue) in try write(name, bytes, worker: worker) }
    }

    private enum Existing {
        case missing
        case same(FileMark)
        case different
    }

    /// Reads the published file beside the new bytes, as far as they are equal.
    private func compare(_ name: String, _ bytes: UnsafeRawBufferPointer) throws(BuildIssue) -> Existing {
        let descriptor = openat(rootDescriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .missing }
            if errno == ELOOP { return .different }
            if errno == ENOTDIR { throw issue(name, "cannot be written") }
            return .different
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .different }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw BuildIssue(.error, file: "\(root)/\(name)", "cannot be written: a folder is in the way", remedy: "remove the folder")
        }
        guard Int(status.st_size) == bytes.count else { return .different }
        let same = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            var place = 0
            while place < bytes.count {
                let count = read(descriptor, buffer.baseAddress!, buffer.count)
                guard count > 0, place + count <= bytes.count, memcmp(buffer.baseAddress!, bytes.baseAddress! + place, count) == 0 else { return false }
                place += count
            }
            return true
        }
        return same ? .same(FileMark(status)) : .different
    }

    private func finish(_ descriptor: Int32, _ name: String, _ stage: Int32) throws(BuildIssue) -> FileMark {
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        // Some file systems report a full disk only here.
        guard Glibc.close(descriptor) == 0, isKnown else { throw issue(name, "cannot be written") }
        if renameat(stage, "file", rootDescriptor, name) != 0 {
            guard errno == ENOENT else {
                let issue = issue(name, "cannot be put in its place")
                unlinkat(stage, "file", 0)
                throw issue
            }
            try makeFolders(for: name)
            guard renameat(stage, "file", rootDescriptor, name) == 0 else { throw issue(name, "cannot be put in its place") }
        }
        return FileMark(status)
    }

    private func makeFolders(for name: String) throws(BuildIssue) {
        let bytes = name.utf8
        var place = bytes.startIndex
        while let slash = bytes[place...].firstIndex(of: UInt8(ascii: "/")) {
            let folder = String(name[..<slash])
            try FolderOutput.makeFolder(rootDescriptor, folder, shown: root)
            place = bytes.index(after: slash)
        }
    }

    private static func makeFolder(_ descriptor: Int32, _ name: String, shown: String) throws(BuildIssue) {
        guard mkdirat(descriptor, name, 0o755) == 0 || errno == EEXIST else { throw issue("\(shown)/\(name)", "cannot be made") }
    }

    /// Makes a folder if need be and opens it; a link in its place is refused, since it leads elsewhere.
    private static func openFolder(_ parent: Int32, _ name: String, shown: String) throws(BuildIssue) -> Int32 {
        try makeFolder(parent, name, shown: shown)
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw issue("\(shown)/\(name)", "cannot be opened") }
        return descriptor
    }

    private static func makeFolders(_ path: String) throws(BuildIssue) {
        guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
            throw issue(path, "cannot be made")
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw issue(path, "cannot be made") }
    }

    // MARK: Looking and removing

    func mark(of name: String) -> FileMark? {
        var status = stat()
        guard fstatat(rootDescriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileMark(status)
    }

    func remove(_ name: String) throws(BuildIssue) {
        guard unlinkat(rootDescriptor, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR else { throw issue(name, "cannot be removed") }
        removeEmptyFolders(above: name)
    }

    func removeEmptyFolders(above name: String) {
        var folder = name[...]
        while let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) {
            folder = folder[..<slash]
            // Refused while anything is left in it; a killed build may have been here.
            guard unlinkat(rootDescriptor, String(folder), AT_REMOVEDIR) == 0 || errno == ENOENT else { return }
        }
    }

    func contents(of name: String) -> [UInt8]? {
        guard let file = try? FileBytes(path: "\(root)/\(name)", shown: name) else { return nil }
        return file.withBytes { Array($0) }
    }

    private func issue(_ name: String, _ what: String) -> BuildIssue { FolderOutput.issue("\(root)/\(name)", what) }

    private static func issue(_ path: String, _ what: String) -> BuildIssue {
        let code = errno
        let remedy: String? =
            switch code {
            case ENOSPC, EDQUOT: "make room and build again; what is published is unharmed"
            case EACCES, EPERM, EROFS: "let the user who builds write there"
            default: nil
            }
        return BuildIssue(.error, file: path, "\(what): \(systemMessage(code))", remedy: remedy)
    }
}

extension FileMark {
    init(_ status: stat) {
        size = UInt64(status.st_size)
        modified = UInt64(status.st_mtim.tv_sec) * 1_000_000_000 + UInt64(status.st_mtim.tv_nsec)
        inode = UInt64(status.st_ino)
    }
}
