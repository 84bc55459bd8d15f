// KarooExpress – Apache-2.0

import KarooCrypto

/// Bytes as they travel in JSON: base64url without padding.
package enum BinaryText {
    package static func text(of bytes: [UInt8]) -> String { Base64URL.encode(bytes) }

    /// Nil when the text is none that `text(of:)` gives.
    package static func bytes(of text: String) -> [UInt8]? { Base64URL.decode(text) }
}
