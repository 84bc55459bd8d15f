// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a folder with a small working marketplace to start from.")

    @Argument(help: "The folder; it must not exist, or be empty.")
    var folder: String

    func run() throws {
        let files = FileManager.default
        guard (try? files.contentsOfDirectory(atPath: folder))?.isEmpty ?? true else {
            throw ValidationError("\(folder) is not empty; name another folder")
        }
        guard let theme = InitCommand.themeFolder else {
            throw ValidationError("the theme is missing: Templates and Locales lie beside the installed karoo (make install)")
        }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["Templates", "Locales"] {
            try files.copyItem(atPath: theme.appendingPathComponent(name).path, toPath: "\(folder)/\(name)")
        }
        for (name, text) in StarterContent.files {
            let path = URL(fileURLWithPath: "\(folder)/\(name)")
            try files.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }
        print("A marketplace with one seller is in \(folder). Look at it: cd \(folder) && karoo preview")
    }

    /// Beside the program where it was installed, or above it in a checkout.
    private static var themeFolder: URL? {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path != "/" {
            let hasTheme = ["Templates/layouts", "Locales"].allSatisfy {
                FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
            }
            if hasTheme { return folder }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
