// KarooExpress – Apache-2.0

import ArgumentParser
import Configuration
import Foundation
import Yams

/// What the server was told: on its command line, else in the environment, else in the file of settings. Nothing else reads the
/// environment on the server's half.
struct Settings: Sendable {
    private let reader: ConfigReader
    private let secrets: ConfigReader

    /// - Parameters:
    ///   - commandLine: what was said there.
    ///   - environment: the variables; an empty one is none.
    ///   - file: where the file of settings is; nil when there is none.
    init(commandLine: [Setting: String] = [:], environment: [String: String], file: String?) throws {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
        let said = InMemoryProvider(name: "command line", values: Settings.values(commandLine))
        let written = InMemoryProvider(name: "file", values: Settings.values(try file.map(SettingsFile.read) ?? [:]))
        reader = ConfigReader(providers: [said, variables, written])
        secrets = ConfigReader(provider: variables)
    }

    private static func values(_ texts: [Setting: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(uniqueKeysWithValues: texts.map { ($0.key.key, ConfigValue(.string($0.value), isSecret: false)) })
    }

    /// Nil when nobody said anything.
    ///
    /// - precondition: it is no secret.
    func text(_ setting: Setting) -> String? {
        precondition(!setting.isSecret, "secrets are read by secret(_:)")
        return reader.string(forKey: ConfigKey(setting.key.components))
    }

    /// A whole number. Throws for anything else, and outside of the range.
    func number(_ setting: Setting, in range: ClosedRange<Int64>) throws -> Int64? {
        try text(setting).map { text in
            guard let number = Int64(text), range.contains(number) else {
                throw wrong(setting, text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    /// Several values with commas or spaces between them; empty when nobody said anything.
    func list(_ setting: Setting) -> [String] {
        (text(setting) ?? "").split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
    }

    /// From the variable, else from the file that the variable with `_FILE` at its end names; nil when there is neither.
    func secret(_ setting: Setting) throws -> String? {
        if let value = secrets.string(forKey: ConfigKey(setting.key.components), isSecret: true) { return value }
        guard let path = secrets.string(forKey: ConfigKey(setting.fileKey)) else { return nil }
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(setting.variable)_FILE names \(path), which cannot be read")
        }
        return String(decoding: contents, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// An error that says what is wrong and how to mend it.
    func wrong(_ setting: Setting, _ text: String, _ wanted: String) -> ValidationError {
        ValidationError("\(setting.name) takes \(wanted), and not “\(text)”")
    }
}

extension Setting {
    /// `karoo.admin.passwordFile`, whose variable is `KAROO_ADMIN_PASSWORD_FILE`.
    fileprivate var fileKey: [String] {
        var components = key.components
        components[components.count - 1] += "File"
        return components
    }
}

/// A file of settings, in YAML: `limits:` and below it `bodyBytes: 65536`.
enum SettingsFile {
    /// Throws, with the line, for what is no setting, for what belongs in the environment, and for what is no text, number or list.
    static func read(_ path: String) throws -> [Setting: String] {
        guard let contents = FileManager.default.contents(atPath: path) else { throw ValidationError("\(path) cannot be read") }
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: contents, as: UTF8.self))
        } catch {
            throw ValidationError("\(path) is no YAML: \(error)")
        }
        var found: [Setting: String] = [:]
        if let root { try read(root, below: "", of: path, &found) }
        return found
    }

    private static func read(_ node: Node, below name: String, of path: String, _ found: inout [Setting: String]) throws {
        if case .mapping(let mapping) = node {
            for (key, value) in mapping {
                try read(value, below: (name.isEmpty ? "" : name + ".") + (key.string ?? "?"), of: path, &found)
            }
            return
        }
        let place = "\(path):\(node.mark?.line ?? 1)"
        guard let setting = Setting(rawValue: name) else {
            throw ValidationError("\(place): there is no setting “\(name)”; docs/configuration.md has all of them")
        }
        guard !setting.isSecret else {
            throw ValidationError("\(place): \(name) is secret; set \(setting.variable), or \(setting.variable)_FILE to the path of a file with it")
        }
        switch node {
        case .scalar(let scalar): found[setting] = scalar.string
        case .sequence(let sequence): found[setting] = sequence.compactMap(\.string).joined(separator: ",")
        default: throw ValidationError("\(place): \(name) takes a text, a number or a list")
        }
    }
}
