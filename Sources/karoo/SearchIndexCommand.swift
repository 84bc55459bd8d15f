// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooSite

struct SearchIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Index documents of another program: JSON Lines, the schema in the first line.")

    @Option(help: ArgumentHelp("The file of documents.", valueName: "file"))
    var documents: String

    @Option(help: ArgumentHelp("The folder below which search/root.json and the files of the index are written.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("How many workers index at once.", valueName: "number"))
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs takes a number from 1 to 256") }
    }

    func run() throws {
        let start = ContinuousClock.now
        do throws(BuildIssue) {
            let summary = try SearchLines.index(documents, output: output, jobs: jobs)
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            print("\(summary.documents) documents, \(summary.files) files, \(summary.bytes) bytes")
            print(Reporter.effort(seconds: Double(seconds) + Double(attoseconds) / 1e18))
        } catch {
            Reporter.write(error.text + "\n")
            throw ExitCode(1)
        }
    }
}
