// KarooExpress – Apache-2.0

/// Something in the input that is wrong or doubtful, said like a compiler says it.
package struct BuildIssue: Sendable, Hashable {
    package enum Severity: String, Sendable, Comparable {
        case note, warning, error

        package static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    package let severity: Severity
    /// Where the reader of the message finds the file, as `Content/sellers/x/products/y/product.yaml`.
    package let file: String
    /// Counted from 1; nil when the whole file is meant.
    package let line: Int?
    package let column: Int?
    /// What is wrong, without a full stop.
    package let message: String
    /// How to mend it; nil when the message says it.
    package let remedy: String?

    package init(
        _ severity: Severity, file: String, line: Int? = nil, column: Int? = nil, _ message: String, remedy: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    /// `file:line:column: error: what is wrong; how to mend it`.
    package var text: String {
        var text = file
        if let line { text += ":\(line)" }
        if line != nil, let column { text += ":\(column)" }
        text += ": \(severity.rawValue): \(message)"
        if let remedy { text += "; \(remedy)" }
        return text
    }
}

/// The issues found so far; bounded, so that a file of a million bad lines does not fill the memory.
package struct Issues: Sendable {
    /// How many issues of one severity are kept; more are only counted.
    package static let limit = 1_000

    package private(set) var all: [BuildIssue] = []
    package private(set) var errors = 0
    package private(set) var warnings = 0
    package private(set) var notes = 0

    package init() {}

    package var hasErrors: Bool { errors > 0 }

    /// How many were found, kept or only counted.
    var count: Int { errors + warnings + notes }

    package var isEmpty: Bool { count == 0 }

    package mutating func add(_ issue: BuildIssue) {
        switch issue.severity {
        case .error:
            errors += 1
            if errors <= Issues.limit { all.append(issue) }
        case .warning:
            warnings += 1
            if warnings <= Issues.limit { all.append(issue) }
        case .note:
            notes += 1
            if notes <= Issues.limit { all.append(issue) }
        }
    }

    package mutating func add(_ other: Issues) {
        for issue in other.all { add(issue) }
        errors += other.errors - other.all.count { $0.severity == .error }
        warnings += other.warnings - other.all.count { $0.severity == .warning }
        notes += other.notes - other.all.count { $0.severity == .note }
    }

    /// The same issues that many lines further down.
    func shifted(by lines: Int) -> Issues {
        guard lines > 0 else { return self }
        var shifted = self
        shifted.all = all.map { issue in
            BuildIssue(
                issue.severity, file: issue.file, line: issue.line.map { $0 + lines }, column: issue.column, issue.message,
                remedy: issue.remedy)
        }
        return shifted
    }

    /// Files in order, and within a file by line.
    package var sorted: [BuildIssue] {
        all.sorted { ($0.file, $0.line ?? 0, $0.column ?? 0, $0.message) < ($1.file, $1.line ?? 0, $1.column ?? 0, $1.message) }
    }
}
