// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCrypto
import KarooDatabase

/// The folder in which the server keeps everything that it remembers.
struct DataFolder {
    let path: String

    /// Makes the folder when it is not there, for its owner only.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ValidationError("\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// The one that the settings name.
    init(_ settings: Settings) throws { try self.init(settings.text(.data) ?? "data") }

    var databasePath: String { "\(path)/karoo.sqlite" }

    /// Opens the database and brings its schema up to date.
    ///
    /// - parameter record: a file for everything that is written, for benchmarks; nil for none.
    func openDatabase(record: String? = nil) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: databasePath, recorder: record.map { try StatementRecorder(path: $0) }, clock: DataFolder.clock)
        try await database.migrate(Migration.all)
        return database
    }

    /// A database is one file and, while it is open or was not closed, two more.
    static let databaseSuffixes = ["", "-wal", "-shm"]

    /// Puts another database in the place of the one that is there, which stays under the name that is given; nil when there was none.
    ///
    /// - precondition: the folder is locked, and the other one is closed.
    func replaceDatabase(by path: String) throws -> String? {
        let files = FileManager.default
        var kept: String?
        if files.fileExists(atPath: databasePath) {
            let name = "\(databasePath).\(DataFolder.clock() / 1_000)"
            // The log first: a database never stands there with the log of another one.
            for suffix in DataFolder.databaseSuffixes.reversed() where files.fileExists(atPath: databasePath + suffix) {
                try files.moveItem(atPath: databasePath + suffix, toPath: name + suffix)
            }
            kept = name
        }
        try files.moveItem(atPath: path, toPath: databasePath)
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
        return kept
    }

    /// Milliseconds since 1970 UTC.
    static let clock: @Sendable () -> Int64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Holds the folder for this process, until it ends, and says in it who that is. Throws when another one has it.
    func lock() throws {
        let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ValidationError("another server works in \(path), or it cannot be written: \(String(cString: strerror(errno)))")
        }
        let line = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The process that holds the folder; nil when none does.
    var holder: pid_t? {
        let descriptor = open("\(path)/lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, let contents = FileManager.default.contents(atPath: "\(path)/lock") else { return nil }
        return pid_t(String(decoding: contents, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// From the settings, else from the file `secret`, which is made the first time.
    func secret(_ settings: Settings) throws -> TokenSecret {
        if let text = try settings.secret(.secret) {
            guard let secret = Base64URL.decode(text).flatMap(TokenSecret.init) else {
                throw ValidationError("\(Setting.secret.variable) must be 32 random bytes as 43 characters of base64url")
            }
            return secret
        }
        let file = "\(path)/secret"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data((Base64URL.encode(SecureRandom.bytes(TokenSecret.byteCount)) + "\n").utf8))
            try handle.synchronize()
            try handle.close()
        }
        var status = stat()
        guard stat(file, &status) == 0, status.st_mode & 0o077 == 0, let contents = FileManager.default.contents(atPath: file),
            let secret = Base64URL.decode(String(decoding: contents, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)).flatMap(TokenSecret.init)
        else { throw ValidationError("\(file) holds no secret, or others can read it: chmod 600 \(file)") }
        return secret
    }
}

/// The options that every command of the server's half has.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder in which the server keeps its database. Without it KAROO_DATA, else data.", valueName: "folder"))
    var data: String?

    @Option(help: ArgumentHelp("A file of settings, in YAML. Without it KAROO_CONFIG.", valueName: "file"))
    var config: String?

    /// - parameter commandLine: what was said there besides.
    func settings(_ commandLine: [Setting: String] = [:]) throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        var commandLine = commandLine
        commandLine[.data] = data
        let file = config ?? environment["KAROO_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        return try Settings(commandLine: commandLine, environment: environment, file: file)
    }

    /// Opens the database for a while, and closes it whatever happens.
    ///
    /// - parameter trusted: whose offer books are looked at.
    func withCheckout<Value>(
        of settings: Settings? = nil, trusted: [VerifyingKey] = [], _ body: (Checkout, SQLiteDatabase) async throws -> Value
    ) async throws -> Value {
        let settings = try settings ?? self.settings()
        let folder = try DataFolder(settings)
        let database = try await folder.openDatabase()
        do {
            let checkout = Checkout(
                database: database, offers: Offers(trusted: trusted), payments: PaymentProviders([]), secret: try folder.secret(settings))
            let value = try await body(checkout, database)
            try await database.close()
            return value
        } catch {
            try? await database.close()
            throw error
        }
    }
}
