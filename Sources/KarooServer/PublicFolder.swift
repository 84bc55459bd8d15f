// KarooExpress – Apache-2.0

import Glibc
import NIOCore

/// The folder that is served, and the rules by which a path finds a file in it. Its functions wait for the disk.
struct PublicFolder: Sendable {
    let path: String

    enum Finding: Sendable {
        case file(PublicFile)
        /// The path names a folder that has a page, but lacks the slash at its end.
        case folder
        /// The page that tells the visitor so, in the language of the path; nil when the site has none.
        case missing(PublicFile?)
        /// The folder itself is not there yet.
        case unbuilt
    }

    /// Finds what a static host would send: the file itself, the `.html` of a clean URL, or the `index.html` of a
    /// folder. A page beats a folder of the same name: `c/lamps` is `c/lamps.html`, beside which the folder
    /// `c/lamps` holds the further pages of the list.
    ///
    /// - throws: `FileFault` when the system cannot read what is there.
    func find(_ request: RequestPath) throws -> Finding {
        guard let root = try resolved(path), try isFolder(root) else { return .unbuilt }
        guard request.isPublic else { return .missing(try notFoundPage(for: request, under: root)) }

        for names in candidates(for: request) {
            if let file = try open(names, under: root) { return .file(file) }
        }
        if !request.endsInSlash, try open(request.names + ["index.html"], under: root) != nil { return .folder }
        return .missing(try notFoundPage(for: request, under: root))
    }

    private func candidates(for request: RequestPath) -> [[String]] {
        guard let last = request.names.last, !request.endsInSlash else { return [request.names + ["index.html"]] }
        return [request.names, request.names.dropLast() + [last + ".html"]]
    }

    /// The edition's own page, chosen by the first name of the path, else the one of the whole site.
    private func notFoundPage(for request: RequestPath, under root: String) throws -> PublicFile? {
        if let edition = request.names.first, !edition.isEmpty, !edition.hasPrefix("."),
            let page = try open([edition, "404.html"], under: root)
        {
            return page
        }
        return try open(["404.html"], under: root)
    }

    /// Nil when there is no such file, when it is not a regular one, and when a symbolic link on the way leaves the
    /// folder or leads to a name with a dot before it.
    private func open(_ names: [String], under root: String) throws -> PublicFile? {
        let inside = root == "/" ? root : root + "/"
        guard let target = try resolved(inside + names.joined(separator: "/")), target.hasPrefix(inside),
            !target.dropFirst(inside.count).split(separator: "/").contains(where: { $0.hasPrefix(".") })
        else { return nil }
        return try PublicFile(path: target, name: names.last ?? "")
    }

    /// The path without symbolic links; nil when nothing is there.
    private func resolved(_ path: String) throws -> String? {
        guard let pointer = realpath(path, nil) else {
            if FileFault.isAbsence(errno) { return nil }
            throw FileFault(systemError: errno)
        }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private func isFolder(_ path: String) throws -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileFault(systemError: errno) }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}

/// An open file of the site. It stays the same file, with the same bytes, while a build puts another one into its
/// place; it is closed with the last reference. Reading waits for the disk.
final class PublicFile: Sendable {
    let name: String
    let size: Int
    let validators: FileValidators
    private let descriptor: Int32

    /// Nil when there is nothing at the path, or no regular file (a folder, a pipe, a device).
    ///
    /// - throws: `FileFault` when the system cannot open what is there.
    fileprivate init?(path: String, name: String) throws {
        // A pipe must not make us wait for its writer, hence O_NONBLOCK; it changes nothing for files.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if FileFault.isAbsence(errno) { return nil }
            throw FileFault(systemError: errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        let changed = status.st_mtim
        self.name = name
        self.size = Int(status.st_size)
        self.validators = FileValidators(
            entityTag:
                "\"\(hex(status.st_ino))-\(hex(status.st_size))-\(hex(changed.tv_sec))-\(hex(changed.tv_nsec))\"",
            lastModified: HTTPDate(secondsSinceEpoch: changed.tv_sec))
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// - throws: `FileFault` when the disk fails, or when somebody has cut the file short meanwhile.
    func read(_ range: Range<Int>) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let rest = range.upperBound - offset
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: rest) { bytes in
                let count = pread(descriptor, bytes.baseAddress, rest, off_t(offset))
                if count > 0 { return count }
                if count < 0, errno == EINTR { return 0 }
                throw FileFault(systemError: count < 0 ? errno : EIO)
            }
            offset += count
        }
        return buffer
    }
}

/// What the system says when a file is there but cannot be read.
struct FileFault: Error, CustomStringConvertible {
    /// `errno`.
    let systemError: Int32

    var description: String { String(cString: strerror(systemError)) }

    /// Whether the error only says that there is no such file.
    static func isAbsence(_ systemError: Int32) -> Bool {
        [ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, ENXIO].contains(systemError)
    }
}

private func hex(_ number: some BinaryInteger) -> String { String(number, radix: 16) }
