// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooDatabase

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Copy, restore, verify and update what the server remembers.",
        subcommands: [Backup.self, Restore.self, Verify.self, Migrate.self])

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

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a copy in the place of the database, once it is verified. The database that was there is kept beside it.",
            discussion: "No server may work in the folder meanwhile. What happened after the copy was made is not in it: the server asks the provider about payments that were under way then.")

        @Argument(help: "A file that karoo database backup made.")
        var file: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let folder = try DataFolder(data.settings())
            try folder.lock()
            guard FileManager.default.fileExists(atPath: file) else { throw ValidationError("there is no \(file)") }
            let incoming = folder.databasePath + ".incoming"
            for suffix in DataFolder.databaseSuffixes { try? FileManager.default.removeItem(atPath: incoming + suffix) }
            try FileManager.default.copyItem(atPath: file, toPath: incoming)
            do {
                let copy = try SQLiteDatabase(path: incoming, clock: DataFolder.clock)
                try await copy.migrate(Migration.all)
                let faults = try await DatabaseCommand.faults(copy)
                try await copy.close()
                try DatabaseCommand.report(faults)
            } catch {
                for suffix in DataFolder.databaseSuffixes { try? FileManager.default.removeItem(atPath: incoming + suffix) }
                print("\(file) was not restored; the database is as it was")
                throw error
            }
            let kept = try folder.replaceDatabase(by: incoming)
            print("\(folder.databasePath) is what \(file) was" + (kept.map { "; what was there is kept as \($0)" } ?? ""))
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

        @Flag(help: "Only say which steps that would be.")
        var dryRun = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let folder = try DataFolder(data.settings())
            guard !dryRun || FileManager.default.fileExists(atPath: folder.databasePath) else {
                return DatabaseCommand.list(Migration.all)
            }
            let database = try SQLiteDatabase(path: folder.databasePath, clock: DataFolder.clock)
            do {
                if dryRun {
                    DatabaseCommand.list(try await database.pending(Migration.all))
                } else {
                    let applied = try await database.migrate(Migration.all)
                    print(applied.isEmpty ? "nothing to do" : "applied: \(applied.map(String.init).joined(separator: ", "))")
                }
                try await database.close()
            } catch {
                try? await database.close()
                throw error
            }
        }
    }

    private static func list(_ steps: [Migration]) {
        for step in steps { print("\(step.number)  \(step.name)") }
        if steps.isEmpty { print("nothing to do") }
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
