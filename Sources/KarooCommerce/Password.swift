// KarooExpress – Apache-2.0

import Foundation

/// A password as it is hashed: the UTF-8 of Unicode's composed form (NFC), so that it is the same from every keyboard.
public struct Password: Sendable {
    /// Of characters as people count them.
    public static let minimumLength = 10
    public static let maximumLength = 256
    /// However the characters are made up: what is longer is refused before anything is done with it.
    public static let maximumBytes = 1_024

    /// Why a new password is refused.
    public enum Refusal: Error, Hashable, Sendable {
        case tooShort, tooLong
        /// Everybody who guesses tries it.
        case tooCommon
    }

    public let bytes: [UInt8]

    /// A password that somebody logs in with. Throws `tooLong` and nothing else.
    public init(entered text: String) throws(Refusal) {
        guard text.utf8.count <= Password.maximumBytes else { throw .tooLong }
        bytes = Array(text.precomposedStringWithCanonicalMapping.utf8)
    }

    /// A password that somebody chooses.
    ///
    /// - parameter owner: texts that others know of the owner, such as the e-mail address; none of them is a password.
    public init(chosen text: String, owner: [String]) throws(Refusal) {
        try self.init(entered: text)
        let composed = text.precomposedStringWithCanonicalMapping
        guard composed.count <= Password.maximumLength else { throw .tooLong }
        guard composed.count >= Password.minimumLength else { throw .tooShort }
        guard !Password.isCommon(composed), !Password.isMadeOf(owner, composed) else { throw .tooCommon }
    }

    // MARK: What everybody tries

    /// True when little is left once the words, walks over the keyboard and repetitions are taken away that guessers begin with.
    static func isCommon(_ text: String) -> Bool {
        let plain = Array(text.lowercased().unicodeScalars)
        guard Set(plain).count >= 5 else { return true }
        return [plain, plain.map { disguises[$0] ?? $0 }].contains { remainder(of: $0, without: words).count < minimumRemainder }
    }

    /// True when it is what is known of the owner, with little besides.
    private static func isMadeOf(_ owner: [String], _ text: String) -> Bool {
        let parts: [String] = owner.flatMap { text in [text] + text.split { !$0.isLetter && !$0.isNumber }.map { String($0) } }
        let known: [[Unicode.Scalar]] = parts.map { Array($0.lowercased().unicodeScalars) }.filter { $0.count >= 4 }.sorted { $0.count > $1.count }
        return remainder(of: Array(text.lowercased().unicodeScalars), without: known).count < minimumRemainder
    }

    /// So many characters have to be left that nobody's list has.
    private static let minimumRemainder = 5

    /// What is left after known words and runs (`4567`, `aaaa`, `qwer`) are taken out.
    private static func remainder(of text: [Unicode.Scalar], without words: [[Unicode.Scalar]]) -> [Unicode.Scalar] {
        var left: [Unicode.Scalar] = []
        var place = 0
        while place < text.count {
            if let word = words.first(where: { text[place...].starts(with: $0) }) {
                place += word.count
                continue
            }
            let run = lengthOfRun(text[place...])
            if run >= 3 {
                place += run
            } else {
                left.append(text[place])
                place += 1
            }
        }
        return left
    }

    /// How many characters go one up, one down, or stay, or lie side by side on a keyboard.
    private static func lengthOfRun(_ text: ArraySlice<Unicode.Scalar>) -> Int {
        func length(_ follows: (Unicode.Scalar, Unicode.Scalar) -> Bool) -> Int {
            zip(text, text.dropFirst()).prefix { follows($0, $1) }.count + 1
        }
        let steps = [0, 1, -1].map { step in length { Int($1.value) - Int($0.value) == step } }
        let walks = rows.map { row in
            length { first, second in
                guard let from = row.firstIndex(of: first), let to = row.firstIndex(of: second) else { return false }
                return abs(to - from) == 1
            }
        }
        return (steps + walks).max() ?? 0
    }

    private static let rows: [[Unicode.Scalar]] = ["1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p"]
        .map { text in Array(text.unicodeScalars) }

    private static let disguises: [Unicode.Scalar: Unicode.Scalar] = ["0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i"]

    /// Longest first, so that `password` is taken before `pass`.
    private static let words: [[Unicode.Scalar]] = """
        password passwort passwd motdepasse contrasena senha wachtwoord pass secret geheim letmein welcome willkommen bienvenue changeme default \
        login logmein admin administrator root user guest test testing demo example sample qwerty azerty qwertz asdf monkey dragon master hello hallo \
        bonjour freedom whatever trustno sunshine princess prinzessin flower summer sommer winter spring autumn herbst january february march april june july \
        august september october november december monday tuesday friday sunday iloveyou ilove love liebe lovely baby angel michael jordan jennifer \
        daniel thomas andrew joshua charlie robert george matthew hunter buster soccer football fussball baseball hockey basketball liverpool arsenal \
        chelsea barcelona ferrari mercedes porsche batman superman spiderman pokemon starwars matrix computer internet google facebook amazon samsung \
        apple windows linux server shadow killer pepper ginger cookie cheese banana orange chocolate schokolade ranger access mustang corvette harley \
        samantha ashley nicole jessica hannah thunder tigger maggie purple yellow silver golden diamond karoo express market shop store shopping money \
        schatz hase maus sonne stern gott jesus christ heaven family familie friend forever company business office home house secure security \
        private public number zaq xsw cde vfr nothing something anything correct horse battery staple
        """.split(whereSeparator: \.isWhitespace).map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }
}
