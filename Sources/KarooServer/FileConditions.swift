// KarooExpress – Apache-2.0

import HTTPTypes

/// How much of a file a request wants, after its conditions and its range (RFC 9110, 13 and 14).
enum FilePortion: Hashable, Sendable {
    case whole
    /// Never empty, and within the file.
    case part(Range<Int>)
    /// The browser has it already.
    case notModified
    /// The range begins behind the end of the file.
    case unsatisfiable
}

/// What names one state of a file. The tag is a strong one: it changes with every byte.
struct FileValidators: Hashable, Sendable {
    let entityTag: String
    let lastModified: HTTPDate

    /// The same state in another form, which is other bytes. `mark` is letters.
    func marked(_ mark: String) -> FileValidators {
        FileValidators(entityTag: entityTag.dropLast() + "-\(mark)\"", lastModified: lastModified)
    }

    /// Decides from the headers of a GET or HEAD request for something of `size` bytes. Several ranges in one
    /// request, and ranges in HEAD, count as not sent, as do conditions that cannot be read.
    func portion(of size: Int, method: HTTPRequest.Method, headers: HTTPFields) -> FilePortion {
        if isKnown(to: headers) { return .notModified }
        guard method == .get, let range = headers[.range], allowsRange(headers[.ifRange]) else { return .whole }
        return Self.portion(of: size, range: range)
    }

    private func isKnown(to headers: HTTPFields) -> Bool {
        if let tags = headers[.ifNoneMatch] {
            return tags.split(separator: ",").contains { tag in
                let tag = tag.trimming { $0 == " " || $0 == "\t" }
                return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == entityTag
            }
        }
        guard let since = headers[.ifModifiedSince].flatMap({ HTTPDate($0) }) else { return false }
        return lastModified <= since
    }

    private func allowsRange(_ condition: String?) -> Bool {
        guard let condition else { return true }
        return condition == entityTag || HTTPDate(condition) == lastModified
    }

    /// Reads `bytes=first-last`, `bytes=first-` or `bytes=-count`.
    private static func portion(of size: Int, range: String) -> FilePortion {
        guard let equals = range.firstIndex(of: "="), range[..<equals].lowercased() == "bytes" else { return .whole }
        let ends = range[equals...].dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return .whole
        }
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true):
            return .whole
        case (true, false):
            let count = min(size, Int(ends[1]) ?? .max)
            return count > 0 ? .part(size - count..<size) : .unsatisfiable
        case (false, let isOpen):
            let first = Int(ends[0]) ?? .max
            let last = isOpen ? .max : Int(ends[1]) ?? .max
            guard first <= last else { return .whole }
            return first < size ? .part(first..<min(size - 1, last) + 1) : .unsatisfiable
        }
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
