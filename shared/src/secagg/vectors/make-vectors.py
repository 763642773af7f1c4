"""Makes secure-sum.json: the hashes, seeds, masks and masked vectors of a secure attempt, computed from docs/protocol/v1.md
section 4.1 with Python's hashlib, hmac and the package cryptography alone. Run: python make-vectors.py > secure-sum.json"""
import base64
import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SITES = ["clinic-b", "hospital-a", "zentrum-c", "hospital-10"]
DROPPED = "hospital-a"
WORDS = 11


def fixed(label):
    return hashlib.sha256(("vector " + label).encode()).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def hkdf(key, salt, info, length=32):
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()[:length]


def public(secret):
    key = X25519PrivateKey.from_private_bytes(secret).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def mask(seed, words):
    encryptor = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    return struct.unpack("<%dI" % words, encryptor.update(bytes(4 * words)))


def add(vector, words, sign):
    return [(a + sign * b) % 2**32 for a, b in zip(vector, words)]


attempt = {
    "attemptId": fixed("attempt")[:16].hex(),
    "manifestHash": "sha256:" + fixed("manifest").hex(),
    "peersHash": "sha256:" + fixed("peers").hex(),
    "sharersHash": "sha256:" + fixed("sharers").hex(),
}
context = hashlib.sha256(b"consilium/v1/secure-context\0" + canonical(attempt)).digest()
secrets = {site: {"maskSecret": fixed("s " + site), "selfSeed": fixed("b " + site)} for site in SITES}
updates = {
    site: list(struct.unpack("<%dI" % WORDS, b"".join(fixed("q %s %d" % (site, i)) for i in range(2))[: 4 * WORDS]))
    for site in SITES
}


def self_seed(site):
    return hkdf(secrets[site]["selfSeed"], context, b"consilium/v1/self-mask\0" + site.encode())


def pair_seed(own, their):
    private = X25519PrivateKey.from_private_bytes(secrets[own]["maskSecret"])
    shared = private.exchange(X25519PublicKey.from_public_bytes(public(secrets[their]["maskSecret"])))
    first, second = sorted([own, their])
    return hkdf(shared, context, b"consilium/v1/pair-mask\0" + first.encode() + b"\0" + second.encode())


def masked(site):
    vector = add(updates[site], mask(self_seed(site), WORDS), 1)
    for other in SITES:
        if other != site:
            vector = add(vector, mask(pair_seed(site, other), WORDS), 1 if other > site else -1)
    return vector


share = fixed("share") + b"\x07"
place = {"attemptId": attempt["attemptId"], "dealer": SITES[0], "holder": SITES[1], "kind": "mask-key"}
binding = {"attemptId": attempt["attemptId"], "from": SITES[0], "peersHash": attempt["peersHash"], "to": SITES[1]}
survivors = [site for site in SITES if site != DROPPED]
total = [0] * WORDS
for site in survivors:
    total = add(total, updates[site], 1)
long_stream = Cipher(algorithms.AES(fixed("stream")), modes.CTR(bytes(16))).encryptor().update(bytes(2**20 + 64))

print(json.dumps({
    "attempt": attempt,
    "context": context.hex(),
    "commitment": {"place": place, "share": share.hex(),
                   "hash": hashlib.sha256(b"consilium/v1/share\0" + canonical(place) + b"\0" + share).hexdigest()},
    "binding": {"place": binding, "hash": hashlib.sha256(canonical(binding)).hexdigest()},
    "sites": [{
        "siteId": site,
        "maskSecret": secrets[site]["maskSecret"].hex(),
        "maskKey": public(secrets[site]["maskSecret"]).hex(),
        "selfSeed": secrets[site]["selfSeed"].hex(),
        "selfSeedHash": hashlib.sha256(b"consilium/v1/self-seed\0" + secrets[site]["selfSeed"]).hexdigest(),
        "selfMaskSeed": self_seed(site).hex(),
        "pairMaskSeeds": {other: pair_seed(site, other).hex() for other in SITES if other != site},
        "update": updates[site],
        "masked": masked(site),
    } for site in SITES],
    "survivors": survivors,
    "sum": total,
    "stream": {"seed": fixed("stream").hex(),
               "words": {str(at): struct.unpack_from("<I", long_stream, 4 * at)[0]
                         for at in (0, 3, 4, 65535, 65536, 131071, 262143, 262144, 262159)}},
}, indent=1))
