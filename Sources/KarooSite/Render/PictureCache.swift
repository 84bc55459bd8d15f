// KarooExpress – Apache-2.0

import Glibc

/// What was made of pictures, so that only new ones cost time: a folder for each set, named by what it was made of.
///
/// A set is made elsewhere and comes in whole, by one rename; a build that is killed leaves none in part.
struct PictureCache: Sendable {
    /// Sets that are no longer used are kept up to so many times the number of those that are, and a few more.
    private static let slack = 2
    private static let spare = 256
    private static let toneName = "tone"
    private static let refusedName = "refused"

    private let root: String
    /// Where sets are made; belongs to the builds of one output folder, of which there is one at a time.
    let workshop: String

    /// Clears away what a killed build has left in the workshop.
    init(root: String, owner: String) throws(BuildIssue) {
        self.root = root
        workshop = "\(root)/making-\(owner)"
        removeTree(workshop)
        for folder in [root, workshop] {
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw BuildIssue(.error, file: folder, "cannot be made: \(systemMessage())") }
        }
    }

    func close() { removeTree(workshop) }

    func folder(of key: String) -> String { "\(root)/\(key.prefix(2))/\(key)" }

    /// The mean colour of a set; nil when the set has not been made. A set without a colour has white.
    func tone(of key: String) -> Tone?? {
        guard let file = try? FileBytes(path: "\(folder(of: key))/\(PictureCache.toneName)", shown: key), let text = try? file.text(shown: key) else { return nil }
        return .some(Tone(hex: text))
    }

    /// Puts a set that is ready into its place.
    func take(_ making: String, key: String, tone: Tone?) throws(BuildIssue) {
        try replaceFile("\(making)/\(PictureCache.toneName)", with: Array((tone?.hex ?? "").utf8))
        mkdir("\(root)/\(key.prefix(2))", 0o755)
        guard rename(making, folder(of: key)) == 0 || errno == EEXIST || errno == ENOTEMPTY else {
            throw BuildIssue(.error, file: folder(of: key), "cannot be put in its place: \(systemMessage())")
        }
    }

    /// Remembers that a set could not be made within its bounds, so that not every build waits for it.
    func refuse(_ making: String, key: String) throws(BuildIssue) {
        removeTree(making)
        mkdir(making, 0o755)
        try replaceFile("\(making)/\(PictureCache.refusedName)", with: [])
        mkdir("\(root)/\(key.prefix(2))", 0o755)
        rename(making, folder(of: key))
    }

    func isRefused(_ key: String) -> Bool { access("\(folder(of: key))/\(PictureCache.refusedName)", F_OK) == 0 }

    /// Takes away sets that nobody uses, when there are many.
    func prune(used: Set<String>) {
        let groups = names(in: root).filter { $0.utf8.count == 2 }
        let kept = groups.flatMap { group in names(in: "\(root)/\(group)") }
        guard kept.count > used.count * PictureCache.slack + PictureCache.spare else { return }
        for key in kept where !used.contains(key) { removeTree(folder(of: key)) }
    }
}

/// The names in a folder, but for those that begin with a dot; empty when there is none.
private func names(in folder: String) -> [String] { SourceFolder(path: folder, shown: folder).names()?.map(\.name) ?? [] }

/// Removes a folder of the build's own with all that is in it. Links are removed and not followed.
private func removeTree(_ path: String) {
    guard unlink(path) != 0, errno == EISDIR || errno == EPERM else { return }
    for name in names(in: path) { removeTree("\(path)/\(name)") }
    rmdir(path)
}
