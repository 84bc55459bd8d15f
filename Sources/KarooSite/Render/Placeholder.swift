// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto

/// The picture of products that have none: the first letter of their category on a quiet ground.
enum Placeholder {
    static let size = PictureSize(width: 800, height: 1000)

    /// Named by its bytes, as every picture: `media/placeholder/lamps.3f9a1c20b7de.svg`.
    static func fileName(_ category: Category) -> String {
        let digest = SHA256.digest(of: Array(drawing(category).utf8)).hex(prefix: 12)
        return "media/placeholder/\(category.id).\(digest).svg"
    }

    /// A drawing that depends on nothing but the category.
    static func drawing(_ category: Category) -> String {
        let hue = hue(category.id.text)
        let initial = category.id.text.prefix(1).uppercased()
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="800" height="1000" viewBox="0 0 800 1000">\
            <rect width="800" height="1000" fill="hsl(\(hue) 22% 92%)"/>\
            <path d="M0 760h800v240H0z" fill="hsl(\(hue) 20% 86%)"/>\
            <ellipse cx="400" cy="764" rx="210" ry="26" fill="hsl(\(hue) 22% 78%)"/>\
            <rect x="210" y="330" width="380" height="430" rx="36" fill="hsl(\(hue) 26% 74%)"/>\
            <path d="M210 366a36 36 0 0 1 36-36h308a36 36 0 0 1 36 36v44H210z" fill="hsl(\(hue) 28% 66%)"/>\
            <path d="M370 330h60v150l-30-24-30 24z" fill="hsl(\(hue) 30% 84%)"/>\
            <text x="400" y="665" text-anchor="middle" font-family="ui-sans-serif,system-ui,sans-serif" font-size="170" \
            font-weight="600" fill="hsl(\(hue) 32% 40%)">\(initial)</text></svg>

            """
    }

    private static func hue(_ text: String) -> Int {
        Int(text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 360)
    }
}
