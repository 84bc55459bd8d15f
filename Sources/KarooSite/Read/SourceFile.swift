// KarooExpress – Apache-2.0

import Glibc

/// The bytes of a file, mapped into memory, or read when they are few; given back when nobody needs them any more.
final class MappedFile: @unchecked Sendable {
    /// Smaller files are read: mapping and unmapping makes all threads of the process wait for each other.
    private static let smallestMapped = 128 << 10

    private let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// Throws what the system said, as an issue that names the file by its shown name.
    init(path: String, shown: String) throws(BuildIssue) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MappedFile.issue(shown) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw MappedFile.issue(shown) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BuildIssue(.error, file: shown, "not a file") }
        let length = Int(status.st_size)
        isMapped = length >= MappedFile.smallestMapped
        guard isMapped else {
            bytes = try MappedFile.contents(descriptor, length, shown)
            return
        }
        guard let address = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw MappedFile.issue(shown)
        }
        bytes = UnsafeRawBufferPointer(start: address, count: length)
    }

    deinit {
        guard let address = bytes.baseAddress else { return }
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        } else {
            address.deallocate()
        }
    }

    /// As much of the file as there is, should it have become shorter.
    private static func contents(_ descriptor: Int32, _ length: Int, _ shown: String) throws(BuildIssue) -> UnsafeRawBufferPointer {
        guard length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 16)
        var place = 0
        while place < length {
            let count = Glibc.read(descriptor, memory + place, length - place)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let issue = issue(shown)
                memory.deallocate()
                throw issue
            }
            guard count > 0 else { break }
            place += count
        }
        return UnsafeRawBufferPointer(start: memory, count: place)
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
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    private static func issue(_ shown: String) -> BuildIssue {
        BuildIssue(.error, file: shown, "cannot be read: \(systemMessage())")
    }
}

/// A folder of the input: where it is, and what messages call it.
struct SourceFolder: Sendable {
    let path: String
    let shown: String

    init(path: String, shown: String) {
        self.path = path
        self.shown = shown
    }

    func folder(_ name: String) -> SourceFolder { SourceFolder(path: "\(path)/\(name)", shown: "\(shown)/\(name)") }

    func shown(_ name: String) -> String { "\(shown)/\(name)" }

    func file(_ name: String) throws(BuildIssue) -> MappedFile {
        try MappedFile(path: "\(path)/\(name)", shown: shown(name))
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
