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

    var databasePath: String { "\(path)/karoo.sqlite" }

    /// Opens the database and brings its schema up to date.
    func openDatabase() async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: databasePath, clock: DataFolder.clock)
        try await database.migrate(Migration.all)
        return database
    }

    /// Milliseconds since 1970 UTC.
    static let clock: @Sendable () -> Int64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Holds the folder for one server, until the process ends. Throws when another one has it.
    func lock() throws {
        let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ValidationError("another server works in \(path), or it cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// From the variable KAROO_SECRET, else from the file `secret`, which is made the first time.
    func secret() throws -> TokenSecret {
        if let text = ProcessInfo.processInfo.environment["KAROO_SECRET"], !text.isEmpty {
            guard let secret = Base64URL.decode(text).flatMap(TokenSecret.init) else {
                throw ValidationError("KAROO_SECRET must be 32 random bytes as 43 characters of base64url")
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

/// The option that every command of the server's half has.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder in which the server keeps its database.", valueName: "folder"))
    var data = "data"

    /// Opens the database for a while, and closes it whatever happens.
    func withCheckout<Value>(_ body: (Checkout, SQLiteDatabase) async throws -> Value) async throws -> Value {
        let folder = try DataFolder(data)
        let database = try await folder.openDatabase()
        do {
            let checkout = Checkout(
                database: database, offers: Offers(trusted: []), payments: PaymentProviders([]), secret: try folder.secret())
            let value = try await body(checkout, database)
            try await database.close()
            return value
        } catch {
            try? await database.close()
            throw error
        }
    }
}
