// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// A product that somebody would like to have: the address of its page, and enough to show it by.
package struct Wish: Hashable, Sendable {
    /// Of one account.
    package static let maximumPerUser = 200
    package static let maximumLength = 500

    package let url: String
    package let title: String
    package let image: String?

    /// Throws `invalid` unless address and picture are paths of the site itself.
    package init(url: String, title: String, image: String?) throws {
        guard Wish.isPath(url), !title.isEmpty, title.utf8.count <= Wish.maximumLength, image.map(Wish.isPath) ?? true else {
            throw CheckoutError(.invalid, field: "items")
        }
        self.url = url
        self.title = title
        self.image = image
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.hasPrefix("//") && text.utf8.count <= maximumLength
            && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.properties.generalCategory == .control || $0 == "\\" }
    }
}

extension Checkout {
    /// The wishes of an account, the newest first.
    package func wishes(of user: User.ID) async throws -> [Wish] {
        try await database.read { try $0.wishes(of: user) }
    }

    /// Adds wishes in front of those that there are, each once; or puts them in their place. The oldest beyond the limit go.
    package func setWishes(_ wishes: [Wish], replacing: Bool, of user: User.ID) async throws -> [Wish] {
        try await database.write { tx in
            var seen: Set<String> = []
            let all = (replacing ? wishes : wishes + (try tx.wishes(of: user))).filter { seen.insert($0.url).inserted }.prefix(Wish.maximumPerUser)
            try tx.execute("DELETE FROM wishes WHERE user_id = \(user)")
            for (place, wish) in all.enumerated() {
                try tx.execute(
                    "INSERT INTO wishes (user_id, url, title, image, position) VALUES (\(user), \(wish.url), \(wish.title), \(wish.image), \(Int64(place)))")
            }
            return Array(all)
        }
    }
}

extension Reading where Self: ~Copyable {
    func wishes(of user: User.ID) throws -> [Wish] {
        try rows("SELECT url, title, image FROM wishes WHERE user_id = \(user) ORDER BY position").map { row in
            try Wish(url: row.text("url"), title: row.text("title"), image: row.optionalText("image"))
        }
    }
}
