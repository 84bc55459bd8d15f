// KarooExpress – Apache-2.0

import Testing

@testable import KarooCrypto

/// Vectors: FIPS 180-4 examples of NIST, RFC 4231.
@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func sha256(text: String, expected: String) {
        #expect(SHA256.digest(of: text).hex == expected)
        #expect(SHA256.digest(of: Array(text.utf8)).hex == expected)
    }

    @Test func sha256OfOneByte() {
        #expect(
            SHA256.digest(of: [0xBD]).hex == "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b")
    }

    @Test func aHasherTakesPiecesAndServesAgain() {
        let hasher = SHA256.Hasher()
        let message = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for length in [0, 1, 55, 56, 63, 64, 65, 200, 1_000] {
            let part = Array(message[..<length])
            for cut in [0, length / 3, length / 2, length] {
                hasher.update(Array(part[..<cut]))
                hasher.update([])
                hasher.update(Array(part[cut...]))
                #expect(hasher.finish() == SHA256.digest(of: part))
            }
        }
        #expect(hasher.finish() == SHA256.digest(of: ""))
        hasher.update("ab")
        hasher.update(0x6364_6566_6768_696A)
        #expect(hasher.finish() == SHA256.digest(of: "abcdefghij"))
    }

    @Test func aDigestIsItsBytesAndItsText() throws {
        let digest = SHA256.digest(of: "abc")
        #expect(digest.bytes == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(digest.hex(prefix: 0) == "" && digest.hex(prefix: 12) == "ba7816bf8f01" && digest.hex(prefix: 64) == digest.hex)
        #expect(digest.bytes.withUnsafeBytes { Digest($0) } == digest)
        #expect("\(digest)" == digest.hex)
        #expect(MemoryLayout<Digest>.size == 32)
        for text in ["", "ba", digest.hex + "0", String(digest.hex.dropLast()), String(repeating: "g", count: 64)] {
            #expect(Digest(hex: text) == nil)
        }
    }

    @Test func digestsAreOrderedByTheirBytes() throws {
        let low = try #require(Digest(hex: "00" + String(repeating: "ff", count: 31)))
        let high = try #require(Digest(hex: "01" + String(repeating: "00", count: 31)))
        let last = try #require(Digest(hex: "01" + String(repeating: "00", count: 30) + "01"))
        #expect(low < high && high < last && !(high < low) && Set([low, high, low]).count == 2)
    }

    @Test(arguments: [
        (
            String(repeating: "0b", count: 20), "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "aa", count: 131),
            hex(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            hex(
                Array(
                    ("This is a test using a larger than block-size key and a larger than block-size data. "
                        + "The key needs to be hashed before being used by the HMAC algorithm.").utf8)),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func hmac(key: String, message: String, expected: String) {
        let code = HMAC.sha256(bytes(message), key: bytes(key))
        #expect(code.hex == expected)
        #expect(HMAC.isValid(code.bytes, for: bytes(message), key: bytes(key)))
        var wrong = code.bytes
        wrong[31] ^= 1
        #expect(!HMAC.isValid(wrong, for: bytes(message), key: bytes(key)))
        #expect(!HMAC.isValid([], for: bytes(message), key: bytes(key)))
        #expect(!HMAC.isValid(Array(code.bytes.dropLast()), for: bytes(message), key: bytes(key)))
    }

    /// The code of nothing under nothing is HMAC's, too (value of RFC 2104 as other libraries compute it).
    @Test func hmacOfNothing() {
        #expect(
            HMAC.sha256([], key: []).hex == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func comparisonInConstantTime() {
        #expect(ConstantTime.isEqual([UInt8](), []))
        #expect(ConstantTime.isEqual([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.isEqual([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.isEqual([1, 2, 3], [1, 2]))
        #expect(ConstantTime.isEqual("token", "token") && !ConstantTime.isEqual("token", "tokem"))
    }

    @Test func randomBytesDiffer() {
        let drawn = Set((0..<1_000).map { _ in SecureRandom.bytes(16) })
        #expect(drawn.count == 1_000 && drawn.allSatisfy { $0.count == 16 })
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.token().utf8.count == 43 && SecureRandom.token(bytes: 16).utf8.count == 22)
        // Each of the 256 values comes up about 1,000 times in 256,000 bytes.
        var counts = [Int](repeating: 0, count: 256)
        for byte in SecureRandom.bytes(256_000) { counts[Int(byte)] += 1 }
        #expect(counts.allSatisfy { (700...1_300).contains($0) })
    }

    @Test(arguments: [
        ("", ""), ("66", "Zg"), ("666f", "Zm8"), ("666f6f", "Zm9v"), ("666f6f62", "Zm9vYg"), ("666f6f6261", "Zm9vYmE"),
        ("666f6f626172", "Zm9vYmFy"), ("fbff", "-_8"), ("ffffff", "____"),
    ])
    func base64URL(hexadecimal: String, text: String) {
        #expect(Base64URL.encode(bytes(hexadecimal)) == text)
        #expect(Base64URL.decode(text) == bytes(hexadecimal))
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zé9v", "Zm9vY"])
    func whatIsNotBase64URLIsRefused(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func base64URLIsReadAgain() {
        for length in 0..<100 {
            let random = SecureRandom.bytes(length)
            #expect(Base64URL.decode(Base64URL.encode(random)) == random)
        }
    }
}
