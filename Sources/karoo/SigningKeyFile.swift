// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCrypto

/// The key that signs offer books, from a file that nobody else can read or from the environment; never from Content.
enum SigningKeyFile {
    static let variable = "KAROO_SIGNING_KEY"

    /// Nil when neither is given.
    static func load(_ path: String?) throws -> SigningKey? {
        if let path { return try read(path) }
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return nil }
        do {
            return try SigningKey(text: text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw ValidationError("\(variable) holds no signing key: \(error)")
        }
    }

    private static func read(_ path: String) throws -> SigningKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ValidationError("\(path) cannot be read: \(String(cString: strerror(errno))); make a key with karoo keys new \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFREG, let contents = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) is no file that can be read; make a key with karoo keys new FILE")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ValidationError("\(path) can be read by others; make it private: chmod 600 \(path)")
        }
        let text = String(decoding: contents, as: UTF8.self)
        do {
            return try SigningKey(text: text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw ValidationError("\(path) holds no signing key: \(error)")
        }
    }

    /// Writes a new file with mode 0600; refuses to replace one.
    static func write(_ key: SigningKey, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw ValidationError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((key.text + "\n").utf8))
        try handle.close()
    }
}
