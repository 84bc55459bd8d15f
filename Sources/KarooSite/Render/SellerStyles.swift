// KarooExpress – Apache-2.0

import KarooCommerce

/// The style sheet of what Content decides: the colours of sellers, of swatches and of pictures, since pages carry no style of their own.
enum SellerStyles {
    static let assetName = "sellers.css"

    static func sheet(_ sellers: [Seller], _ attributes: AttributeTable, hasTones: Bool) -> String {
        var css = ""
        for seller in sellers {
            guard let accent = seller.accent.flatMap({ Accent($0.lowercased()) }) else { continue }
            css += ".accent-\(seller.id){--seller:light-dark(\(accent.onLight),\(accent.onDark))}\n"
        }
        for (key, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            for choice in attribute.choices {
                guard let hex = choice.hex else { continue }
                css += ".\(swatchClass(key, choice.key)){background-color:\(hex.lowercased())}\n"
            }
        }
        // The element that chooses among renditions takes no place of its own.
        if hasTones { css += "picture{display:contents}\n" + Tone.sheet }
        return css
    }

    static func swatchClass(_ key: Attribute.Key, _ value: String) -> String {
        "swatch-" + "\(key)-\(value)".map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? String($0) : "_" }.joined()
    }
}
