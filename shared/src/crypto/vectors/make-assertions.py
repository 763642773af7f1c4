"""Signs one assertion with each algorithm, by an implementation of its own. Needs: pip install cryptography."""
import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

RP_ID, ORIGIN = "coordinator.example", "https://coordinator.example"
CHALLENGE = hashlib.sha256(b"a canonical act").digest()


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    if n < 256:
        return bytes([major << 5 | 24, n])
    return bytes([major << 5 | 25]) + struct.pack(">H", n)


def cbor(value):
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def big(n):
    return n.to_bytes((n.bit_length() + 7) // 8, "big")


def es256():
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    return cose, lambda message: key.sign(message, ec.ECDSA(hashes.SHA256()))


def eddsa():
    key = ed25519.Ed25519PrivateKey.generate()
    return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}, key.sign


def rs256():
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    cose = {1: 3, 3: -257, -1: big(numbers.n), -2: big(numbers.e)}
    return cose, lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def assertion(name, make):
    cose, sign = make()
    challenge = base64.urlsafe_b64encode(CHALLENGE).rstrip(b"=").decode()
    client = json.dumps(
        {"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN, "crossOrigin": False},
        separators=(",", ":"),
    ).encode()
    data = hashlib.sha256(RP_ID.encode()).digest() + bytes([0x05]) + struct.pack(">I", 7)
    signature = sign(data + hashlib.sha256(client).digest())
    return {
        "name": name,
        "publicKey": cbor(cose).hex(),
        "challenge": CHALLENGE.hex(),
        "authenticatorData": data.hex(),
        "clientDataJSON": client.hex(),
        "signature": signature.hex(),
    }


print(json.dumps([assertion(make.__name__, make) for make in (es256, eddsa, rs256)], indent=2))
