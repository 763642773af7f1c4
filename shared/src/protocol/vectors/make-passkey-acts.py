"""Signs an act by passkeys of an implementation of its own. Run in this folder; needs: pip install cryptography."""
import hashlib
import json


source = open("../../crypto/vectors/make-assertions.py").read().rsplit("\nprint(", 1)[0]
namespace = {}
exec(source, namespace)

OPERATOR, STUDY = "op-0123456789ab", "blood-cells"
HASH = "sha256:" + "0" * 62 + "ab"
ACT = {
    "act": "study-approved",
    "atMs": 1750000000000,
    "challenge": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    "meaning": f"I have read the protocol {HASH} of the study {STUDY} and approve it.",
    "operatorId": OPERATOR,
    "subject": {"hash": HASH, "studyId": STUDY},
    "v": 1,
}
# RFC 8785: for ASCII without escapes that is sorted members and no white space.
canonical = json.dumps(ACT, sort_keys=True, separators=(",", ":")).encode()
namespace["CHALLENGE"] = hashlib.sha256(b"consilium/v1/act\0" + canonical).digest()

assertions = []
for name in ("es256", "eddsa", "rs256"):
    made = namespace["assertion"](name, namespace[name])
    made["clientDataJson"] = made.pop("clientDataJSON")
    del made["challenge"]
    assertions.append(made)
print(json.dumps({"act": ACT, "assertions": assertions}, indent=2))
