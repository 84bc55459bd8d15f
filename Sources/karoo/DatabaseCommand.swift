// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCheckout
import KarooDatabase

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Copy, verify and update what the server remembers.", subcommands: [Backup.self, Verify.self, Migrate.self])

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the database into a new file while the server goes on, and verify the copy.")

        @Argument(help: "The file of the copy; it must not exist yet.")
        var file: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.withCheckout { _, database in try database.backup(to: file) }
            let copy = try SQLiteDatabase(path: file, clock: DataFolder.clock)
            let faults = try await DatabaseCommand.faults(copy)
            try await copy.close()
            try DatabaseCommand.report(faults)
            print("\(file) is whole, and its books agree")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at every page of the database, every reference and all books. Exit status 1 when anything is wrong.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            let faults = try await data.withCheckout { _, database in try await DatabaseCommand.faults(database) }
            try DatabaseCommand.report(faults)
            print("the database is whole, and its books agree")
        }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the schema up to this program; the server does so by itself.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            let folder = try DataFolder(data.data)
            let database = try SQLiteDatabase(path: folder.databasePath, clock: DataFolder.clock)
            let applied = try await database.migrate(Migration.all)
            try await database.close()
            print(applied.isEmpty ? "nothing to do" : "applied: \(applied.map(String.init).joined(separator: ", "))")
        }
    }

    private static func faults(_ database: SQLiteDatabase) async throws -> [String] {
        let faults = try await database.faults()
        guard faults.isEmpty else { return faults }
        // The books are a matter of rows alone: nobody is asked for money or keys.
        return try await Checkout.faults(in: database)
    }

    private static func report(_ faults: [String]) throws {
        for fault in faults { print(fault) }
        guard faults.isEmpty else { throw ExitCode(1) }
    }
}
