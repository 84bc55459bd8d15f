// KarooExpress – Apache-2.0

import COpenSSL

/// Comparing secrets without telling, by the time it takes, how far they agree.
package enum ConstantTime {
    /// Whether both have the same bytes. Only a difference in length shows in the time.
    package static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return first.withPointer { left, count in
            second.withPointer { right, _ in CRYPTO_memcmp(left, right, count) == 0 }
        }
    }

    /// Whether both have the same UTF-8 bytes. Only a difference in length shows in the time.
    package static func isEqual(_ first: String, _ second: String) -> Bool {
        isEqual(Array(first.utf8), Array(second.utf8))
    }
}
