// KarooExpress – Apache-2.0

import KarooTemplate

/// The items as RSS with Google's names.
enum MerchantFeed {
    static func write(_ products: [Int32], _ composer: Composer, to bytes: Bytes) {
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n" as StaticString)
        element("title", composer.marketplace.name, to: bytes)
        element("link", composer.absolute(.home), to: bytes)
        element("description", composer.text(composer.marketplace.description) ?? composer.marketplace.name, to: bytes)
        FeedItem.each(of: products, composer) { item in
            bytes.append("<item>\n" as StaticString)
            for (column, value) in item.values { element("g:\(column)", value, to: bytes) }
            for (country, price) in item.shipping {
                bytes.append("<g:shipping>" as StaticString)
                element("g:country", country, to: bytes)
                element("g:price", price, to: bytes)
                bytes.append("</g:shipping>\n" as StaticString)
            }
            bytes.append("</item>\n" as StaticString)
        }
        bytes.append("</channel>\n</rss>\n" as StaticString)
    }

    private static func element(_ name: String, _ text: String, to bytes: Bytes) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(name)
        bytes.append(UInt8(ascii: ">"))
        bytes.appendEscapingXML(text)
        bytes.append("</" as StaticString)
        bytes.append(name)
        bytes.append(">\n" as StaticString)
    }
}
