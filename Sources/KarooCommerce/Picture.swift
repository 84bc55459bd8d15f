// KarooExpress – Apache-2.0

/// A picture as Content names it.
public struct Picture: Sendable, Equatable {
    /// The file's name as Content gives it, or the address of a remote picture.
    public let name: String
    public let alternative: LocalizedText

    public init(name: String, alternative: LocalizedText = LocalizedText()) {
        self.name = name
        self.alternative = alternative
    }

    /// True when the picture is an address elsewhere, which the build never shows.
    public var isRemote: Bool { name.hasPrefix("https://") || name.hasPrefix("http://") }
}
