// KarooExpress – Apache-2.0

import ArgumentParser

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Make search indexes.", subcommands: [SearchIndexCommand.self])
}
