// KarooExpress – Apache-2.0

/// Something wrong in a template, with its place and how to mend it.
package struct TemplateIssue: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable {
        case error, warning
    }

    /// The file as the theme was given it.
    package let file: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in characters.
    package let column: Int
    package let severity: Severity
    /// What is wrong and how to mend it.
    package let message: String

    package init(file: String, line: Int, column: Int, severity: Severity, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }

    /// The issue as compilers print it.
    package var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(message)" }
}
