// KarooExpress – Apache-2.0

import ArgumentParser

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search what is published, as a browser does; make search indexes.",
        subcommands: [SearchQueryCommand.self, SearchIndexCommand.self, SearchWordsCommand.self], defaultSubcommand: SearchQueryCommand.self)
}
