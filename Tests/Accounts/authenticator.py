# KarooExpress – Apache-2.0
"""A security key in software: it makes passkeys and signs with them, or wrongly where a test says so."""

import hashlib
import json
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from fido2 import cbor
from fido2.cose import ES256, EdDSA
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    def __init__(self, algorithm="ES256"):
        self.id = os.urandom(32)
        self.count = 0
        if algorithm == "ES256":
            self.key = ec.generate_private_key(ec.SECP256R1())
            self.cose = ES256.from_cryptography_key(self.key.public_key())
        else:
            self.key = ed25519.Ed25519PrivateKey.generate()
            self.cose = EdDSA.from_cryptography_key(self.key.public_key())

    def client_data(self, kind, challenge, origin, **more):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False, **more}).encode()

    def data(self, party, flags, attested=b""):
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + attested

    def create(self, challenge, origin, party, flags=PRESENT | VERIFIED | ATTESTED, kind="webauthn.create", cose=None, tail=b"", **more):
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(dict(cose or self.cose)) + tail
        data = self.data(party, flags, attested if flags & ATTESTED else b"")
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "id": websafe_encode(self.id), "clientDataJSON": websafe_encode(self.client_data(kind, challenge, origin, **more)),
            "attestationObject": websafe_encode(attestation),
        }

    def get(self, challenge, origin, party, flags=PRESENT | VERIFIED, kind="webauthn.get", grows=True, **more):
        self.count += 1 if grows else 0
        client = self.client_data(kind, challenge, origin, **more)
        data = self.data(party, flags)
        return {
            "id": websafe_encode(self.id), "clientDataJSON": websafe_encode(client), "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.sign(data + hashlib.sha256(client).digest())),
        }

    def sign(self, message):
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def flipped(text):
    """The same bytes in base64url, but for one bit at their end."""
    data = bytearray(websafe_decode(text))
    data[-1] ^= 1
    return websafe_encode(bytes(data))
