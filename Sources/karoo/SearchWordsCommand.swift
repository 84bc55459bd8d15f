// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooSearch

struct SearchWordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "words", abstract: "Say which words the search makes of texts: JSON strings, one in each line of standard input.")

    func run() throws {
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        var number = 0
        while let line = readLine() {
            number += 1
            guard let text = try? decoder.decode(String.self, from: Data(line.utf8)) else {
                throw ValidationError("line \(number) is no JSON string")
            }
            print(String(decoding: try encoder.encode(QueryKey.words(of: text)), as: UTF8.self))
        }
    }
}
