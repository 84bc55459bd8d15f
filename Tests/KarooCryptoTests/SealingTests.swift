// KarooExpress – Apache-2.0

import Testing

@testable import KarooCrypto

@Suite struct AESGCMTests {
    private static let longText =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    private static let header = "feedfacedeadbeeffeedfacedeadbeefabaddad2"

    /// "The Galois/Counter Mode of Operation" (McGrew, Viega), test cases 1, 2, 4, 13, 14 and 16.
    @Test(arguments: [
        (String(repeating: "00", count: 16), String(repeating: "00", count: 12), "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
        (
            String(repeating: "00", count: 16), String(repeating: "00", count: 12), String(repeating: "00", count: 16), "",
            "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"
        ),
        (
            "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", longText, header,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47"
        ),
        (String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        (
            String(repeating: "00", count: 32), String(repeating: "00", count: 12), String(repeating: "00", count: 16), "",
            "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", longText, header,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func vectors(key: String, nonce: String, text: String, associated: String, ciphertext: String, tag: String) throws {
        let cipher = try AESGCM(key: bytes(key))
        let sealed = try cipher.encrypt(bytes(text), nonce: bytes(nonce), associated: bytes(associated))
        #expect(hex(sealed.ciphertext) == ciphertext && hex(sealed.tag) == tag)
        let whole = bytes(nonce) + bytes(ciphertext) + bytes(tag)
        #expect(try cipher.open(whole, associated: bytes(associated)) == bytes(text))
    }

    @Test func whatIsSealedIsOpenedAndEveryChangeIsNoticed() throws {
        let cipher = try AESGCM(key: SecureRandom.bytes(32))
        let text = Array("a secret of the second factor".utf8)
        let sealed = try cipher.seal(text, associated: Array("user_1".utf8))
        #expect(sealed.count == text.count + 28)
        #expect(try cipher.open(sealed, associated: Array("user_1".utf8)) == text)
        for bit in 0..<(sealed.count * 8) {
            var wrong = sealed
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoError.notAuthentic) { try cipher.open(wrong, associated: Array("user_1".utf8)) }
        }
        for length in [0, 11, 27, sealed.count - 1] {
            #expect(throws: CryptoError.notAuthentic) {
                try cipher.open(Array(sealed[..<length]), associated: Array("user_1".utf8))
            }
        }
        #expect(throws: CryptoError.notAuthentic) { try cipher.open(sealed, associated: Array("user_2".utf8)) }
        #expect(throws: CryptoError.notAuthentic) { try cipher.open(sealed) }
        #expect(throws: CryptoError.notAuthentic) {
            try AESGCM(key: SecureRandom.bytes(32)).open(sealed, associated: Array("user_1".utf8))
        }
    }

    @Test func nothingAndMuchCanBeSealed() throws {
        let cipher = try AESGCM(key: SecureRandom.bytes(32))
        for length in [0, 1, 15, 16, 17, 100_000] {
            let text = SecureRandom.bytes(length)
            #expect(try cipher.open(cipher.seal(text)) == text)
        }
        #expect(try cipher.seal([1]) != cipher.seal([1]))
    }

    @Test func keysHaveTheirLength() {
        for length in [0, 15, 24, 31, 33] {
            #expect(throws: CryptoError.wrongLength(of: "a key of AES", bytes: length, expected: "32 or 16")) {
                try AESGCM(key: [UInt8](repeating: 0, count: length))
            }
        }
    }
}

@Suite struct ScryptTests {
    /// RFC 7914, section 12; its fourth vector takes 1 GiB and is left out.
    @Test(
        arguments: [
            (
                "", "", 16, 1, 1,
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", 1_024, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ] as [(String, String, UInt64, UInt64, UInt64, String)])
    func vectors(
        password: String, salt: String, cost: UInt64, blockSize: UInt64, parallelization: UInt64, expected: String
    ) throws {
        let parameters = try Scrypt.Parameters(cost: cost, blockSize: blockSize, parallelization: parallelization)
        let key = try Scrypt.derive(
            password: Array(password.utf8), salt: Array(salt.utf8), parameters: parameters, byteCount: 64)
        #expect(hex(key) == expected)
    }

    /// libcrypto's own limit of 32 MiB does not stand in the way.
    @Test func theRecommendedParametersWork() throws {
        let key = try Scrypt.derive(
            password: Array("correct horse".utf8), salt: Array("0123456789abcdef".utf8), parameters: .password, byteCount: 32)
        #expect(key.count == 32)
        #expect(Scrypt.Parameters.password.memoryByteCount == 134_218_752)
        #expect(try Scrypt.Parameters(cost: 1 << 17, blockSize: 8, parallelization: 1) == .password)
    }

    @Test(
        arguments: [(0, 8, 1), (1, 8, 1), (3, 8, 1), (1_024, 0, 1), (1_024, 8, 0), (1 << 24, 8, 1), (1 << 40, 8, 1), (2, 65, 1)] as [(UInt64, UInt64, UInt64)])
    func parametersAreChecked(cost: UInt64, blockSize: UInt64, parallelization: UInt64) {
        #expect(throws: CryptoError.self) {
            try Scrypt.Parameters(cost: cost, blockSize: blockSize, parallelization: parallelization)
        }
    }

    @Test func lengthsAreChecked() throws {
        let parameters = try Scrypt.Parameters(cost: 2, blockSize: 1, parallelization: 1)
        for length in [0, -1, 1_025] {
            #expect(throws: CryptoError.self) {
                try Scrypt.derive(password: [], salt: [], parameters: parameters, byteCount: length)
            }
        }
    }

    @Test func errorsSayWhatIsWrong() {
        for error: CryptoError in [
            .notAuthentic, .badKeyText("x"), .badParameters("y"), .wrongLength(of: "a", bytes: 1, expected: "2"),
            .refused(by: "f", reason: "r"),
        ] { #expect(!error.description.isEmpty) }
        #expect(refusal(by: "EVP_None") == .refused(by: "EVP_None", reason: "no reason given"))
    }
}
