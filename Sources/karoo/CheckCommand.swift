// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCommerce
import KarooSite

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong or doubtful in the input, and write nothing.")

    @OptionGroup var source: SourceOptions
    @OptionGroup var build: BuildOptions

    @Flag(help: "Print the issues as JSON, one object a line.")
    var json = false

    private struct Line: Encodable {
        let severity: String
        let file: String
        let line: Int?
        let column: Int?
        let message: String
        let remedy: String?
    }

    func run() throws {
        let summary = SiteBuild(try build.options(source, output: "Public")).check()
        if json { try printJSON(summary.issues) } else { printText(summary) }
        if summary.issues.hasErrors { throw ExitCode(1) }
    }

    private func printJSON(_ issues: Issues) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for issue in issues.sorted {
            let line = Line(
                severity: issue.severity.rawValue, file: issue.file, line: issue.line, column: issue.column, message: issue.message,
                remedy: issue.remedy)
            print(String(decoding: try encoder.encode(line), as: UTF8.self))
        }
    }

    private func printText(_ summary: SiteBuild.Summary) {
        Reporter.issues(summary.issues)
        let shares = summary.completeness.wanted.keys.sorted().map { "\($0) \(summary.completeness.percent($0)) %" }
        if !shares.isEmpty { print("texts: " + shares.joined(separator: ", ")) }
        print("\(summary.products) products, \(summary.pages) pages; \(summary.issues.errors) errors, \(summary.issues.warnings) warnings, \(summary.issues.notes) notes")
    }
}
