// KarooExpress – Apache-2.0

import ArgumentParser
import KarooCrypto

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make and show the keys that sign offer books.", subcommands: [New.self, Public.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a pair: the private key into a file that only you can read, the public key on standard output.")

        @Argument(help: "The file of the private key; it must not exist yet.")
        var file: String

        func run() throws {
            let key = try SigningKey()
            try SigningKeyFile.write(key, to: file)
            KeysCommand.show(key.verifyingKey)
        }
    }

    struct Public: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the public key of a private one.")

        @Argument(help: "The file of the private key; without it the variable KAROO_SIGNING_KEY.")
        var file: String?

        func run() throws {
            guard let key = try SigningKeyFile.load(file) else {
                throw ValidationError("name the file of a private key, or set \(SigningKeyFile.variable)")
            }
            KeysCommand.show(key.verifyingKey)
        }
    }

    private static func show(_ key: VerifyingKey) {
        print("id      \(key.id)")
        print("public  \(key.text)")
    }
}
