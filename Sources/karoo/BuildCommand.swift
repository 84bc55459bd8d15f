// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooSite

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Render Content, Locales and Templates to static files.")

    @OptionGroup var source: SourceOptions
    @OptionGroup var build: BuildOptions

    @Option(help: ArgumentHelp("The folder that is written.", valueName: "folder"))
    var output = "Public"

    @Option(help: ArgumentHelp(
        "Write what to tell search engines of pages that are new, changed or gone: a request of IndexNow in each line.", valueName: "file"))
    var indexNow: String?

    @Flag(help: "Build again whenever the input changes, until interrupted.")
    var watch = false

    @Flag(help: "Show how long each phase took.")
    var phases = false

    func run() async throws {
        guard watch else { try end(once()) }
        _ = try once()
        let watcher = SourceWatcher([source.content, source.locales, source.templates] + (source.facts.map { [$0] } ?? []))
        for await _ in watcher.changes() { _ = try once() }
    }

    private func once() throws -> SiteBuild.Summary {
        let start = ContinuousClock.now
        var options = try build.options(source, output: output)
        options.wantsIndexNow = indexNow != nil
        let summary = SiteBuild(options, progress: Reporter.progress()).run()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        Reporter.clearLine()
        Reporter.issues(summary.issues)
        guard summary.isDone else {
            let outcome = summary.files > 0 ? "published, with faults"
                : summary.isAnythingPublished ? "published in part, and the next build goes on" : "nothing was published"
            Reporter.write("\(outcome): \(summary.issues.errors) errors\n")
            return summary
        }
        if let indexNow, let requests = summary.indexNow { try requests.write(toFile: indexNow, atomically: true, encoding: .utf8) }
        print(Reporter.summary(summary, seconds: Double(seconds) + Double(attoseconds) / 1e18))
        if phases { for phase in summary.phases { print(String(format: "%8.3f s  %@", phase.seconds, phase.name)) } }
        return summary
    }

    /// Ends the process before what the build worked with is taken apart.
    private func end(_ summary: SiteBuild.Summary) throws -> Never {
        try withExtendedLifetime(summary) {
            guard summary.isDone else { throw ExitCode(summary.isInputAtFault ? 1 : 2) }
            Foundation.exit(0)
        }
    }
}
