// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// What a browser needs to know of an edition to install it (W3C Web Application Manifest): one for each edition, since its name, its
/// direction and where it begins are those of its language and market.
enum WebManifest {
    static let fileName = "manifest.webmanifest"

    /// The icons that a theme may have, with what they are for.
    private static let icons: [(asset: String, sizes: String, purpose: String)] = [
        ("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"), ("icon-maskable.png", "512x512", "maskable"),
    ]

    static func write(_ composer: Composer, _ assets: Assets, to bytes: Bytes) {
        let marketplace = composer.marketplace
        var pen = JSONPen(bytes)
        pen.object { json in
            json.member("name", marketplace.name)
            json.member("short_name", marketplace.name)
            if let description = composer.text(marketplace.description) { json.member("description", description) }
            json.member("lang", composer.edition.edition.tag)
            json.member("dir", composer.formats.isRightToLeft ? "rtl" : "ltr")
            json.member("id", composer.path(.home))
            json.member("start_url", composer.path(.home))
            json.member("scope", "\(marketplace.basePath)/")
            json.member("display", "standalone")
            json.member("background_color", "#ffffff")
            json.member("theme_color", "#0b63ce")
            json.name("icons")
            json.array { json in
                for icon in icons {
                    guard let asset = assets.published[icon.asset] else { continue }
                    json.object { json in
                        json.member("src", composer.filePath(asset.name))
                        json.member("sizes", icon.sizes)
                        json.member("type", "image/png")
                        json.member("purpose", icon.purpose)
                    }
                }
            }
            json.name("shortcuts")
            json.array { json in
                for (word, name) in [(Word.searchTitle, "search"), (.wishlistTitle, "wishlist")] {
                    json.object { json in
                        json.member("name", composer.words.text(word))
                        json.member("url", composer.path(.plain(name)))
                    }
                }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
