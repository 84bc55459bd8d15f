// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooServer
import KarooSite

struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Build, serve on this machine, watch the input, rebuild what changed and reload the browser.")

    @OptionGroup var source: SourceOptions
    @OptionGroup var build: BuildOptions

    @Option(help: ArgumentHelp("The folder that is written and served.", valueName: "folder"))
    var output = "Public"

    @Option(help: ArgumentHelp("The port on 127.0.0.1; 0 lets the system choose.", valueName: "number"))
    var port = 8080

    func run() async throws {
        let basePath = rebuild().basePath
        let server = PreviewServer(root: output, basePath: basePath, port: port) { port in
            print("http://127.0.0.1:\(port)\(basePath)/ – stop with Ctrl-C")
            fflush(nil)
        }
        let watcher = SourceWatcher([source.content, source.locales, source.templates] + (source.facts.map { [$0] } ?? []))
        let watch = Task {
            for await _ in watcher.changes() { await server.events.send(rebuild().event) }
        }
        defer { watch.cancel() }
        try await server.run()
    }

    /// What the browsers are told, and under which path the site lies.
    private func rebuild() -> (event: PreviewEvent, basePath: String) {
        do {
            let start = ContinuousClock.now
            let summary = SiteBuild(try build.options(source, output: output), progress: Reporter.progress()).run()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            Reporter.clearLine()
            Reporter.issues(summary.issues, notes: false)
            guard summary.isDone else {
                return (.failed(summary.issues.sorted.filter { $0.severity == .error }.map(\.text).joined(separator: "\n")), summary.basePath)
            }
            print(Reporter.summary(summary, seconds: Double(seconds) + Double(attoseconds) / 1e18))
            return (.reload, summary.basePath)
        } catch {
            Reporter.write("\(error)\n")
            return (.failed("\(error)"), "")
        }
    }
}
