// KarooExpress – Apache-2.0

/// A plural category of Unicode CLDR (Unicode Technical Standard 35, part 3, "Language Plural Rules").
///
/// Which of them a language has, and which numbers fall into which, only CLDR knows: ask
/// `LocaleFormats.pluralCategory(_:)`.
public enum PluralCategory: String, CaseIterable, Hashable, Sendable, Comparable {
    case zero, one, two, few, many, other

    /// In the order in which CLDR lists them.
    public static func < (left: PluralCategory, right: PluralCategory) -> Bool {
        left.order < right.order
    }

    private var order: Int {
        switch self {
        case .zero: 0
        case .one: 1
        case .two: 2
        case .few: 3
        case .many: 4
        case .other: 5
        }
    }
}
