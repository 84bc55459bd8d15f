// KarooExpress – Apache-2.0

import Glibc

/// The bytes of a file, given back when nobody needs them any more.
///
/// They are read, not mapped: whoever saves a file while a build looks at it must not end the build, and mapping makes all
/// threads of the process wait for each other.
final class FileBytes: @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// Throws what the system said, as an issue that names the file by its shown name; and when a link leads out of `root`,
    /// the real path of a folder.
    init(path: String, shown: String, within root: String? = nil) throws(BuildIssue) {
        let file = try OpenFile(path: path, shown: shown, within: root)
        bytes = try file.read(0..<file.count)
        isMapped = false
    }

    /// A part of a file; shorter when the file has become so.
    init(_ file: OpenFile, _ range: Range<Int>) throws(BuildIssue) {
        bytes = try file.read(range)
        isMapped = false
    }

    /// Maps a file that is replaced as a whole and never written in place, as the build's own.
    init(mapping path: String) throws(BuildIssue) {
        let file = try OpenFile(path: path, shown: path)
        guard file.count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            isMapped = false
            return
        }
        guard let address = mmap(nil, file.count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
            throw file.issue()
        }
        bytes = UnsafeRawBufferPointer(start: address, count: file.count)
        isMapped = true
    }

    deinit {
        guard let address = bytes.baseAddress else { return }
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        } else {
            address.deallocate()
        }
    }

    var count: Int { bytes.count }

    /// Lends the bytes, and keeps them mapped while they are lent.
    func withBytes<Result, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
        defer { extendLifetime(self) }
        return try body(bytes)
    }

    /// The whole text; throws when it is not UTF-8.
    func text(shown: String) throws(BuildIssue) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BuildIssue(.error, file: shown, "not UTF-8", remedy: "save the file in UTF-8")
        }
        if let place = bytes.firstIndex(where: { isControl(UInt32($0)) }) {
            let line = 1 + bytes[..<place].count { $0 == UInt8(ascii: "\n") }
            throw BuildIssue(.error, file: shown, line: line, "a control character, which no page may have", remedy: "take it out")
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }
}

/// A file that is open for reading, by several workers if need be.
final class OpenFile: Sendable {
    let descriptor: Int32
    /// How many bytes it had when it was opened.
    let count: Int
    private let shown: String

    private static let window = 64 << 10

    init(path: String, shown: String, within root: String? = nil) throws(BuildIssue) {
        self.shown = shown
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { throw OpenFile.issue(shown) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BuildIssue(.error, file: shown, "not a file") }
        count = Int(status.st_size)
        if let root, !OpenFile.lies(descriptor, path, within: root) {
            throw BuildIssue(.error, file: shown, "a link that leads out of \(root)", remedy: "put the file itself here: what links name would be published")
        }
    }

    /// Where a file that is open really lies is asked of the system, so nobody can change it in between.
    private static func lies(_ descriptor: Int32, _ path: String, within root: String) -> Bool {
        guard let real = realPath("/proc/self/fd/\(descriptor)") ?? realPath(path) else { return false }
        return real.hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The bytes of a range in memory of their own, which the caller gives back.
    func read(_ range: Range<Int>) throws(BuildIssue) -> UnsafeRawBufferPointer {
        guard !range.isEmpty else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
        guard let count = fill(memory, from: range.lowerBound) else {
            let issue = issue()
            memory.deallocate()
            throw issue
        }
        return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    /// How many bytes there were, up to the size of the buffer; nil when reading failed.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) -> Int? {
        var place = 0
        while place < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + place, buffer.count - place, start + place)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            place += count
        }
        return place
    }

    /// Ranges of about so many bytes that end where a line ends.
    func pieces(of size: Int) throws(BuildIssue) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < count {
            let end = try lineEnd(from: min(count, start + size))
            ranges.append(start..<end)
            start = end
        }
        return ranges
    }

    /// The place behind the next line feed, or the end.
    private func lineEnd(from start: Int) throws(BuildIssue) -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: OpenFile.window, alignment: 16)
        defer { buffer.deallocate() }
        var place = start
        while place < count {
            guard let filled = fill(buffer, from: place) else { throw issue() }
            guard filled > 0 else { return count }
            let window = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
            let found = KarooSite.lineEnd(in: window, from: 0)
            if found < filled { return min(count, place + found + 1) }
            place += filled
        }
        return count
    }

    func issue() -> BuildIssue { OpenFile.issue(shown) }

    private static func issue(_ shown: String) -> BuildIssue {
        BuildIssue(.error, file: shown, "cannot be read: \(systemMessage())")
    }
}

/// A folder of the input: where it is, and what messages call it.
struct SourceFolder: Sendable {
    let path: String
    let shown: String
    /// The real path of the folder out of which no link may lead; nil when links may lead anywhere.
    let root: String?

    init(path: String, shown: String, within root: String? = nil) {
        self.path = path
        self.shown = shown
        self.root = root
    }

    func folder(_ name: String) -> SourceFolder { SourceFolder(path: "\(path)/\(name)", shown: "\(shown)/\(name)", within: root) }

    func shown(_ name: String) -> String { "\(shown)/\(name)" }

    func file(_ name: String) throws(BuildIssue) -> FileBytes {
        try FileBytes(path: "\(path)/\(name)", shown: shown(name), within: root)
    }

    func open(_ name: String) throws(BuildIssue) -> OpenFile {
        try OpenFile(path: "\(path)/\(name)", shown: shown(name), within: root)
    }

    func has(_ name: String) -> Bool { access("\(path)/\(name)", R_OK) == 0 }

    /// The names in the folder in byte order, without those that begin with a dot; nil when it cannot be read.
    func names() -> [(name: String, isFolder: Bool)]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            names.append((name, isFolder(name, type: entry.pointee.d_type)))
        }
        return names.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func isFolder(_ name: String, type: UInt8) -> Bool {
        switch Int(type) {
        case Int(DT_DIR): return true
        case Int(DT_LNK), Int(DT_UNKNOWN):
            var status = stat()
            return stat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        default: return false
        }
    }
}

/// True for what neither HTML nor XML may hold: control characters but tabs and ends of lines.
func isControl(_ codePoint: UInt32) -> Bool {
    codePoint < 0x20 ? codePoint != 0x09 && codePoint != 0x0A && codePoint != 0x0D : codePoint == 0x7F
}

/// True for a name that stays in its folder: relative, and without `..`.
func isInside(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(0) && !name.split(separator: "/").contains("..")
}

/// What the system says of the last failed call.
func systemMessage(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}

/// The place of the next line feed, or the end.
func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - base
}

/// The path of what is there, all links followed; nil when nothing is.
func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// A path from the root, without `.` and `..`; symbolic links are left as they are.
package func absolutePath(_ path: String) -> String {
    var full = path
    if !path.hasPrefix("/"), let here = getcwd(nil, 0) {
        full = String(cString: here) + "/" + path
        free(here)
    }
    var parts: [Substring] = []
    for part in full.split(separator: "/") {
        switch part {
        case ".": continue
        case "..": _ = parts.popLast()
        default: parts.append(part)
        }
    }
    return "/" + parts.joined(separator: "/")
}
