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
        let first = rebuild()
        let server = PreviewServer(root: output, port: port, connections: build.api.flatMap(Marketplace.origin(of:)).map { [$0] } ?? []) { port in
            print("http://127.0.0.1:\(port)\(first.basePath ?? "")/ – stop with Ctrl-C")
            fflush(nil)
        }
        let watcher = SourceWatcher([source.content, source.locales, source.templates] + (source.facts.map { [$0] } ?? []))
        let watch = Task {
            await tell(first, server.events)
            for await _ in watcher.changes() { await tell(rebuild(), server.events) }
        }
        defer { watch.cancel() }
        try await server.run()
    }

    private func tell(_ outcome: (event: PreviewEvent, basePath: String?), _ events: PreviewEvents) async {
        if let basePath = outcome.basePath { await events.move(to: basePath) }
        await events.send(outcome.event)
    }

    /// What the browsers are told, and under which path the site lies; nil when it is not known.
    private func rebuild() -> (event: PreviewEvent, basePath: String?) {
        do {
            let start = ContinuousClock.now
            let summary = SiteBuild(try build.options(source, output: output), progress: Reporter.progress()).run()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            Reporter.clearLine()
            Reporter.issues(summary.issues, notes: false)
            guard summary.isDone else {
                return (.failed(summary.issues.sorted.filter { $0.severity == .error }.map(\.text).joined(separator: "\n")), nil)
            }
            print(Reporter.summary(summary, seconds: Double(seconds) + Double(attoseconds) / 1e18))
            return (.reload, summary.basePath)
        } catch {
            Reporter.write("\(error)\n")
            return (.failed("\(error)"), nil)
        }
    }
}
