// KarooExpress – Apache-2.0

import Testing

@testable import KarooCrypto

@Suite struct Ed25519Tests {
    /// RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc).
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ])
    func vectors(seed: String, publicKey: String, message: String, signature: String) throws {
        let key = try SigningKey(seed: bytes(seed))
        #expect(hex(key.verifyingKey.bytes) == publicKey)
        #expect(hex(try key.sign(bytes(message))) == signature)
        let verifying = try VerifyingKey(bytes: bytes(publicKey))
        #expect(verifying.isValid(bytes(signature), for: bytes(message)))
        #expect(!verifying.isValid(bytes(signature), for: bytes(message) + [0]))
    }

    @Test func everyChangedBitIsNoticed() throws {
        let key = try SigningKey(seed: Array(0..<32))
        let message = Array("KarooExpress offer book".utf8)
        let signature = try key.sign(message)
        #expect(key.verifyingKey.isValid(signature, for: message))
        for bit in 0..<512 {
            var wrong = signature
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifyingKey.isValid(wrong, for: message))
        }
        for bit in 0..<(message.count * 8) {
            var wrong = message
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifyingKey.isValid(signature, for: wrong))
        }
        for length in [0, 63, 65, 128] {
            #expect(!key.verifyingKey.isValid([UInt8](repeating: 1, count: length), for: message))
        }
        #expect(!(try SigningKey().verifyingKey.isValid(signature, for: message)))
    }

    @Test func keysAreReadFromTheirTexts() throws {
        let key = try SigningKey()
        for text in [key.text, key.pem, " \(key.text)\n", "\r\n" + key.pem.replacing("\n", with: "\r\n")] {
            let read = try SigningKey(text: text)
            #expect(read.seed == key.seed && read.verifyingKey == key.verifyingKey)
        }
        for text in [key.verifyingKey.text, key.verifyingKey.pem, "\(key.verifyingKey.text)\n"] {
            #expect(try VerifyingKey(text: text) == key.verifyingKey)
        }
        #expect(key.text.utf8.count == 43 && key.verifyingKey.text.utf8.count == 43)
        #expect(try SigningKey().text != key.text)
    }

    /// A pair that `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` wrote.
    @Test func keysOfOpenSSLAreRead() throws {
        let key = try SigningKey(
            text: """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIPvWY/bqbRtWj/14HJGCqG7ExJ2RPBKsb/WJbgnM3i+r
                -----END PRIVATE KEY-----
                """)
        let pem = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAFoAv+zoUnTvE/PoBPaxiClKaWsQyeiKfTEyyrWle24Y=
            -----END PUBLIC KEY-----

            """
        #expect(try VerifyingKey(text: pem) == key.verifyingKey)
        #expect(key.verifyingKey.pem == pem)
    }

    @Test func theIdNamesTheKey() throws {
        let key = try SigningKey(seed: Array(0..<32)).verifyingKey
        #expect(hex(key.bytes) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        #expect(key.id == "56475aa7")
        #expect(Set([key, try VerifyingKey(bytes: key.bytes)]).count == 1)
    }

    @Test(arguments: [
        "", "x", String(repeating: "A", count: 42), String(repeating: "A", count: 44), "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPvWY\n-----END PRIVATE KEY-----",
        "-----END PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPvWY/bqbRtWj/14HJGCqG7ExJ2RPBKsb/WJbgnM3i+r\n-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIPvWY/bqbRtWj/14HJGCqG7ExJ2RPBKsb/WJbgnM3i+r\n-----END PRIVATE KEY-----",
    ])
    func otherTextsAreNoKey(text: String) {
        #expect(throws: CryptoError.self) { try SigningKey(text: text) }
        #expect(throws: CryptoError.self) { try VerifyingKey(text: text.replacing("PRIVATE", with: "PUBLIC")) }
    }

    @Test func aSecretKeyIsNotTakenForAPublicOne() throws {
        let key = try SigningKey()
        #expect(throws: CryptoError.self) { try VerifyingKey(text: key.pem) }
        #expect(throws: CryptoError.self) { try SigningKey(text: key.verifyingKey.pem) }
    }

    @Test func lengthsAreChecked() {
        for length in [0, 31, 33, 64] {
            let bytes = [UInt8](repeating: 1, count: length)
            #expect(throws: CryptoError.wrongLength(of: "the seed of a signing key", bytes: length, expected: "32")) {
                try SigningKey(seed: bytes)
            }
            #expect(throws: CryptoError.wrongLength(of: "a public key", bytes: length, expected: "32")) {
                try VerifyingKey(bytes: bytes)
            }
        }
    }

    @Test func oneKeySignsInManyTasks() async throws {
        let key = try SigningKey()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let message = Array("message \(number)".utf8)
                    return key.verifyingKey.isValid(try key.sign(message), for: message)
                }
            }
            for try await isValid in group { #expect(isValid) }
        }
    }
}
