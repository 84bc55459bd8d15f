// KarooExpress – Apache-2.0

/// Something wrong in a template, with its place and how to mend it.
public struct TemplateIssue: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// The file as the theme was given it.
    public let file: String
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in characters.
    public let column: Int
    public let severity: Severity
    /// What is wrong and how to mend it.
    public let message: String

    public init(file: String, line: Int, column: Int, severity: Severity, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }

    /// The issue as compilers print it.
    public var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(message)" }
}
